"""The section of a costing's report on what the extra training would be worth: an appraisal, which no total includes."""

from __future__ import annotations

from collections.abc import Iterator

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.appraisal import CASES, CENTRAL, FASTER, FASTEST, SLOWER, Appraisal
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.number_formats import MILLION, percentage
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.sections import Column, Medium, Note, Part, Row, Section, Style, Table

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


def section(result: CostingResult, _command: str = "") -> Section:
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
