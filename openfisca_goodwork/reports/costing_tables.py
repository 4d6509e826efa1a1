"""The tables of a costing: its rows by financial year, its tax base, what the money buys, what drives it, who gains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import UNITS, PriorityAreas, Totals
from openfisca_goodwork.costing.distribution import Table as Classes
from openfisca_goodwork.costing.distribution import in_words as heading_of
from openfisca_goodwork.costing.official import NAME as OFFICIAL
from openfisca_goodwork.costing.result import Amounts
from openfisca_goodwork.costing.uncertainty import Uncertainty
from openfisca_goodwork.costing.uncertainty.result import AXES
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
from openfisca_goodwork.policy.check import RESPONSES
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.sections import EVERYWHERE, Cell, Column, Medium, Note, Part, Row, Style, Table, rows_of

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
TRAINING = {
    "entitled": "Qualifying training, as planned",
    "claimed": "Claimed, of training as planned",
    "induced": "Extra because of the relief, at full cost",
    "induced_relieved": "The part of it that is relieved",
}
MILLION_BY_YEAR = "£ million, plus improves the public finances"
NAME_WIDTH = 52.0
ALL, ALL_COMPANIES = "All of these", "All companies"
GAIN_COLUMNS = {"name": Column("Class"), "value": Column("£ million", EFFECT)}
WINNER_COLUMNS = {"class": Column("Class"), "outcome": Column("Companies that"), "value": Column("Share", PERCENTAGE_1)}
_TERMINAL_OR_DOCUMENT = Medium.TERMINAL | Medium.DOCUMENT
_TERMINAL_OR_SCREEN = Medium.TERMINAL | Medium.SCREEN
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
    """What the post-behavioural effect is called: ``Post-behavioural (central)``, said where the run set its assumptions."""
    is_set = any(setting.startswith(RESPONSES) for setting in result.settings)
    return f"{POST_BEHAVIOURAL} ({result.behaviour}{', assumptions set' if is_set else ''})"


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
        "Extra training because of the relief, every type of cost, £ million": (sum(value["induced_training"]), MILLION),
        "Deadweight: share of relieved training that would have happened anyway": (value["deadweight_share"], PERCENTAGE_1),
        "Tax relief cost: relief on all claims, extra and reclassified training included, £ million": (
            sum(value["tax_relief_cost"]),
            MILLION,
        ),
        "Revenue forgone: relief on training as planned, £ million": (sum(value["revenue_forgone"]), MILLION),
        "Exchequer cost: with ordinary deductions and incorrect claims, £ million": (sum(value["exchequer_cost"]), MILLION),
        "Public money for each extra £1 of training, £": (value["exchequer_cost_per_extra_pound"], POUNDS_AND_PENCE),
        "Extra training for each £1 of relief, £": (value["extra_spending_per_pound_of_relief"], POUNDS_AND_PENCE),
        "Cost for each person trained with it in a year, £": (value["cost_per_trainee"], POUNDS),
        "Cost for each extra person trained, £": (value["cost_per_additional_trainee"], POUNDS),
        f"Exchequer cost in present value ({prices}), £ million": (-present["exchequer_effect"], MILLION),
    }
    yield from (Row((name, Cell(amount, kind))) for name, (amount, kind) in lines.items() if amount is not None)


def rating(result: CostingResult, on: Medium = EVERYWHERE) -> Table:
    """The uncertainty of a costing, rated on data, modelling and behaviour, each with its reason."""
    rated = result.rating
    columns = (Column("Uncertainty of", width=16), Column("Rating", width=14), Column("Why", width=60))
    rows: list[Row] = []
    if rated is not None:
        rows = [Row((axis.capitalize(), getattr(rated, axis), rated.reasons[axis])) for axis in AXES]
        rows.append(Row(("Overall", rated.overall, words.SCALE_OF_RATING), is_total=True))
    caption = "Rating of the costing's uncertainty on data, modelling and behaviour"
    return Table(caption, columns, rows, empty=words.NO_RATING, on=on)


def each_alone(uncertainty: Uncertainty) -> Table:
    """What each assumption alone would make of the total."""
    columns = (
        Column("Assumption alone", width=40, of="label"),
        Column("Low", width=11, of=lambda assumption: assumption.in_words[0]),
        Column("If low, £ million", EFFECT, of=lambda assumption: sum(assumption.effect_low)),
        Column("Here", width=11, of=lambda assumption: assumption.in_words[1]),
        Column("High", width=11, of=lambda assumption: assumption.in_words[2]),
        Column("If high, £ million", EFFECT, of=lambda assumption: sum(assumption.effect_high)),
    )
    caption = f"Each assumption alone: by how much each end moves all years together, {MILLION_BY_YEAR}, to £5 million"
    return Table(caption, columns, rows_of(columns, uncertainty.sensitivity), on=Medium.READ)


def each_by_year(uncertainty: Uncertainty) -> Iterator[Row]:
    """What each assumption alone moves at its ends, by year."""
    for assumption in uncertainty.sensitivity:
        for value, effect in (
            (assumption.in_words[0], assumption.effect_low),
            (assumption.in_words[2], assumption.effect_high),
        ):
            yield row(f"Moved by: {assumption.label}, {value} for {assumption.in_words[1]}", effect)


def classes(table: Classes, on: Medium = EVERYWHERE) -> Table:
    """One classification to read: companies that gain and lose, the gain, its share, and per company and employee."""
    columns = (
        Column(table.name, width=32, of=lambda held: held.name + (" *" if held.has_few_records else "")),
        Column("Companies", THREE_FIGURES, on=_TERMINAL_OR_SCREEN, of="companies"),
        Column("Gain", THREE_FIGURES, of="gaining"),
        Column("Lose", THREE_FIGURES, of="losing"),
        Column("Net gain, £m", MILLION, of="gain"),
        Column("Share of net gain", PERCENTAGE_1, of="share_of_gain"),
        Column("£ for each that gains", THREE_FIGURES, on=_TERMINAL_OR_SCREEN, of="gain_per_gaining_company"),
        Column("£ per employee", POUNDS_AND_PENCE, on=Medium.READ, of="gain_per_employee"),
        Column("Claimants", THREE_FIGURES, on=Medium.SCREEN, of="claimants"),
    )
    caption = (
        f"{table.name} ({table.marked}), {table.step}; £m of tax no longer due and credits paid out to companies that gain, "
        "less what companies that lose pay more"
    )
    return Table(caption, columns, rows_of(columns, table.rows), on=on)


_ADDED = (
    *("records", "records_affected", "companies", "gaining", "losing", "unaffected", "gain", "claimants"),
    *("qualifying_training", "induced_training"),
)
_KINDS = {"records": COUNT, "companies": COUNT, "£ million": MILLION_1, "share": PERCENTAGE_1, "£": POUNDS_AND_PENCE}


def every_class(tables: Iterable[Classes]) -> Table:
    """Every classification in both steps, each with the totals of its classes."""
    columns = (
        *(Column("Classes", width=50), Column("Step", width=17), Column("Observed or modelled", width=12)),
        Column("Class", width=36),
        *(Column(heading_of(name), _KINDS[unit], width=14) for name, unit in UNITS.items()),
        *(Column("Few records", width=12), Column("Basis", width=90)),
    )
    rows: list[Row] = []
    for number, table in enumerate(tables):
        about = (table.name, table.step, table.marked)
        for place, row in enumerate(table.rows):
            figures = tuple(getattr(row, name) for name in UNITS)
            few = "few" if row.has_few_records else ""
            rows.append(Row((*about, row.name, *figures, few, table.basis), key=f"{number}.{place}"))
        sums = {name: float(sum(getattr(row, name) or 0.0 for row in table.rows)) for name in _ADDED}
        added = tuple(sums.get(name) for name in UNITS)
        formula = f"SUM({{{number}.0}}:{{{number}.{len(table.rows) - 1}}})"
        rows.append(Row((*about, ALL, *added, "", ""), formula=formula, is_total=True))
    return Table(
        "Who gains, by every classification; a gain is tax no longer due and credits paid out",
        columns,
        rows,
        name="who-gains",
        on=Medium.WORKBOOK,
    )


def all_companies(total: Totals) -> Table:
    """All companies in one step, and from what they gain to the effect of the financial year."""
    lines: dict[str, tuple[float | None, Kind]] = {
        "Mean gain of those that gain, £": (total.mean_gain, POUNDS_AND_PENCE),
        "Median gain of those that gain, £": (total.median_gain, POUNDS_AND_PENCE),
        "Gain of those that gain, £ million": (total.gain_of_gaining, MILLION_1),
        "Loss of those that lose, £ million": (total.loss_of_losing, MILLION_1),
        "Incorrect and fraudulent claims, £ million": (total.invalid_claims, EFFECT),
        "Exchequer effect, these accounting periods, £ million": (total.exchequer_effect, EFFECT),
        "Exchequer effect, accruals of the year, £ million": (total.accrued, EFFECT),
    }
    return _amounts(f"{ALL_COMPANIES}, {total.step}", lines)


def priority_areas(areas: PriorityAreas | None) -> Iterator[Part]:
    """Training in priority areas, with what that rests on; nothing where none of it qualifies."""
    if areas is not None:
        lines: dict[str, tuple[float | None, Kind]] = {
            "Share of qualifying training": (areas.share_of_training, PERCENTAGE_1),
            "Qualifying training, £ million": (areas.qualifying_training, MILLION_1),
            "Extra training because of the relief, £ million": (areas.induced_training, MILLION_1),
        }
        yield _amounts("Training in priority areas (modelled)", lines)
        yield Note(areas.basis, Style.SMALL, on=Medium.SCREEN | Medium.WORKBOOK)


def _amounts(caption: str, lines: Mapping[str, tuple[float | None, Kind]]) -> Table:
    rows = tuple(Row((name, Cell(amount, kind))) for name, (amount, kind) in lines.items())
    return Table(caption, (Column(""), Column(" ", EFFECT)), rows, on=Medium.WORKBOOK)
