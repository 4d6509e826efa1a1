"""The package as others get it: what the archives hold, and that the wheel works alone, far from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest

import openfisca_goodwork

ROOT = Path(__file__).parent.parent
COMPANY = """\
company: {name: Hilltop Joinery Ltd}
accounting_periods:
  - start: 2028-01-01
    end: 2028-12-31
    trading_profit_before_capital_allowances: 240000
    external_course_fees: 20000
"""
LAW_TEST = """\
- name: Profits of £240,000 in 2028 bear £59,850
  period: 2028
  input: {trading_profit_before_capital_allowances: 240000}
  output: {corporation_tax: 59850}
- name: A penny on £250m is seen
  period: 2028
  input: {trading_profit_before_capital_allowances: 1000000001.36}
  output: {corporation_tax: 250000000.34}
"""
PATIENCE = 60


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import openfisca_goodwork, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pandas", "openfisca_core", "scipy", "yaml", "typer"} & set(loaded)


def test_the_front_door_leads_to_every_public_name() -> None:
    assert set(openfisca_goodwork.__all__) <= set(dir(openfisca_goodwork))
    assert [name for name in openfisca_goodwork.__all__ if getattr(openfisca_goodwork, name, None) is None] == []


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'costs'"):
        openfisca_goodwork.costs  # noqa: B018


def test_no_extra_is_needed_for_the_work() -> None:
    plain = " ".join(one for one in requires("openfisca-goodwork") or () if "extra ==" not in one)
    assert not [name for name in ("streamlit", "altair", "web-api", "pytest-xdist", "xlsxwriter") if name in plain]


# --- the archives --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and the source archive, built from the checkout."""
    directory = tmp_path_factory.mktemp("archives")
    _run(sys.executable, "-m", "hatchling", "build", "-d", str(directory), cwd=ROOT)
    return directory


