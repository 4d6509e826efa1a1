"""Random settings of the clause's switches as reform files, and random facts of a company that they ask for."""

from __future__ import annotations

from random import Random
from typing import Any

from openfisca_goodwork.policy import Reform, parse
from tests.company.training_by_hand import HEADS, SIZES, UPLIFTS

CLAUSE = "human_investment."
# Each switch with values it may take, of which the first is off; some of them are on in a third of the files.
SWITCHES: dict[str, list[Any]] = {
    **{f"additional_deduction_by_size.{size}": [0, 0.1, 0.25] for size in SIZES},
    "qualifying.accredited_only": [False, True],
    "qualifying.registered_providers_only": [False, True],
    "qualifying.exclude_levy_funded": [True, False],
    "qualifying.exclude_grant_funded": [True, False],
    "qualifying.exclude_connected_parties": [True, False],
    "qualifying.exclude_research_and_development": [True, False],
    **{f"uplifts.{tag}": [0, 0.1, 0.2] for tag in UPLIFTS},
    "uplifts.combination": ["sum", "highest"],
    "maximum_additional_deduction": [".inf", 0.45, 0.6],
    "eligibility.size": ["all", "small_and_medium", "small"],
    "eligibility.turnover_ceiling": [".inf", 50_000_000],
    "eligibility.minimum_employees_besides_directors": [0, 5],
    "eligibility.levy_payers_excluded": [False, True],
    "eligibility.industries": ["all", "'C, 62'", "F"],
    "eligibility.places": ["all", "'north_east, wales'"],
    "eligibility.minimum_age": [0, 1],
    "eligibility.maximum_age": [".inf", 4],
    "caps.per_employee": [".inf", 500],
    "caps.per_trainee": [".inf", 2_000],
    "caps.per_group": [".inf", 50_000],
    "caps.share_of_pay_bill": [".inf", 0.02],
    **{f"caps.by_size.{size}": [".inf", 100_000] for size in SIZES},
    "caps.sharing": ["allocate", "divide"],
    "losses.allow_carry_back": [True, False],
    "losses.allow_group_relief": [True, False],
    "straddle": ["by_date_incurred", "day_weighted"],
    "clawback.rate": [0, 0.5, 1],
    "clawback.months": [12, 24],
    "good_work.required": [False, True],
    "good_work.relief_if_not_met": [0, 0.5],
}
CONDITIONS: dict[str, list[Any]] = {
    "maximum_share_below_living_wage": [1, 0.1],
    "maximum_share_zero_hours": [1, 0.1],
    "fair_work_pledge": [False, True],
    "training_plan": [False, True],
    "employee_voice": [False, True],
}
STARTS = ["2026-04-01", "2026-08-15", "2027-04-01"]


def a_clause(seed: int) -> Reform:
    """One reform: a rate or a credit, heads that count, and about a third of the other switches."""
    draw = Random(seed)  # noqa: S311
    on = {CLAUSE + name: draw.choice(values[1:]) for name, values in SWITCHES.items() if draw.random() < _chance(name)}
    on |= {f"{CLAUSE}qualifying.{head}.inclusion": draw.choice([0, 0.5, 1, 1]) for head in HEADS}
    on |= {
        f"{CLAUSE}qualifying.external_course_fees.inclusion": 1,
        f"{CLAUSE}additional_deduction": draw.choice([0.2, 0.3, 1]),
    }
    if draw.random() < 0.35:
        on |= {
            f"{CLAUSE}form": "credit",
            f"{CLAUSE}credit_rate": 0.15,
            f"{CLAUSE}credit_taxable": draw.choice([True, False]),
        }
    on |= _cut(draw) | _of_losses(draw) | _increment(draw)
    if on.get(f"{CLAUSE}good_work.required"):
        on |= {f"good_work.conditions.{name}": draw.choice(values) for name, values in CONDITIONS.items()}
        on["good_work.combination"] = draw.choice(["all", "any"])
    start, sunset = draw.choice(STARTS), draw.choice(["", "", "2028-07-01"])
    return parse(_text(on, start, sunset).encode())


def the_whole_clause() -> Reform:
    """Every switch on at once, with what goes with it: of a deduction, since a credit would turn the rates off."""
    on = {CLAUSE + name: values[1] for name, values in SWITCHES.items()}
    on |= {f"{CLAUSE}qualifying.{head}.inclusion": 1 for head in HEADS} | {f"{CLAUSE}additional_deduction": 0.3}
    on |= {CLAUSE + name: value for name, value in _EVERYTHING_ELSE.items()}
    on |= {f"good_work.conditions.{name}": values[1] for name, values in CONDITIONS.items()}
    on |= {"good_work.procurement.minimum_contract": 1_000, "good_work.procurement.share_reserved": 0.5}
    on |= {f"capital_allowances.training_match.{name}": value for name, value in (("enabled", True), ("years", 2))}
    return parse(_text(on, STARTS[0], "").encode())


