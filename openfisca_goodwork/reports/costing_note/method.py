"""How the figures of a costing were made, and what would show them to be wrong, in words."""

from __future__ import annotations

from collections.abc import Iterator

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import NONE
from openfisca_goodwork.costing.summary import year_of_finding
from openfisca_goodwork.law.model import box_of
from openfisca_goodwork.reports import trail, words
from openfisca_goodwork.system import current_law

_BEHAVIOUR = "assumptions.behaviour."
_TAKE_UP = "assumptions.take_up."
_YEARS = {
    "first_year": "in the first year of the relief",
    "second_year": "in the second",
    "third_year": "in the third",
    "later_years": "later",
}
_MILLION = 1e6
_BASES = {
    "accruals": (
        "A period's liability is spread evenly over its months, as national accounts have it, so that a measure moves the "
        "financial year before its start where accounting periods begin there. Of very large companies "
        "part counts a year later still, as official costings show it (assumptions.timing.accrual, fitted to them)."
    ),
    "cash": (
        "Amounts count in the financial year in which they fall due, by each company's payment regime under each law; "
        "repayments and credits have dates of their own (assumptions.timing.payment)."
    ),
}


def method(result: CostingResult) -> Iterator[str]:
    """How the cost was worked out: paragraphs."""
    used = result.population
    yield (
        f"Both laws are worked out for {used.records:,} records that stand for {used.companies / _MILLION:.2f} million "
        "companies of the United Kingdom, accounting period by accounting period, with each company's own rates of "
        "tax, losses, groups and limits. The cost is the difference of the two, added up by weight. "
        f"{_BASES[result.basis]}"
    )
    yield (_of_training(result) if result.training else _of_other_changes(result))
    yield (
        "Effects on the whole economy, on wages and on other taxes are left out, as in official costings. "
        f"{words.fit(result.fit) if result.fit else ''}"
    ).strip()


def _of_training(result: CostingResult) -> str:
    take_up = {path.rsplit(".", 1)[1]: value for path, value in result.assumptions.items() if path.startswith(_TAKE_UP)}
    claims = ", ".join(f"{take_up[year]:.0%} {when}" for year, when in _YEARS.items() if year in take_up)
    static = f"Static: the share of those entitled that claims is {claims}; nobody does anything else."
    if result.behaviour == NONE:
        return f"{static} This run assumes no response."
    return (
        f"{static} Post-behavioural: training worth {_assumed(result, 'relabelling'):.0%} of what is claimed is "
        "relabelled into the relief; each company's training responds to the fall in its own after-tax price of one "
        f"more £1, with an elasticity of {_assumed(result, 'elasticity'):g}; {_assumed(result, 'displacement'):.0%} of "
        "the extra training takes the place of profit, and so has its ordinary deduction as well; and "
        f"{_assumed(result, 'compliance_loss'):.0%} more is paid on claims that are not due."
    )


def _assumed(result: CostingResult, name: str) -> float:
    """An assumption of behaviour, at the level of the run where it has levels."""
    found = {path.removeprefix(_BEHAVIOUR): value for path, value in result.assumptions.items()}
    return found.get(name, found.get(f"{name}.{result.behaviour}", 0.0))


def _of_other_changes(result: CostingResult) -> str:
    static = "Static: companies claim what is useful to them under each law and change nothing else."
    steps = [step.name.lower() for step in result.steps if step.is_behavioural]
    if not steps:
        return f"{static} No response to this measure is assumed: the post-behavioural effect is the static one."
    return f"{static} Post-behavioural, with what companies do about it: {', '.join(steps)}."


def falsifiers(result: CostingResult) -> Iterator[str]:
    """What would show the costing to be wrong, and in which figures it would be seen."""
    if result.training:
        yield from _of_claims(result)
    yield from _of_returns(result)
    yield (
        "Tax base. All else the same, the cost moves in proportion to the tax base: a figure of its table that turns "
        "out otherwise shows by how much."
    )


def _of_claims(result: CostingResult) -> Iterator[str]:
    place = year_of_finding(result)
    year, claimants = result.financial_years[place], result.claimants[place]
    yield (
        f"Claims. This costing has {round(claimants, -3):,.0f} companies claim on "
        f"£{result.training['claimed'][place]:,.0f} million of training in {year}. A first year of claims far from the "
        "path of the workbook (sheet Cost by year) would show take-up or the base to be wrong."
    )
    yield (
        f"Training. It has £{result.training['induced'][place]:,.0f} million of training induced in {year}. The next "
        "Employer Skills Survey would show whether spending a head rose with the relief, and more where the price fell "
        "more."
    )
    yield (
        "Field needed. The company tax return (CT600) has no box for spending on training. Boxes for qualifying "
        "training by cost head and for the extra deduction claimed, as page CT600L has for research and development, "
        "would test the base, take-up and relabelling at once."
    )


def _of_returns(result: CostingResult) -> Iterator[str]:
    """Boxes of the company tax return that hold what the law changes."""
    named = {name for one in trail.changes(result) for name in one.path.split(".")}
    variables = current_law().variables
    found = {name: box for name in sorted(named & variables.keys()) if (box := box_of(variables[name]))}
    if found:
        told = ", ".join(f"{name.replace('_', ' ')} ({box})" for name, box in found.items())
        yield f"Returns. HMRC can test this costing on the boxes of the company tax return (CT600) for {told}."
    elif not result.training:
        yield "Returns. HMRC can test this costing on profits (box 315) and tax (box 440) of the company tax return (CT600)."
