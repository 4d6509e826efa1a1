"""The tables of a costing: its rows by financial year, its tax base, what the money buys, what drives it, who gains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import UNITS, PriorityAreas, Totals
from openfisca_goodwork.costing.distribution import Table as Classes
from openfisca_goodwork.costing.distribution import in_words as heading_of
from openfisca_goodwork.costing.official import NAME as OFFICIAL
from openfisca_goodwork.costing.parts import WorkPlan
from openfisca_goodwork.costing.payments import Amounts
from openfisca_goodwork.costing.uncertainty import Uncertainty
from openfisca_goodwork.costing.uncertainty.result import AXES
from openfisca_goodwork.costing.value_for_money import CASES, CENTRAL, FASTER, FASTEST, SLOWER, Appraisal
from openfisca_goodwork.errors import counted
from openfisca_goodwork.law.periods import financial_year_name
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
    percentage,
)
from openfisca_goodwork.policy.check import RESPONSES
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.sections import (
    EVERYWHERE,
    Cell,
    Column,
    Medium,
    Note,
    Part,
    Report,
    Row,
    Section,
    Style,
    Table,
)

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
_TERMINAL_OR_SCREEN = Medium.TERMINAL | Medium.SCREEN


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
            yield row(name, amounts, indent=1, on=Medium.PROSE)
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
        yield row(*other, on=Medium.PROSE)
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
    return Table.of(caption, columns, uncertainty.sensitivity, on=Medium.READ)


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
    return Table.of(caption, columns, table.rows, on=on)


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
        yield Note(areas.basis, Style.SMALL, on=Medium.INTERACTIVE)


def _amounts(caption: str, lines: Mapping[str, tuple[float | None, Kind]]) -> Table:
    rows = tuple(Row((name, Cell(amount, kind))) for name, (amount, kind) in lines.items())
    return Table(caption, (Column(""), Column(" ", EFFECT)), rows, on=Medium.WORKBOOK)


# --- what the extra training would be worth: an appraisal, which no total includes -------------------------------------


NAME = "What the extra training is worth"
OUTSIDE = "Appraisal, not part of the costing: no total includes it."
_NAME_WIDTH = 62
# What the evidence does not bear, said wherever the appraisal is.
MUST_NOT_SAY = (
    "It does not say that the relief pays for itself, or what it costs after growth.",
    "It counts nothing for training that would have happened anyway.",
    "It says nothing of jobs, places or sectors, and three cases are no probabilities.",
    "No study of what £1 of training brings in the United Kingdom was found: the returns are of other countries' firms.",
    "Not every extra pound need be training that raises output: safety and induction are among it.",
)


def section(result: CostingResult) -> Section:
    """What the extra training costs and brings in four cases, what it takes to break even, and what must not be claimed."""
    worth = result.appraisal
    if worth is None:
        return Section(NAME, NAME, ())
    if not any(worth.training):
        return Section(NAME, NAME, (Note(f"{OUTSIDE} No training is extra, so there is nothing to appraise."),))
    first = financial_year_name(worth.years[0])
    caption = (
        f"Extra training of {words.span(result)}, £ million, present value in {first}, prices of {first}. "
        "Plus is a gain, minus a cost"
    )
    tests = Table(
        "Net to society in the central case, with one thing changed, £ million",
        (Column("Changed", width=_NAME_WIDTH), Column("Net to society", MILLION, width=16)),
        tuple(_tests(worth)),
        name="Appraisal tests",
        on=Medium.NOT_TERMINAL,
    )
    parts: list[Part] = [
        Note(OUTSIDE, Style.STRONG),
        *map(Note, _in_short(worth)),
        Table(caption, _columns(worth), tuple(_rows(worth)), name="Appraisal"),
        *map(Note, _how_sure(worth)),
        tests,
        *(Note(text, Style.SMALL) for text in MUST_NOT_SAY),
    ]
    return Section(NAME, "What the extra training would be worth to society", tuple(parts), sheet="Appraisal", folded=True)


def _columns(worth: Appraisal) -> tuple[Column, ...]:
    return (
        Column("£ million", width=_NAME_WIDTH),
        *(Column(case.name.capitalize(), MILLION, width=13) for case in worth.cases),
    )


def _rows(worth: Appraisal) -> Iterator[Row]:
    cases = worth.cases
    net = "{output}+{training}+{claims}"
    yield Row(("Output of the extra training", *(case.output for case in cases)), key="output")
    yield Row(("Extra training, full cost", *(-worth.training_cost for _ in cases)), key="training")
    yield Row(("HMRC and companies: running and claiming", *(-worth.claims_cost for _ in cases)), key="claims")
    yield Row(("Net to society", *(case.net for case in cases)), key="net", formula=net, is_total=True)
    yield Row(("Of output: paid to workers, before tax", *(case.to_workers for case in cases)), indent=1)
    yield Row(("Of output: profit, before tax", *(case.to_profit for case in cases)), indent=1)
    yield Row(("Memo: of output, comes back as tax", *(case.tax for case in cases)))
    yield Row(("Memo: effect of the relief on the Exchequer, a transfer", *(-worth.exchequer_cost for _ in cases)))
    after = financial_year_name(worth.years[-1] + 1)
    yield Row((f"Memo: output in {after} alone, same prices, not discounted", *(case.later_output for case in cases)))


def _in_short(worth: Appraisal) -> Iterator[str]:
    """What society gains or loses, and what the extra training does to value for money, in plain sentences."""
    low, central, high = (worth.case(name) for name in CASES[1:])
    yield (
        f"Society {_gains(central.net)} in the central case, with what HMRC and companies spend on claims; it "
        f"{_gains(low.net)} in the low case and {_gains(high.net)} in the high case."
    )
    if worth.share_extra is not None:
        yield (
            f"Extra training is {percentage(worth.share_extra, 1)} of the training relieved: the rest would have happened "
            "anyway, is relieved all the same, and is worth nothing here."
        )
    each = worth.output_for_public_pound
    if each is not None:
        extra = worth.training_cost / worth.exchequer_cost
        yield (
            f"£1 of public money goes with £{extra:.2f} of extra training at its full cost, the time of trainees included, "
            f"and in the central case with £{each:.2f} of output (low case £{low.output / worth.exchequer_cost:.2f}, "
            "high case "
            f"£{high.output / worth.exchequer_cost:.2f}). The relief moves money from taxpayers to companies and is "
            "no cost to society; the training is, and so is running the relief."
        )


def _gains(net: float) -> str:
    """`gains £529m`, `loses £312m`: £ million as a verb and an amount."""
    return f"{'gains' if net >= 0 else 'loses'} £{abs(net):,.0f}m"


def _how_sure(worth: Appraisal) -> Iterator[str]:
    switching = worth.switching_return
    if switching is not None:
        rate, taken = (
            percentage(worth.discount_rate, 1),
            [f"{worth[f'return_on_training.{name}']:.0%}" for name in CASES[1:]],
        )
        yield (
            f"Society breaks even at a real return of {percentage(switching, 1)} a year on the full cost of training, with "
            f"running and claiming; without them at {rate}, the discount rate. The cases take {', '.join(taken)}, and "
            f"{worth['fade_out.central']:.0%} of the gain fades each year."
        )
    low, central, high = (f"{worth[f'share_to_workers.{name}']:.0%}" for name in CASES[1:])
    yield f"Workers have {central} of the output in every case; studies put it at {low} to {high}."
    if worth.exchequer_cost:
        low, central, high = (f"{worth.case(name).tax / worth.exchequer_cost:.0%}" for name in CASES[1:])
        yield (
            f"In the central case {central} of what the relief costs the Exchequer comes back as tax, in all years together "
            f"(low case {low}, high case {high}). That cost has the ordinary deduction on extra training in it. The "
            "Office for "
            "Budget Responsibility would not count that in the costing of a measure, and nor does this one."
        )
    if worth.share_of_product is not None and worth.gross_domestic_product is not None:
        year = financial_year_name(worth.gross_domestic_product[0])
        yield f"In {year} the output is {worth.share_of_product:.4%} of gross domestic product in the central case."
    yield (
        f"All of it rests on how far training follows its price, an elasticity of {worth.elasticity:g} "
        f"({worth.elasticity_of_small:g} below {worth.small_below:.0f} employees): at 0 nothing is extra. "
        "Ask again with --behaviour low or high."
    )


def _tests(worth: Appraisal) -> Iterator[Row]:
    tests, gain = worth.tests, worth.case(CENTRAL).first_gain
    for speed in (SLOWER, FASTER, FASTEST):
        what = (
            f"{worth[f'fade_out.{speed}']:.0%} of the gain fades each year, {100 * gain:.0f}p for each £1 at first as before"
        )
        yield Row((what, tests[f"fade_out_{speed}"]))
    yield Row(("Only what is relieved is extra: no more time of trainees", tests["qualifying_only"]))
    yield Row(("Running and claiming left out", tests["without_claims"]))
    raised = f"Raising £1 of tax costs society £{worth['cost_of_public_funds']:.2f} more, which the Green Book leaves out"
    yield Row((raised, tests["with_cost_of_public_funds"]))


# --- the report of what a costing would run, before it is run ---------------------------------------------------------


_WHERE = {
    "here": "done in this process",
    "workers": "shared among {} of this machine",
    "cluster": "shared among {} of a cluster",
}


def report_of_plan(plan: WorkPlan) -> Report:
    """The report of a plan: how much work it is, and the memory of each process."""
    rows = [
        Row(("Records of the population, about", plan.records)),
        Row(("Parts in which they run", plan.parts)),
        Row(("Draws of the assumptions", plan.draws)),
        Row(("Stretches in which they run", plan.stretches)),
        Row(("Memory of this process, MB, about", plan.memory_here)),
        *([Row(("Memory of each worker, MB, about", plan.memory_of_a_worker))] if plan.memory_of_a_worker else []),
        *([Row(("Memory there is, MB", plan.memory_there_is))] if plan.memory_there_is else []),
    ]
    where = plan.where if plan.used else "here"
    finding = f"The work would be {_WHERE[where].format(counted(plan.workers, 'worker'))}"
    parts: list[Part] = [Table("What would be run", (Column("Work", width=50), Column("About", COUNT)), tuple(rows))]
    if plan.used < plan.workers:
        busy = f"Only {plan.used} of the workers would have something" if plan.used else "The workers would have nothing"
        parts.append(Note(f"{busy} to do: there are no more parts."))
    if not plan.is_enough:
        parts.append(Note("That is more memory than there is. Ask for fewer workers, or give them machines with more."))
    parts.append(
        Note("A population that is not in the cache of a machine is built there first, in up to a minute and 2 GB.")
    )
    return Report(
        "Plan", "", (Section("Plan", "How the work would be done", tuple(parts), finding),), command="", stem="plan"
    )
