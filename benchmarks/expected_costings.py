"""What each reform of the library costs, kept in `reforms/expected.yaml`: regression values, and nobody's estimate.

    python benchmarks/expected_costings.py --why "Take-up of large companies"    # cost all again, and keep what moved
    python benchmarks/expected_costings.py --check                               # say what would move; exit 1 if any does
    python benchmarks/expected_costings.py --check payable-training-credit       # only that one

An entry that stays within the tolerance is left as it is, so that a change of the file shows what moved, and its `moved`
says when and why. Costings are on the default population, the central response and accruals, in £ million.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from openfisca_goodwork import costing, policy
from openfisca_goodwork.version import model_version

FILE = Path(__file__).parent.parent / "reforms" / "expected.yaml"
TO_COME = "2026-27:2031-32"
DESIGNS = ("proposals", "foreign", "stress")
TOLERANCE = 0.5  # £ million, and
RELATIVE_TOLERANCE = 0.001  # of the figure
ROWS = ("static", "post_behavioural", "without_response", "spending")
HEADING = """\
# What each reform of the library costs, as this version of the model has it: regression values, made by
# `python benchmarks/expected_costings.py`. They show what a change of the model moves. They are nobody's estimate, and
# nothing is fitted to them. £ million by financial year; minus is a cost. `moved` says when a row last changed and why.
"""


@dataclass(frozen=True)
class Case:
    """One costing: a reform, what it is laid upon, and the financial years."""

    reform: str
    baseline: str = ""
    years: str = TO_COME


# Measures of the past, on the law of their day and over the years for which they were costed officially.
PAST = (
    Case("human-investment-super-deduction-2021-request", years="2020-21:2025-26"),
    Case("annual-investment-allowance-1000000-2019", "law-before-budget-2018", "2018-19:2023-24"),
    Case("structures-and-buildings-allowance-2018", "law-before-budget-2018", "2018-19:2023-24"),
    Case("research-expenditure-credit-13-percent-2020", "law-before-budget-2020", "2019-20:2024-25"),
    Case("super-deduction-2021", "law-before-budget-2021", "2020-21:2025-26"),
    Case("corporation-tax-25-percent-2023", "law-before-budget-2021", "2020-21:2025-26"),
    Case("charge-point-allowance-extension-2023", "law-before-autumn-statement-2022", "2022-23:2026-27"),
    Case("full-expensing-2023", "law-before-spring-budget-2023", "2022-23:2027-28"),
    Case("full-expensing-permanent-2024", "law-before-autumn-statement-2023", "2023-24:2028-29"),
    Case("merged-research-credit-2024", "law-before-autumn-statement-2023", "2023-24:2028-29"),
    Case("main-rate-allowances-2026", "law-before-budget-2025", "2025-26:2030-31"),
)


def cases() -> dict[str, Case]:
    """Every costing that is kept, by the name of its reform."""
    groups = policy.library_by_group()
    designs = (Case(one.name) for group in DESIGNS for one in groups[group])
    return {one.reform: one for one in designs} | {one.reform: one for one in PAST}


def costed(case: Case, population: Any = "default") -> dict[str, Any]:
    """The entry of a costing as it comes out now, without what it says of its past."""
    baseline = (case.baseline,) if case.baseline else ()
    result = costing.cost(case.reform, baseline=baseline, years=case.years, population=population, draws=0)
    rows = {row: [round(amount, 1) + 0.0 for amount in getattr(result, row)] for row in ROWS}
    return {"baseline": case.baseline or "law", "years": case.years, **rows}


def differs(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> bool:
    """Whether an entry is another costing than the one kept, or away from it by more than the tolerance."""
    if kept is None or any(entry[name] != kept.get(name) for name in ("baseline", "years")):
        return True
    pairs = [pair for row in ROWS for pair in zip(entry[row], kept[row], strict=True)]
    return any(abs(now - was) > max(TOLERANCE, RELATIVE_TOLERANCE * abs(was)) for now, was in pairs)


def kept_costings() -> dict[str, dict[str, Any]]:
    """What the file holds; nothing where there is no file yet."""
    if not FILE.exists():
        return {}
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def main() -> int:
    """Cost what is asked for, and keep it or compare it. Returns the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", metavar="REFORM", help="all that are kept, where none is named")
    asked.add_argument("--check", action="store_true", help="only compare")
    asked.add_argument("--why", default="", help="why figures move; needed to keep them")
    options = asked.parse_args()
    known = cases()
    unknown = [name for name in options.names if name not in known]
    if unknown or not (options.check or options.why):
        asked.error(f"no such costing: {', '.join(unknown)}" if unknown else "give --why TEXT, or --check")
    kept = kept_costings()
    moved = dict(_moved(options.names or list(known), kept))
    if moved and not options.check:
        stamp = {"on": datetime.date.today().isoformat(), "version": model_version(), "why": options.why}  # noqa: DTZ011
        _write(
            {name: kept.get(name) for name in known}
            | {name: entry | {"moved": dict(stamp)} for name, entry in moved.items()}
        )
    return 1 if moved and options.check else 0


def _moved(names: list[str], kept: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        entry = costed(cases()[name])
        moves = differs(entry, kept.get(name))
        sys.stderr.write(f"{'moved' if moves else 'as kept'}: {name} {entry['post_behavioural']}\n")
        if moves:
            yield name, entry


class _Indented(yaml.SafeDumper):
    """Lists stand further in than their names, as everywhere in the project's YAML."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent, lists too."""
        super().increase_indent(flow, False)  # noqa: FBT003


def _write(entries: Mapping[str, Mapping[str, Any] | None]) -> None:
    kept = {name: one for name, one in entries.items() if one}
    text = yaml.dump(kept, Dumper=_Indented, sort_keys=False, width=120, allow_unicode=True)
    FILE.write_text(HEADING + text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
