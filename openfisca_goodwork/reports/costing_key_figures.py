"""The figures of a costing to read first: of one, and of several reforms beside one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.number_formats import in_words, three_figures
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.sections import Column, Medium, Table

_GAINING, _ANYWAY, _UNCERTAINTY = "Companies that gain", "Training that would have happened anyway", "Uncertainty"
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
    effect = words.borne(result, result.post_behavioural[place], place)
    what, most = _effect(effect)
    yield KeyFigure(what, result.financial_years[place], most, words.likely(result) or words.NO_RANGE)
    if result.distribution is not None:
        total = result.distribution.total()
        mean = "" if total.mean_gain is None else f"£{three_figures(total.mean_gain)} each on average."
        yield KeyFigure(_GAINING, result.distribution.financial_year, three_figures(total.gaining), mean)
    value = result.value_for_money()
    if value and value["deadweight_share"] is not None:
        each = value["exchequer_cost_per_extra_pound"]
        more = "" if each is None else f"The rest is extra: £{each:.2f} of public money for each £1 of it."
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
    """The figures to read first of several reforms, a row a reform: each with its year, as they need not be of the same."""
    rows = []
    for result in results:
        figures = list(key_figures(result))
        place = words.year_of_finding(result)
        # To the £5 million of the table by year, which stands beside it.
        what, most = _effect(result.post_behavioural[place])
        effect = f"{what} {most} ({result.financial_years[place]})" if figures else "None"
        others = {figure.what: f"{figure.figure}{f' ({figure.year})' if figure.year else ''}" for figure in figures[1:]}
        rows.append(
            (
                " + ".join(reform.title for reform in result.reforms),
                effect,
                *(others.get(what, "") for what in (_GAINING, _ANYWAY, _UNCERTAINTY)),
            )
        )
    columns = (Column("Reform", width=40), *(Column(what, width=18) for what in ("Effect", _GAINING, _ANYWAY, _UNCERTAINTY)))
    return Table(
        "What each costs, who gains, what would have happened anyway, how sure", columns, tuple(rows), on=Medium.SCREEN
    )
