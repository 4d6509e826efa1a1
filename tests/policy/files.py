"""Reform files for the tests."""

HEADER = """\
reform: mine
title: Mine
summary: A reform of my own.
status: proposal
source: Nobody
requires: ">=0.1"
"""


def reform_file(parameters: str, header: str = HEADER) -> str:
    """A reform file with the parameters given from line 8 on; indentation is added."""
    lines = [f"  {line}" for line in parameters.strip().splitlines()]
    return header + "parameters:\n" + "\n".join(lines) + "\n"
