"""What a command loads before it answers: nothing heavy that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"matplotlib", "pytest", "pandas", "pyarrow", "scipy", "streamlit", "altair", "xlsxwriter", "docx"}
RUN = """
import sys
from openfisca_goodwork.commands.main import main
sys.argv = ["goodwork", *sys.argv[1:]]
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
print("LOADED", *sorted(sys.modules))
"""


def loaded(*words: str) -> set[str]:
    """The modules at the top that a command has loaded when it has answered."""
    done = subprocess.run([sys.executable, "-c", RUN, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.rpartition("LOADED")[2].split()}


@pytest.mark.parametrize(
    "words",
    [
        ["calculate", "examples/small-company.yaml"],
        ["calculate", "examples/small-company.yaml", "--reform", "human-investment-super-deduction", "--json"],
        ["parameters", "corporation_tax.main_rate"],
        ["compare", "law", "human-investment-super-deduction"],
        ["reforms", "list"],
        ["rates", "--on", "2027-04-01"],
        ["cite"],
    ],
    ids=" ".join,
)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(words: list[str]) -> None:
    assert HEAVY & loaded(*words) == set()


def test_help_loads_neither_the_law_nor_numpy() -> None:
    assert {"numpy", "openfisca_core"} & loaded("--help") == set()