@pytest.fixture(scope="module")
def wheel(archives: Path) -> Path:
    return next(archives.glob("*.whl"))


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def in_checkout(folder: str) -> set[str]:
    files = (path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yaml", ".csv"))
    return {path.relative_to(ROOT).as_posix() for path in files}


@pytest.mark.slow
def test_the_wheel_carries_every_module_figure_parameter_and_reform(wheel: Path) -> None:
    held = names_in(wheel)
    assert in_checkout("openfisca_goodwork") <= held
    for folder in ("parameters", "reforms"):
        wanted = in_checkout(folder)
        assert wanted
        assert {f"openfisca_goodwork/{name}" for name in wanted} <= held


@pytest.mark.slow
def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.split("/", maxsplit=1)[0] for name in names_in(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"openfisca_goodwork"}
    assert not [name for name in names_in(wheel) if "__pycache__" in name or name.endswith((".pyc", ".npz"))]


@pytest.mark.slow
def test_the_source_archive_makes_the_same_wheel_and_can_test_itself(archives: Path, wheel: Path, tmp_path: Path) -> None:
    source = next(archives.glob("*.tar.gz"))
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = next(tmp_path.iterdir())
    for name in ("Makefile", "README.md", "LICENSE", "tests/conftest.py", "docs/refresh.py", "examples", ".yamllint"):
        assert (unpacked / name).exists()
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again"), cwd=unpacked)
    assert names_in(next((tmp_path / "again").glob("*.whl"))) == names_in(wheel)


# --- the wheel in an environment of its own ------------------------------------------------------------------------


class Installed:
    """The wheel in an empty environment, used from a directory that is not the checkout."""

    def __init__(self, directory: Path, wheel: Path) -> None:
        self.work = directory / "work"
        self.work.mkdir()
        environment = directory / "environment"
        self.binaries = environment / ("Scripts" if os.name == "nt" else "bin")
        uv = shutil.which("uv")
        wanted = f"openfisca-goodwork[api,app] @ {wheel.as_uri()}"
        if uv:
            _run(uv, "venv", "--quiet", "--python", sys.executable, str(environment))
            _run(uv, "pip", "install", "--quiet", "--python", str(self.binaries / "python"), wanted)
        else:
            _run(sys.executable, "-m", "venv", str(environment))
            _run(str(self.binaries / "python"), "-m", "pip", "install", "--quiet", wanted)

    @property
    def variables(self) -> Mapping[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}

    def run(self, program: str, *arguments: str) -> str:
        return _run(str(self.binaries / program), *arguments, cwd=self.work, env=self.variables)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


@pytest.mark.slow
def test_the_parameters_are_those_inside_the_package(installed: Installed) -> None:
    code = "from openfisca_goodwork.system import resource_directory as d; print(d('parameters'), d('reforms'))"
    for folder in installed.run("python", "-c", code).split():
        assert Path(folder).is_relative_to(installed.binaries.parent)


@pytest.mark.slow
def test_compare_works_from_the_wheel(installed: Installed) -> None:
    shown = json.loads(installed.run("goodwork", "compare", "law", "human-investment-super-deduction", "--json"))
    assert "human_investment.additional_deduction" in [row["path"] for row in shown["differences"]]


@pytest.mark.slow
def test_calculate_works_from_the_wheel(installed: Installed) -> None:
    (installed.work / "company.yaml").write_text(COMPANY, encoding="utf-8")
    options = ("--reform", "human-investment-super-deduction", "--json")
    period = json.loads(installed.run("goodwork", "calculate", "company.yaml", *options))["accounting_periods"][0]
    assert period["current_law"]["corporation_tax"] == pytest.approx(59_850)
    assert period["reform"]["corporation_tax"] == pytest.approx(58_260)


@pytest.mark.slow
def test_openfisca_test_compares_in_64_bits(installed: Installed) -> None:
    (installed.work / "law.yaml").write_text(LAW_TEST, encoding="utf-8")
    assert "2 passed" in installed.run("openfisca", "test", "-c", "openfisca_goodwork", "law.yaml")
    (installed.work / "wrong.yaml").write_text(LAW_TEST.replace("250000000.34", "250000000.35"), encoding="utf-8")
    with pytest.raises(AssertionError, match="1 failed, 1 passed"):
        installed.run("openfisca", "test", "-c", "openfisca_goodwork", "wrong.yaml")


@contextmanager
def serving(installed: Installed, *command: str, asking: str) -> Iterator[str]:
    """The address of a server started from the wheel, once it answers; `PORT` in the command is a free one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    program, *options = [port if word == "PORT" else word for word in command]
    log = installed.work / f"{program}.log"
    whole = [str(installed.binaries / program), *options]
    with (
        log.open("wb") as said,
        subprocess.Popen(whole, cwd=installed.work, env=installed.variables, stdout=said, stderr=said) as server,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}{asking}", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the server of OpenFisca does not run on Windows")
def test_openfisca_serve_answers_calculate(installed: Installed) -> None:
    company = {"trading_profit_before_capital_allowances": {"2028": 240_000}, "corporation_tax": {"2028": None}}
    command = ("openfisca", "serve", "-c", "openfisca_goodwork", "-p", "PORT")
    with serving(installed, *command, asking="/entities") as address:
        answer = _post(f"{address}/calculate", {"companies": {"Hilltop": company}})
    assert answer["companies"]["Hilltop"]["corporation_tax"]["2028"] == pytest.approx(59_850)


@pytest.mark.slow
def test_the_app_is_served_from_the_wheel(installed: Installed) -> None:
    command = ("goodwork", "app", "--headless", "--port", "PORT")
    with serving(installed, *command, asking="/_stcore/health") as address, urllib.request.urlopen(address) as page:
        assert page.status == HTTPStatus.OK
        assert page.headers["X-Frame-Options"] == "DENY"


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer:\n{log.read_text(errors='replace')}")


def _post(address: str, data: Any) -> Any:
    request = urllib.request.Request(address, json.dumps(data).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def _run(*command: str, **options: Any) -> str:
    """What a command prints; an AssertionError with all of it where the command fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} left with {done.returncode}.\n{done.stdout}{done.stderr}")
    return done.stdout
