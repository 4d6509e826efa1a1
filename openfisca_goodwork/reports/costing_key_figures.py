"""The figures of a costing to read first, of one and of several reforms beside one another; and what the money buys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.value_for_money import per
from openfisca_goodwork.number_formats import EFFECT, in_words, rounded_range, three_figures
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.sections import Column, Medium, Table

_GAINING, _ANYWAY, _UNCERTAINTY = "Companies that gain", "Training relieved that would have happened anyway", "Uncertainty"
_NEARLY_ALL = 0.99


@dataclass(frozen=True)
class KeyFigure:
    """A figure to read first: what it is, of which year (empty for all), the figure, and what belongs to it."""

    what: str
    year: str
    figure: str
    more: str

    @property
    def heading(self) -> str:
        """What it is, with its year."""
        return f"{self.what} in {self.year}" if self.year else self.what


def key_figures(result: CostingResult) -> Iterator[KeyFigure]:
    """The figures to read first; none without an effect.

    The cost of the year of the finding with its range, who gains, what would have happened anyway, how far to trust it.
    """
    if result.no_effect:
        return
    place = words.year_of_finding(result)
    what, most = _effect(result.post_behavioural[place])
    yield KeyFigure(what, result.financial_years[place], most, words.likely(result) or words.NO_RANGE)
    if result.distribution is not None:
        total = result.distribution.total()
        mean = "" if total.mean_gain is None else f"£{three_figures(total.mean_gain)} each on average."
        yield KeyFigure(_GAINING, result.distribution.financial_year, three_figures(total.gaining), mean)
    value = result.value_for_money()
    if value and value["deadweight_share"] is not None:
        each = value["exchequer_cost_per_extra_pound"]
        more = "" if each is None else f"£{each:.2f} of public money for each extra £1 of training. {extra_pound(result)}"
        yield KeyFigure(_ANYWAY, "", _anyway(value["deadweight_share"]), more)
    rated = result.rating
    which = "of its kind" if result.credibility.has_own_kind else "of other measures, as none of its kind is on file"
    out = f"On official costings {which}, the model was {result.credibility.mean:.0%} out on average."
    yield KeyFigure(_UNCERTAINTY, "", "Not rated" if rated is None else rated.overall.capitalize(), out)


def _effect(amount: float) -> tuple[str, str]:
    """What an amount (£ million) is called, a cost or what is raised, and how large it is."""
    verb, _, most = in_words(amount).partition(" ")
    return {"costs": "Cost", "raises": "Raised"}.get(verb, "Effect"), most or verb


def _anyway(share: float) -> str:
    """A share that words would round to all, though some is left, as more than 99%."""
    return f"Over {_NEARLY_ALL:.0%}" if _NEARLY_ALL < share < 1 and f"{share:.0%}" == f"{1:.0%}" else f"{share:.0%}"


def figures_beside(results: Sequence[CostingResult]) -> Table:
    """The figures to read first of several reforms, a row a reform: of one year for all, and of all years."""
    last = results[0].financial_years[-1]
    whom = list(dict.fromkeys(result.distribution.financial_year for result in results if result.distribution is not None))
    is_of_one_year = len(whom) == 1
    rows = []
    for result in results:
        drawn = result.uncertainty
        figures = {figure.what: figure for figure in key_figures(result)}
        gaining = figures.get(_GAINING)
        who = "" if gaining is None else gaining.figure if is_of_one_year else f"{gaining.figure} ({gaining.year})"
        rows.append(
            (
                " + ".join(reform.title for reform in result.reforms),
                result.post_behavioural[-1],
                "" if drawn is None else rounded_range(drawn.low[-1], drawn.high[-1]),
                sum(result.post_behavioural),
                "" if drawn is None else rounded_range(*drawn.total),
                who,
                *(figures[what].figure if what in figures else "" for what in (_ANYWAY, _UNCERTAINTY)),
            )
        )
    level = next((f"{result.uncertainty.level:.0%} range" for result in results if result.uncertainty is not None), "Range")
    columns = (
        Column("Reform", width=40),
        Column(f"Effect in {last}, £m", EFFECT),
        Column(f"{level} in {last}, £m", width=18),
        Column("All years, £m", EFFECT),
        Column(f"{level} of all years, £m", width=18),
        Column(f"{_GAINING} in {whom[0]}" if is_of_one_year else _GAINING, width=18),
        *(Column(what, width=18) for what in (_ANYWAY, _UNCERTAINTY)),
    )
    caption = "What each costs, with its range; who gains, what would have happened anyway, how sure"
    return Table(caption, columns, tuple(rows), on=Medium.SCREEN)


# --- what the money buys, in sentences -----------------------------------------------------------------------------------


def value_for_money(result: CostingResult) -> tuple[str, ...]:
    """What the money buys, in sentences; nothing where nothing is induced."""
    value = result.value_for_money()
    if not value or value["exchequer_cost_per_extra_pound"] is None:
        return ()
    each = value["exchequer_cost_per_extra_pound"]
    first = (
        f"Value for money over {words.span(result)}: £{each:.2f} of public money for each extra £1 of training"
        f"{_from_to(value['public_money_per_extra_pound_range'])}; £{value['whole_cost_per_extra_pound']:.2f}"
        f"{_from_to(value['whole_cost_per_extra_pound_range'])} with what HMRC and companies spend on claims; "
        f"{value['deadweight_share']:.0%} of the training relieved would have happened anyway. {extra_pound(result)}"
    )
    trained, more, present = value["cost_per_trainee"], value["cost_per_additional_trainee"], value["net_present_value"]
    people = ""
    if trained is not None and more is not None:
        extra = three_figures(more)
        people = (
            f"It costs £{trained:,.0f} for each person trained with it in a year, £{extra} for each extra person trained."
        )
    worth = (
        f"In present value the relief {in_words(present['exchequer_effect'])} (prices of {present['prices_and_value_of']}, "
        f"{present['discount_rate']:.1%} a year)."
    )
    return tuple(filter(None, (first, people, worth)))


def extra_pound(result: CostingResult) -> str:
    """What an extra £1 of training counts, beside the share that would have happened anyway; nothing of none."""
    relieved = per(sum(result.training.get("induced_relieved", ())), sum(result.training.get("induced", ())))
    if relieved is None:
        return ""
    return (
        f"An extra £1 counts every cost of training, trainees' time included: the relief is given on {100 * relieved:.0f}p "
        "of it. The share that would have happened anyway counts only what the relief is given on."
    )


def _from_to(ends: Sequence[float | None] | None) -> str:
    if ends is None:
        return ""
    least, most = ends
    return f" (from £{least:.2f} {'up, without an end' if most is None else f'to £{most:.2f}'})"
