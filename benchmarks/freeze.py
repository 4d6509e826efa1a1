"""The frozen results: figures that a change of structure must leave equal to the last bit.

Everything is asked through the `goodwork` command and its JSON, so that the record outlives any inner structure. Figures,
dates, truth values and identifiers are compared; words are not. An answer may gain figures; it may not lose or move any.

    python benchmarks/freeze.py compare                      # against the record in benchmarks/frozen: exit 1 if any moved
    python benchmarks/freeze.py compare --only company,rates
    python benchmarks/freeze.py record --only cost           # only for a change that CHANGELOG.md names, with its reason

`GOODWORK_COMMAND` names another command than `goodwork`: that of an older checkout, say.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

RECORD = Path(__file__).parent / "frozen"
COMMAND = shlex.split(os.environ.get("GOODWORK_COMMAND", "goodwork"))
COMPANIES = 60
SHOWN = 12
# What is said in words or stands for the code itself: free to change.
WORDS = {"model_version", "label", "words", "rule", "reference", "title", "href", "name_in_words", "fingerprint", "command"}
IDENTIFIER = re.compile(r"(?![0-9a-f]{64}$)[a-z0-9_.@:/-]+")  # a fingerprint of the population holds that of its code
RELIEF = "human-investment-super-deduction"

Flat = dict[str, Any]
Case = Callable[[], Any]

COSTINGS = {
    "training relief": [RELIEF],
    "incremental": ["incremental-training-deduction-150-percent"],
    "payable": ["payable-training-credit"],
    "plant": ["no-full-expensing"],
    "buildings": ["no-structures-and-buildings-allowance"],
    "rate": ["--set", "corporation_tax.main_rate@2027-04-01=0.26"],
    "retiming": ["full-expensing-ends-2026", "--behaviour", "high"],
    "old forecast": [
        *("full-expensing-2023", "--baseline", "law-before-spring-budget-2023", "--forecast", "2023-03"),
        *("--years", "2022-23:2027-28"),
    ],
    "several reforms": ["sme-training-deduction-150-percent + human-investment-super-deduction-retraining"],
    "assumptions of the population": [RELIEF, "--set", "assumptions.base.training.company_share.health@2000-01-01=0.5"],
    "cash": [RELIEF, "--basis", "cash", "--behaviour", "low"],
    "no response": ["training-boost-120-percent", "--behaviour", "none", "--draws", "0"],
}
COMPARISONS = {
    "relief": ["law", RELIEF],
    "rates of 2022": ["law@2022-04-01", "law", "--on", "2023-04-01"],
    "before 2021": ["law-before-budget-2021", "law"],
    "credit": ["law", "payable-training-credit"],
    "two reliefs": [RELIEF, "training-boost-120-percent"],
    "touches": ["law", "no-full-expensing", "--touches"],
    "baseline": ["law", RELIEF, "--baseline", "no-full-expensing"],
    "composed": ["law", f"{RELIEF} + sme-training-deduction-150-percent"],
    "history": ["--history", "corporation_tax.main_rate"],
    "set": ["law", RELIEF, "--set", "corporation_tax.main_rate@2028-04-01=0.27"],
}
RATES = {
    "law": [],
    "relief": ["--reform", RELIEF],
    "2022": ["--on", "2022-06-01", "--returns-on", "2023-06-01"],
    "debt": [
        *("--law", "law@2023-03-31", "--on", "2024-01-01"),
        *("--set", "assumptions.effective_rates.debt_share@2000-01-01=0.35"),
    ],
}
AUDITS = {
    "all": [],
    "north east": ["--region", "North East"],
    "relief": ["--reform", RELIEF, "--year", "2029-30"],
    "procurement": ["procurement"],
}
REFORMS_OF_COMPANIES = (
    *(RELIEF, "payable-training-credit", "incremental-training-deduction-150-percent", "training-boost-120-percent"),
    *("human-investment-super-deduction-good-work", "skills-tax-credit-230-300-percent", "no-full-expensing"),
    *("france-incremental-training-credit", "low-paid-retraining-deduction-230-percent", "full-expensing-ends-2026"),
)

# --- companies -----------------------------------------------------------------------------------------------------

PROFITS = ("property_profits", "non_trading_loan_relationship_profits", "chargeable_gains", "other_income")
DATED = (
    *("main_rate_plant_new", "main_rate_plant_used", "main_rate_plant_for_leasing_new", "special_rate_plant_new"),
    *("special_rate_plant_used", "zero_emission_cars_new", "main_rate_cars", "special_rate_cars", "charge_points"),
    *("external_course_fees", "training_materials_and_travel", "trainer_pay", "trainee_pay", "training_centre_costs"),
    *("training_management_costs", "research_and_development_expenditure"),
)
BALANCES = (
    *("main_pool_brought_forward", "special_rate_pool_brought_forward", "trading_losses_brought_forward"),
    "trading_losses_brought_forward_pre_april_2017",
)
POST_2017 = date(2017, 4, 1)
SHARES = ("accredited_share", "registered_provider_share", "green_share", "retraining_share", "low_paid_share")


def company_file(number: int) -> dict[str, Any]:
    """A made-up company of one to four accounting periods; the same for the same number."""
    draw = Random(number)  # noqa: S311 — made-up companies, not secrets
    start = date(draw.choice((2016, 2019, 2020, 2021, 2022, 2024, 2025, 2026, 2027)), draw.choice((1, 4, 7, 10)), 1)
    periods = []
    for place in range(draw.randint(1, 4)):
        end = _end(draw, start)
        periods.append(_period(draw, start, end, is_first=not place))
        start = end + timedelta(days=1)
    return {"company": {"name": f"Company {number}"}, "accounting_periods": periods}


def _end(draw: Random, start: date) -> date:
    if draw.random() < 0.15:
        return start + timedelta(days=draw.randint(60, 300))
    return start.replace(year=start.year + 1) - timedelta(days=1)


def _amount(draw: Random, most: float) -> float:
    return round(most * draw.random() ** 3, 2)


def _period(draw: Random, start: date, end: date, *, is_first: bool) -> dict[str, Any]:
    size = 10 ** draw.uniform(4, 7.5)
    given: dict[str, Any] = {
        "start": start,
        "end": end,
        "trading_profit_before_capital_allowances": round(draw.uniform(-0.6, 1.0) * size, 2),
        "associated_companies": draw.choice((0, 0, 0, 1, 3)),
        "employees": draw.choice((1, 8, 40, 180, 900)),
        "turnover": round(size * 6, 2),
        "balance_sheet_total": round(size * 4, 2),
        "claims_loss_carry_back": draw.random() < 0.7,
        "exempt_distributions": _amount(draw, size / 10),
        "qualifying_charitable_donations": _amount(draw, size / 100),
        "group_relief_available": draw.choice((0, 0, _amount(draw, size / 3))),
    }
    given |= {name: _amount(draw, size / 4) for name in PROFITS if draw.random() < 0.2}
    balances = [name for name in BALANCES if start >= POST_2017 or name != "trading_losses_brought_forward"]
    given |= {name: _amount(draw, size) for name in balances if is_first and draw.random() < 0.4}
    given |= {name: round(draw.random(), 2) for name in SHARES if draw.random() < 0.4}
    if draw.random() < 0.4:
        given |= {"has_fair_work_pledge": True, "publishes_training_plan": True, "has_employee_voice": draw.random() < 0.5}
        given |= {"share_paid_below_real_living_wage": round(draw.random() / 5, 3)}
    if draw.random() < 0.3:
        given |= {"paye_and_nic": round(size / 3, 2), "is_small_or_medium_sized_enterprise": draw.random() < 0.6}
    if draw.random() < 0.3:
        given |= {"main_pool_disposal_value": _amount(draw, size), "full_expensing_disposal_value": _amount(draw, size / 9)}
    if is_first:
        given["baseline_training_expenditure"] = _amount(draw, size / 20)
    given |= _spending(draw, start, end, size)
    if draw.random() < 0.35:
        bought = start - timedelta(days=draw.randint(0, 300))
        given["structures_and_buildings"] = [{"cost": round(size, 2), "incurred": max(bought, date(2018, 11, 1))}]
        given["structures_and_buildings"][0]["brought_into_use"] = given["structures_and_buildings"][0]["incurred"]
        if end < given["structures_and_buildings"][0]["incurred"] or not is_first:
            del given["structures_and_buildings"]
    return given


def _spending(draw: Random, start: date, end: date, size: float) -> dict[str, Any]:
    """Each kind of spending as an amount of the period or as items on days."""
    given: dict[str, Any] = {}
    items = []
    for name in DATED:
        kind = draw.random()
        if kind < 0.2:
            given[name] = _amount(draw, size)
        elif kind < 0.35:
            days = [start + timedelta(days=draw.randint(0, (end - start).days)) for _ in range(draw.randint(1, 3))]
            items += [{"on": day, name: _amount(draw, size / 2)} for day in sorted(days)]
    return given | ({"expenditure": items} if items else {})


# --- asking --------------------------------------------------------------------------------------------------------


def asked(*arguments: str) -> Any:
    """The JSON that a command prints; where it refuses, its exit code."""
    run = subprocess.run([*COMMAND, *arguments, "--json", "--quiet"], capture_output=True, text=True, check=False)
    if run.returncode == 2 and "--quiet" in run.stderr:
        run = subprocess.run([*COMMAND, *arguments, "--json"], capture_output=True, text=True, check=False)
    if run.returncode:
        print(run.stderr[-2_000:], file=sys.stderr)
        return {"refused with exit code": run.returncode}
    return json.loads(run.stdout)


def companies() -> Iterator[tuple[str, Case]]:
    """Sixty companies under current law and a reform, with every step of the working."""
    for number in range(COMPANIES):
        reform = REFORMS_OF_COMPANIES[number % len(REFORMS_OF_COMPANIES)]
        yield f"company {number}, {reform}", lambda number=number, reform=reform: _company(number, reform)


def _company(number: int, reform: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "company.yaml"
        file.write_text(json.dumps(company_file(number), default=date.isoformat), encoding="utf-8")  # JSON is YAML
        answer = asked("calculate", str(file), "--reform", reform, "--working")
    for period in answer.get("accounting_periods", ()):
        period["working"] = {law: dict(_steps(steps)) for law, steps in period.get("working", {}).items()}
    return answer


def _steps(steps: list[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """What each step comes to, by the name of its variable (and its part, where it repeats); the figures of law of all.

    Which of the steps reads a figure first is the structure's business.
    """
    seen: dict[str, int] = {}
    law: dict[str, Any] = {}
    for step in steps:
        name = step["variable"]
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name}#{seen[name]}"
        law |= {f"{one['path']} {one['from']}": one["value"] for one in step["parameters"]}
        yield key, {"result": step["result"]}
    yield "parameters", law


def commands(command: str, cases: Mapping[str, list[str]]) -> Callable[[], Iterator[tuple[str, Case]]]:
    """The cases of one command."""
    return lambda: ((name, lambda more=more: asked(*command.split(), *more)) for name, more in cases.items())


GROUPS: dict[str, Callable[[], Iterator[tuple[str, Case]]]] = {
    "company": companies,
    "compare": commands("compare", COMPARISONS),
    "rates": commands("rates", RATES),
    "audit": commands("audit", AUDITS),
    "population": commands("population report", {"fit": []}),
    "cost": commands("cost", COSTINGS),
    "validate": commands("validate", {"rate and super-deduction": ["--measure", "CT_25_SPR", "--measure", "SD_130_50"]}),
}


# --- comparing -----------------------------------------------------------------------------------------------------


def flat(answer: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every figure, date, truth value and identifier of an answer by its path; words are left out."""
    if isinstance(answer, Mapping):
        for key, value in answer.items():
            if key not in WORDS:
                yield from flat(value, f"{path}/{key}")
    elif isinstance(answer, list):
        for place, value in enumerate(answer):
            yield from flat(value, f"{path}/{place}")
    elif not isinstance(answer, str) or IDENTIFIER.fullmatch(answer):
        yield path, answer


