"""The tables of a costing: its rows by financial year in their order, its tax base, what the money buys, what drives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.official import NAME as OFFICIAL
from openfisca_goodwork.costing.result import Amounts
from openfisca_goodwork.costing.uncertainty import Sensitivity, Uncertainty
from openfisca_goodwork.number_formats import (
    COUNT,
    EFFECT,
    MILLION,
    MILLION_1,
    PERCENTAGE,
    PERCENTAGE_1,
    POUNDS,
    POUNDS_AND_PENCE,
    THREE_FIGURES,
    Kind,
)
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.sections import EVERYWHERE, Cell, Column, Medium, Row, Table

ALL_YEARS = "All years"
STATIC, POST_BEHAVIOURAL = "Static", "Post-behavioural"
RESPONSE = "What companies do"
CLAIMANTS = "Companies claiming"
RUNNING_COST = "HMRC running cost, in no line above"
ACCRUALS, CASH = "As it accrues", "As it falls due (cash)"
KINDS_OF_PAYMENT = {
    "ordinary": "Dates of payment: companies that pay on one day",
    "large": "Dates of payment: large companies",
    "very_large": "Dates of payment: very large companies",
    "surrendered_losses": "Dates of payment: losses surrendered in a group",
    "repayments": "Dates of payment: repayments for losses carried back",
    "credits": "Dates of payment: credits paid out",
}
TRAINING = {"entitled": "Qualifying training", "claimed": "Claimed", "induced": "Extra because of the relief"}
MILLION_BY_YEAR = "£ million, plus improves the public finances"
NAME_WIDTH = 52.0
_TERMINAL_OR_DOCUMENT = Medium.TERMINAL | Medium.DOCUMENT
# What the columns of the figures of each chart are called.
_YEAR, _MILLION = Column("Financial year"), Column("£ million", EFFECT)
BY_YEAR_COLUMNS = {
    "measure": Column("Measure"),
    "financial_year": _YEAR,
    "value": _MILLION,
    "low": Column("Range from", EFFECT),
    "high": Column("Range to", EFFECT),
}
HEAD_COLUMNS = {"head": Column("Type of training cost"), "financial_year": _YEAR, "value": _MILLION}
STEP_COLUMNS = {
    "step": Column("Step"),
    "start": Column("From", EFFECT),
    "end": Column("To", EFFECT),
    "value": _MILLION,
    "is_total": Column("Total"),
}
TORNADO_COLUMNS = {"assumption": Column("Assumption"), "end": Column("End of its range"), "value": _MILLION}


def headline(result: CostingResult) -> dict[str, Amounts]:
    """Static, post-behavioural, and with training and investment that do not respond (£ million by financial year)."""
    return {
        STATIC: result.static,
        post_behavioural(result): result.post_behavioural,
        words.WITHOUT_RESPONSE: result.without_response,
    }


def post_behavioural(result: CostingResult) -> str:
    """What the post-behavioural effect is called: ``Post-behavioural (central)``."""
    return f"{POST_BEHAVIOURAL} ({result.behaviour})"


def steps(result: CostingResult) -> dict[str, Amounts]:
    """Each step from full entitlement to the post-behavioural effect, with both totals in their places (£ million)."""
    static, response = (
        {words.step_in_words(step.name): step.effect for step in result.steps if step.is_behavioural is behavioural}
        for behavioural in (False, True)
    )
    return static | {STATIC: result.static} | response | {post_behavioural(result): result.post_behavioural}


def by_head(result: CostingResult) -> dict[str, Amounts]:
    """The static effect by type of training cost (£ million), those without any left out."""
    return {words.head_in_words(head): amounts for head, amounts in result.by_head.items() if any(amounts)}


def years(result: CostingResult, kind: Kind = EFFECT, *, first: str = "£ million", total: bool = True) -> tuple[Column, ...]:
    """A column of names, one a financial year, and in a workbook their sum."""
    names = result.financial_years
    added = Column(ALL_YEARS, kind, formula=f"SUM({{@{names[0]}}}:{{@{names[-1]}}})", on=Medium.WORKBOOK)
    return Column(first, width=NAME_WIDTH), *(Column(name, kind) for name in names), *([added] if total else [])


def row(name: str, amounts: Sequence[float | None], *, total: bool = True, **how: Any) -> Row:
    """A row of a table by financial year, with the sum of its years."""
    return Row((name, *amounts, sum(amount or 0.0 for amount in amounts) if total else None), **how)


def lines_of_cost(result: CostingResult) -> Iterator[Row]:
    """The rows of the cost by year; its totals are those of the sheet Steps."""
    totals = {STATIC: "static", post_behavioural(result): "post"}
    for name, amounts in steps(result).items():
        if name == post_behavioural(result):
            moved = tuple(after - before for before, after in zip(result.static, result.post_behavioural, strict=True))
            yield row(RESPONSE, moved, formula="{post}-{static}", on=Medium.WORKBOOK)
        if name in totals:
            yield row(name, amounts, key=totals[name], formula=f"{{Steps!{totals[name]}}}", is_total=True)
        else:
            yield row(name, amounts, indent=1, on=_TERMINAL_OR_DOCUMENT)
    yield from ends_of_range(result, Medium.TERMINAL)
    if result.official is not None and result.official.can_stand_beside:
        yield row(OFFICIAL, result.official.amounts, total=False, on=Medium.TERMINAL)
    yield row(words.WITHOUT_RESPONSE, result.without_response, key="elasticity 0")
    yield from _parts(result)
    yield from _training(result)


def _parts(result: CostingResult) -> Iterator[Row]:
    """Tax and spending, read where there are both, the other basis, and what running the relief costs."""
    paid_out = EVERYWHERE if any(result.spending) else Medium.WORKBOOK
    yield row("Of which credits paid out (spending)", result.spending, key="spending", on=paid_out)
    yield row("Of which tax", result.tax, formula="{post}-{spending}", on=paid_out)
    if result.bridge is not None:
        other = (CASH, result.bridge.cash) if result.basis == "accruals" else (ACCRUALS, result.bridge.accruals)
        yield row(*other, on=_TERMINAL_OR_DOCUMENT)
        yield row("Difference: dates of payment", result.bridge.difference, indent=1, on=Medium.TERMINAL)
    if result.administration:
        yield row(RUNNING_COST, result.administration)


def _training(result: CostingResult) -> Iterator[Row]:
    """Training, who claims, what the relief costs and whom it trains; all but who claims in a workbook alone."""
    for name, amounts in result.training.items():
        yield row(f"{TRAINING[name]}, £ million", amounts, kind=MILLION, on=Medium.WORKBOOK)
    if result.claimants:
        yield row(CLAIMANTS, result.claimants, total=False, kind=THREE_FIGURES)
    if result.value is not None:
        for name, costs in result.value.costs.items():
            label = f"{words.head_in_words(name)}, £ million (a cost is positive)"
            yield row(label, costs, kind=MILLION_1, on=Medium.WORKBOOK)
        for name, people in result.value.people.items():
            yield row(f"Trainees {name}, number", people, kind=COUNT, on=Medium.WORKBOOK)


def ends_of_range(result: CostingResult, on: Medium) -> Iterator[Row]:
    """The ends of the range, where there is one."""
    uncertainty = result.uncertainty
    if uncertainty is not None:
        for name, amounts in zip(words.ends_of_range(result), (uncertainty.low, uncertainty.high), strict=True):
            yield row(name, amounts, total=False, indent=1, on=on)


def lines_of_base(result: CostingResult, growth: str) -> Iterator[Row]:
    """The lines of the tax base; the total of the shares, grown, is a formula of them."""
    lines = trail.tax_base(result)
    shares = [number for number, base in enumerate(lines) if base.unit == trail.SHARE_OF_TRAINING]
    for number, base in enumerate(lines):
        formula = ""
        if base.is_product:
            first, last = shares[0], shares[-1]
            grown = f"SUMPRODUCT({{{first}}}:{{{last}}},{{{first}@{growth}}}:{{{last}@{growth}}})"
            formula = f"{{{first - 1}}}*{grown}"
        kind = PERCENTAGE if base.unit == trail.SHARE_OF_TRAINING else MILLION
        cells = (base.what, Cell(base.amount, kind), base.unit, base.year, base.growth, base.source, base.status)
        yield Row(cells, key=str(number), formula=formula, is_total=base.is_product)


def lines_of_value(result: CostingResult) -> Iterator[Row]:
    """What the money buys over all years together; nothing where no training is induced."""
    value = result.value_for_money()
    if not value or value["exchequer_cost_per_extra_pound"] is None:
        return
    present = value["net_present_value"]
    prices = f"{present['prices_and_value_of']} prices, {present['discount_rate']:.1%} a year"
    lines: dict[str, tuple[float | None, Kind]] = {
        "Training relieved that would have happened anyway, £ million": (sum(value["claimed_training"]), MILLION),
        "Extra training because of the relief, £ million": (sum(value["induced_training"]), MILLION),
        "Deadweight: share of relieved training that would have happened anyway": (value["deadweight_share"], PERCENTAGE_1),
        "Tax relief cost: relief on all that is claimed, £ million": (sum(value["tax_relief_cost"]), MILLION),
        "Revenue forgone: relief on training as planned, £ million": (sum(value["revenue_forgone"]), MILLION),
        "Exchequer cost: with ordinary deductions and incorrect claims, £ million": (sum(value["exchequer_cost"]), MILLION),
        "Public money for each extra £1 of training, £": (value["exchequer_cost_per_extra_pound"], POUNDS_AND_PENCE),
        "Extra training for each £1 of relief, £": (value["extra_spending_per_pound_of_relief"], POUNDS_AND_PENCE),
        "Cost for each person trained with it in a year, £": (value["cost_per_trainee"], POUNDS),
        "Cost for each extra person trained, £": (value["cost_per_additional_trainee"], POUNDS),
        f"Present value of the effect ({prices}), £ million": (present["exchequer_effect"], MILLION),
    }
    yield from (Row((name, Cell(amount, kind))) for name, (amount, kind) in lines.items() if amount is not None)


def each_alone(uncertainty: Uncertainty) -> Table:
    """What each assumption alone would make of the total."""

    def line(assumption: Sensitivity) -> Row:
        low, central, high = assumption.in_words
        return Row((assumption.label, low, sum(assumption.effect_low), central, high, sum(assumption.effect_high)))

    columns = (
        Column("Assumption alone", width=40),
        Column("Low", width=11),
        Column("If low, £ million", EFFECT),
        Column("Here", width=11),
        Column("High", width=11),
        Column("If high, £ million", EFFECT),
    )
    caption = "Each assumption alone: by how much each end moves all years together, £ million, rounded to £5 million"
    return Table(caption, columns, tuple(map(line, uncertainty.sensitivity)), on=Medium.READ)


def each_by_year(uncertainty: Uncertainty) -> Iterator[Row]:
    """What each assumption alone moves at its ends, by year."""
    for assumption in uncertainty.sensitivity:
        for value, effect in (
            (assumption.in_words[0], assumption.effect_low),
            (assumption.in_words[2], assumption.effect_high),
        ):
            yield row(f"Moved by: {assumption.label}, {value} for {assumption.in_words[1]}", effect)
