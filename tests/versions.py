"""The law, single companies and a small costing under each Python that `pyproject.toml` names, and with the lowest versions.

`make test-versions` runs it; `python tests/versions.py lowest 3.12` only those named. Each interpreter that is on the
machine has an environment of its own under `.versions/`; one that is not is named and passed over, except that at least
one must be there. The lowest versions are those of the `>=` in `pyproject.toml`, under the oldest Python. At the end a
costing is made under the oldest Python, and its record is made again under each other, from a population of its own: it
must come out the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / ".versions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOWEST = "lowest"
EXTRAS = ("app", "report", "api")
TOOLS = {"hypothesis", "pytest", "pytest-xdist"}
REFORM = "human-investment-super-deduction"
SMOKE = (
    "tests/test_system.py",
    "tests/periods",
    "tests/policy/test_library.py",
    "tests/company/test_calculate.py",
    "tests/costing/test_cash.py",
    "tests/reports/test_charts.py",
)


def pythons() -> list[str]:
    """The versions of Python that the project says it runs under, oldest first."""
    named = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in PROJECT["classifiers"])
    return [found[1] for found in named if found]


def interpreter(version: str) -> str | None:
    """Path of a Python of this version, on the PATH or kept by pyenv; None where there is none."""
    kept = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    for path in (shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}.*/bin/python")))):
        if path and _version_of(path) == version:
            return path
    return None


def _version_of(path: str) -> str:
    """The version that an interpreter says it is; nothing where it does not run."""
    asked = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def lowest(requirements: Iterable[str]) -> list[str]:
    """Each requirement at the version of its `>=`, as pip's constraints.

    Raises:
        ValueError: for a requirement that names no lowest version.
    """
    pinned = []
    for requirement in map(Requirement, requirements):
        versions = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        if len(versions) != 1:
            raise ValueError(f"{requirement} in pyproject.toml must say its lowest version once, with >=.")
        pinned.append(f"{requirement.name}=={versions[0]}")
    return pinned


def run_under(python: str, environment: Path, constraints: Path | None) -> None:
    """Make an environment and run the smoke set in it; a command that fails ends the run."""
    shutil.rmtree(environment, ignore_errors=True)
    own = str(environment / "bin" / "python")
    tools = [one for one in PROJECT["optional-dependencies"]["dev"] if Requirement(one).name in TOOLS]
    limited = ["--constraint", str(constraints)] if constraints else []
    variables = {**os.environ, "GOODWORK_CACHE": str(environment / "cache"), "PYTHONPATH": str(ROOT)}
    for command in (
        [python, "-m", "venv", str(environment)],
        [own, "-m", "pip", "install", "--quiet", "--upgrade", "pip"],
        [own, "-m", "pip", "install", "--quiet", *limited, "--editable", f".[{','.join(EXTRAS)}]", *tools],
        [str(environment / "bin" / "openfisca"), "test", "-c", "openfisca_goodwork", "tests/law"],
        [own, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", *SMOKE],
    ):
        subprocess.run(command, cwd=ROOT, env=variables, check=True)


def same_record(environments: list[Path]) -> None:
    """Make a costing under the first Python and make its record again under each other; one that differs ends the run."""
    record = ENVIRONMENTS / "record"
    shutil.rmtree(record, ignore_errors=True)
    again = ["--record", str(record / "run-record.json")]
    for number, environment in enumerate(environments):
        asked = again if number else [REFORM, "--out", str(record)]
        variables = {**os.environ, "GOODWORK_CACHE": str(environment / "cache"), "PYTHONPATH": str(ROOT)}
        command = [str(environment / "bin" / "goodwork"), "cost", *asked, "--quiet"]
        subprocess.run(command, cwd=ENVIRONMENTS, env=variables, check=True, stdout=subprocess.DEVNULL)
        sys.stdout.write(f"{environment.name}: {'the record comes out the same' if number else 'the record is made'}\n")


def main() -> None:
    """Run every version; what fails ends with the command's own exit code."""
    at_hand = {version: path for version in pythons() if (path := interpreter(version))}
    sys.stdout.write(f"Python {', '.join(at_hand)}; not here: {', '.join(set(pythons()) - set(at_hand)) or 'none'}\n")
    if not at_hand:
        raise SystemExit("No Python that pyproject.toml names is on the PATH or kept by pyenv.")
    wanted = sys.argv[1:] or [LOWEST, *at_hand]
    if unknown := set(wanted) - {LOWEST, *at_hand}:
        raise SystemExit(f"Not here: {', '.join(sorted(unknown))}. Name {LOWEST}, or of {', '.join(at_hand)}.")
    oldest = next(iter(at_hand))
    ENVIRONMENTS.mkdir(exist_ok=True)
    constraints = ENVIRONMENTS / "lowest.txt"
    requirements = [*PROJECT["dependencies"], *(one for name in EXTRAS for one in PROJECT["optional-dependencies"][name])]
    constraints.write_text("\n".join(lowest(requirements)) + "\n", encoding="utf-8")
    try:
        for version in wanted:
            is_lowest = version == LOWEST
            sys.stdout.write(f"Lowest versions, Python {oldest}\n" if is_lowest else f"Python {version}\n")
            run_under(at_hand[oldest if is_lowest else version], ENVIRONMENTS / version, constraints if is_lowest else None)
        same_record([ENVIRONMENTS / version for version in wanted if version != LOWEST])
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"Failed: {' '.join(map(str, failed.cmd))}") from failed


if __name__ == "__main__":
    main()