def kept(group: str) -> dict[str, Flat]:
    """The record of a group."""
    with gzip.open(RECORD / f"{group}.json.gz", "rt", encoding="utf-8") as file:
        return dict(json.load(file))


def keep(group: str, answers: Mapping[str, Flat]) -> None:
    """Write the record of a group; the same answers give the same bytes."""
    RECORD.mkdir(exist_ok=True)
    content = json.dumps(answers, separators=(",", ":"), sort_keys=True).encode()
    (RECORD / f"{group}.json.gz").write_bytes(gzip.compress(content, mtime=0))


def differences(before: Flat, after: Flat) -> Iterator[str]:
    """What an answer lost or moved, a line each."""
    for path, value in before.items():
        if path not in after:
            yield f"{path}: {value!r} is gone"
        elif after[path] != value or type(after[path]) is not type(value):
            yield f"{path}: {value!r} is now {after[path]!r}"


def compare(group: str, only: str) -> int:
    """Ask a group again and print what moved; how many answers did. The interval of a costing is counted apart."""
    moved = 0
    record = kept(group)
    for name, case in GROUPS[group]():
        if only not in name:
            continue
        begun = time.perf_counter()
        lines = list(differences(record[name], dict(flat(case()))))
        interval = [line for line in lines if line.startswith(("/interval", "/sensitivity", "/uncertainty"))]
        others = [line for line in lines if line not in interval]
        moved += bool(others)
        said = f"{len(others):,} of {len(record[name]):,} figures moved or gone" if others else "equal"
        said += f" ({len(interval):,} of the interval moved)" if interval else ""
        print(f"{group}: {name}: {said}, {time.perf_counter() - begun:.1f} s", flush=True)
        for line in [*others, *interval][:SHOWN]:
            print(f"    {line}", flush=True)
    return moved


def main() -> int:
    """Record or compare; exit 1 where a figure moved."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("compare", "record"))
    parser.add_argument("--only", default=",".join(GROUPS), help=f"groups, of {', '.join(GROUPS)}")
    parser.add_argument("--case", default="", help="only cases whose name holds this text")
    asked_for = parser.parse_args()
    groups = asked_for.only.split(",")
    if unknown := [group for group in groups if group not in GROUPS]:
        parser.error(f"{', '.join(unknown)}: not a group. Choose of {', '.join(GROUPS)}.")
    if asked_for.what == "record":
        for group in groups:
            answers = {name: dict(flat(case())) for name, case in GROUPS[group]() if asked_for.case in name}
            keep(group, (kept(group) if asked_for.case else {}) | answers)
            print(f"{group}: recorded", flush=True)
        return 0
    return 1 if sum(compare(group, asked_for.case) for group in groups) else 0


if __name__ == "__main__":
    sys.exit(main())
