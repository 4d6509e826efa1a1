"""A file that means harm, or means nothing, is a reform or a list of faults; nothing in it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.policy.reading import MOST_EDITS, examine
from openfisca_goodwork.policy.vocabulary import Vocabulary

from .files import HEADER, reform_file
from .hostile import hostile_files

MAIN_RATE = "corporation_tax.main_rate"
LOWER_LIMIT = "corporation_tax.marginal_relief.lower_limit"

HOSTILE = [
    "",
    "null",
    "[]",
    "{}",
    "- a",
    "a",
    "\0",
    "\t",
    "&a [*a]",
    "*a",
    "!!python/object:os.system {}",
    "%",
    "---\n---",
    "{" * 5000,
    "[" * 5000,
    "? " * 5000,
    "- " * 5000,
    "a: " * 500,
    "'",
    '"',
    "|",
    ">",
    "@",
    "`",
    "\ufeff",
    "\u202e",
    "...",
    "<<: {a: 1}",
    "a: !!binary x",
    "a: !!set {b}",
    "a: !!timestamp 2027-04-01",
    "a: &b c",
    "0: 1",
    "1.5: 2",
    "~: 1",
    "true: 1",
    "[a]: 1",
    "{a: b}: 1",
    "__class__: 1",
    "a" * 10_000,
    "a: " + "9" * 10_000,
    "a: 1e9999999",
]
HOSTILE_PARAMETERS = [
    f"{MAIN_RATE}:\n  {date}: {value}"
    for date in (
        "2027-04-01",
        "9999-99-99",
        "0000-00-00",
        "2027-04-01T00:00:00Z",
        "!!str 2027-04-01",
        "? [1]\n  ",
    )
    for value in (
        "!!python/name:os.system",
        "*x",
        "&x 1",
        "1e400",
        "-.inf",
        "current_law",
        "__import__('os')",
        "{}",
        "",
        "9" * 500,
    )
]
HOSTILE_PATHS = [
    "__class__",
    "corporation_tax",
    ".",
    "..",
    "",
    "main_rate.",
    "../x",
    "a" * 5000,
    "corporation_tax.main_rate.x",
]


def test_a_hostile_file_is_a_reform_or_a_list_of_faults(law: Vocabulary) -> None:
    files = [
        *HOSTILE,
        *(HEADER + text for text in HOSTILE),
        *(HEADER + f"parameters: {text}" for text in HOSTILE),
        *(reform_file(text) for text in HOSTILE_PARAMETERS),
        *(reform_file(f'"{path}":\n  2027-04-01: 0.2') for path in HOSTILE_PATHS),
    ]
    for text in files:
        report = examine(text, name="mine.yaml", vocabulary=law)
        assert report.is_good == (report.reform is not None), text[:200]
        assert not report.faults or len(str(ReformError.from_faults(report.faults))) < 100_000, text[:200]


SCALARS = st.sampled_from(
    [
        "0.2",
        "20",
        "true",
        "current_law",
        ".inf",
        ".nan",
        "'0.2'",
        "2027-04-01",
        MAIN_RATE,
        "!!x 1",
        "&a 1",
        "*a",
        "",
        "~",
    ]
) | st.text("abc:-#{}[]&*!|>'\"%@` \n\t0123456789.", max_size=12)

PATHS = st.sampled_from([MAIN_RATE, LOWER_LIMIT, "a.b"]) | SCALARS


@settings(max_examples=150, deadline=None)
@given(
    header=st.lists(st.sampled_from(HEADER.splitlines()) | SCALARS, max_size=8),
    paths=st.lists(st.tuples(PATHS, SCALARS, SCALARS), max_size=5),
)
def test_a_generated_file_is_a_reform_or_a_list_of_faults(
    header: list[str], paths: list[tuple[str, str, str]], law: Vocabulary
) -> None:
    parameters = "\n".join(f"{path}:\n  {date}: {value}" for path, date, value in paths)
    report = examine(reform_file(parameters, "\n".join(header) + "\n"), vocabulary=law)
    assert report.is_good == (report.reform is not None)


def test_nothing_in_a_reform_file_runs(tmp_path: Path, law: Vocabulary) -> None:
    ran = tmp_path / "ran"
    for value in (
        f"!!python/object/apply:os.system ['touch {ran}']",
        f"__import__('os').system('touch {ran}')",
    ):
        assert not examine(reform_file(f"{MAIN_RATE}:\n  2027-04-01: {value}"), vocabulary=law).is_good
    assert not ran.exists()


def test_a_big_file_is_refused_without_judging_each_of_its_lines(law: Vocabulary) -> None:
    many = "\n".join(f"corporation_tax.rate_{number}:\n  2027-04-01: 0.2" for number in range(MOST_EDITS + 1))
    (fault,) = examine(reform_file(many), vocabulary=law).faults
    assert "may hold 2,000 dated values" in fault.message


LIMITED = """
import re, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30))
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
sys.argv = ["goodwork", "reforms", "check", "--json", *sys.argv[1:]]
from openfisca_goodwork.commands.main import main
try:
    main()
finally:
    # Not getrusage: its peak is at least that of the process that started this one.
    print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""
HALF_A_GIGABYTE = 2**29


def test_no_hostile_file_runs_fills_the_memory_or_leaves_a_traceback(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="limits of a process are set by the machine in another way")
    ran = tmp_path / "ran"
    files = []
    for name, content in hostile_files(str(ran)).items():
        file = tmp_path / name / "mine.yaml"
        file.parent.mkdir()
        file.write_bytes(content)
        files.append(str(file))
    assert len(files) > 100
    done = subprocess.run([sys.executable, "-c", LIMITED, *files], capture_output=True, text=True, check=False, timeout=300)
    *messages, peak = done.stderr.splitlines()
    reports = json.loads(done.stdout)
    assert done.returncode == 2
    assert [report["file"] for report in reports] == files
    assert not any("Traceback" in line for line in messages)
    # Words that look like code are a summary like any other; nothing else of all this is a reform.
    good = [Path(report["file"]).parent.name for report in reports if report["good"]]
    assert [name for name in good if not name.startswith("code-in-the-header")] == []
    assert all(report["good"] == (not report["faults"]) for report in reports)
    assert all(character.isprintable() for line in messages for character in line)
    assert not ran.exists()
    assert int(peak) * 1024 < HALF_A_GIGABYTE