_EVERYTHING_ELSE: dict[str, Any] = {
    "cash_option.rate": 0.2,
    "cash_option.spend_limit": 50_000,
    "losses.treatment": "surrender",
    "losses.surrender_rate": 0.145,
    "losses.surrender_includes_base": True,
    "payable.cap_fixed": 20_000,
    "payable.cap_multiple_of_paye_and_nic": 3,
    "payable.notional_tax_rate": 0.19,
    "payable.maximum": 100_000,
    "incremental.enabled": True,
    "incremental.base": "fixed",
    "incremental.fixed_from": "'2025-04-01'",
    "incremental.fixed_to": "'2026-03-31'",
    "incremental.new_company_share_of_pay_bill": 0.01,
}


def _chance(name: str) -> float:
    """How often a switch is on: seldom one that shuts out most companies or most training."""
    return 0.08 if name.startswith("eligibility.") or name.endswith("_only") else 0.3


def _cut(draw: Random) -> dict[str, Any]:
    """What is paid of a credit, and cash instead of the deduction."""
    payable: dict[str, Any] = {"payable.notional_tax_rate": draw.choice([0, 0.19])}
    if draw.random() < 0.5:
        payable |= {"payable.cap_fixed": 2_000, "payable.cap_multiple_of_paye_and_nic": draw.choice([0, 0.05, 3])}
    if draw.random() < 0.3:
        payable["payable.maximum"] = 3_000
    if draw.random() < 0.2:
        payable |= {"cash_option.rate": 0.2, "cash_option.spend_limit": draw.choice([400_000, 50_000])}
    return {CLAUSE + name: value for name, value in payable.items()}


def _of_losses(draw: Random) -> dict[str, Any]:
    treatment = draw.choice(["ordinary", "none", "surrender"])
    found: dict[str, Any] = {"losses.treatment": treatment}
    if treatment == "surrender":
        found |= {"losses.surrender_rate": 0.145, "losses.surrender_includes_base": draw.choice([True, False])}
    return {CLAUSE + name: value for name, value in found.items()}


def _increment(draw: Random) -> dict[str, Any]:
    if draw.random() < 0.6:
        return {}
    found: dict[str, Any] = {"enabled": True, "share_of_baseline": draw.choice([1, 0.5]), "base": "rolling"}
    found |= {"years": draw.choice([1, 2, 3]), "new_company_share_of_pay_bill": draw.choice([0, 0.01])}
    if draw.random() < 0.5:
        found |= {"base": "fixed", "fixed_from": "'2025-04-01'", "fixed_to": "'2026-03-31'"}
    return {f"{CLAUSE}incremental.{name}": value for name, value in found.items()}


def _text(on: dict[str, Any], start: str, sunset: str) -> str:
    lines = [
        f"  {path}: {{{start}: {str(value).lower() if isinstance(value, bool) else value}}}" for path, value in on.items()
    ]
    if sunset:
        lines = [f"{line[:-1]}, {sunset}: current_law}}" for line in lines]
    head = "reform: a-clause\ntitle: A clause\nsummary: Random.\nstatus: stress\nsource: a test\nrequires: '>=0.1'\n"
    return "\n".join([f"{head}parameters:", *lines, ""])


def facts_for_it(draw: Random, *, is_first: bool) -> dict[str, Any]:
    """What a period tells beside its spending: size, people, marks, leavers, good work; and of the time before the first."""
    found: dict[str, Any] = {
        "employees": draw.choice([0, 8, 40, 120, 900]),
        "trainees": draw.choice([0, 5, 60]),
        "pay_bill": draw.choice([0.0, 400_000.0, 3_500_000.0]),
        "turnover": draw.choice([0.0, 900_000.0, 30_000_000.0, 90_000_000.0]),
        "balance_sheet_total": draw.choice([0.0, 4_000_000.0, 60_000_000.0]),
        "human_investment_cap_share": draw.choice([1.0, 0.4]),
        "training_cost_of_leavers": draw.choice([0.0, 3_000.0]),
        "share_paid_below_real_living_wage": draw.choice([0.0, 0.2]),
        "share_on_zero_hours_contracts": draw.choice([0.0, 0.2]),
        "claims_human_investment_relief": draw.random() < 0.95,
        **{head: draw.uniform(2_000, 60_000) for head in HEADS if draw.random() < 0.3},
        **{name: draw.random() < 0.5 for name in ("has_fair_work_pledge", "publishes_training_plan", "has_employee_voice")},
    }
    section, division = draw.choice([("C", 25), ("J", 62), ("J", 61), ("F", 42)])
    found |= {"sic_section": section, "sic_division": division}
    found |= {"region": draw.choice(["north_east", "wales", "london"]), "company_age": draw.choice([0, 2, 30])}
    if is_first:
        found |= {"baseline_training_expenditure": draw.choice([0.0, 20_000.0]), "is_new_company": draw.random() < 0.3}
        names = ("human_investment_credit_brought_forward", "human_investment_notional_tax_brought_forward")
        found |= {name: draw.choice([0.0, 4_000.0]) for name in names}
    return found


def marks_for_it(draw: Random, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Tags on some of the items of training; or shares of all of it, where there are no tags."""
    training = [item for item in items if set(item) & set(HEADS)]
    tags = [*UPLIFTS, "registered_provider"]
    if training and draw.random() < 0.6:
        for head in training:
            head["tags"] = draw.sample(tags, draw.randint(0, 3))
        if any(head["tags"] for head in training):
            return {}
    return {f"{tag}_share": draw.choice([0.3, 1.0]) for tag in tags if draw.random() < 0.5}
