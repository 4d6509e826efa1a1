"""From a headline back to what it rests on: the parameters that differ, the tax base, every assumption, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.summary import year_of_finding
from openfisca_goodwork.costing.two_laws import COMMON
from openfisca_goodwork.law.human_investment import relief_spells
from openfisca_goodwork.law.periods import day_in_words, history
from openfisca_goodwork.policy import Difference
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.differences import differences
from openfisca_goodwork.policy.laws import law_of, vocabulary_with
from openfisca_goodwork.policy.vocabulary import Vocabulary, addresses, first_date, kind_of, status_of, titles
from openfisca_goodwork.population.assumptions import PANEL_YEARS, Assumptions, growth_index
from openfisca_goodwork.population.inputs import HEADS_PRICED_BY_CPI
from openfisca_goodwork.population.report import Line
from openfisca_goodwork.population.training import SURVEY_PERIOD
from openfisca_goodwork.reports.words import head_in_words

_RELIEF = ("human_investment.", "good_work.")
_INCLUSION = "human_investment.qualifying.{}.inclusion"
_SHARE = "assumptions.base.training.head_share.{}"
_LEVY = "assumptions.base.training.levy_funded"
_MILLION = 1e6
SHARE_OF_TRAINING = "share"
_POUNDS, _MODEL = "£ million", "model"
_MARCH = 2  # the place of the month in which the accounting periods end that are financial years
TRAINING, TAX, ALLOWANCES = "training by sector", "corporation tax by year", "capital allowances"
# Which official figures are the base of a change of law, by how the paths of its parameters begin.
_BASES = {"capital_allowances.": ALLOWANCES, "corporation_tax.": TAX, "losses.": TAX, "research_and_development.": TAX}


def changes(result: CostingResult) -> tuple[Difference, ...]:
    """Every parameter of law in which the two laws differ, settings of the run included, by path and date."""
    return tuple(one for one in _all_changes(result) if not one.path.startswith(ASSUMPTIONS))


def changes_of_assumptions(result: CostingResult) -> tuple[Difference, ...]:
    """Every assumption in which the reformed law differs from the baseline."""
    return tuple(one for one in _all_changes(result) if one.path.startswith(ASSUMPTIONS))


def _all_changes(result: CostingResult) -> tuple[Difference, ...]:
    before, after = _vocabularies(result)
    return tuple(differences(before, after))


def _vocabularies(result: CostingResult) -> tuple[Vocabulary, Vocabulary]:
    """Both laws of a costing, parameter by parameter."""
    common = [one for one in result.settings if one.startswith(COMMON)]
    return vocabulary_with((), result.baseline, common), vocabulary_with(result.reforms, result.baseline, result.settings)


def commencement(result: CostingResult) -> date | None:
    """The first day on which the two laws differ in what they give or charge; None where they never do."""
    return min((start for start, _ in _spans(result)), default=None)


def sunset(result: CostingResult) -> date | None:
    """The last such day; None where the laws go on differing."""
    ends = [end for _, end in _spans(result)]
    return None if None in ends else max((one for one in ends if one is not None), default=None)


def _spans(result: CostingResult) -> list[tuple[date, date | None]]:
    """First and last days of relief for training, where that is what differs, and of every other difference."""
    found = changes(result)
    spans = [(one.starts, one.ends) for one in found if not one.path.startswith(_RELIEF)]
    if len(spans) < len(found):
        spans += relief_spells(law_of(result.reforms, result.baseline, result.settings))
    return spans


@dataclass(frozen=True)
class BaseLine:
    """One line of the tax base: what, how much, of which year, its growth to the year of the finding, where it comes from.

    `is_product`: it is the total of the first line times the shares above it, each grown.
    """

    what: str
    amount: float
    unit: str
    year: str
    growth: float | None
    source: str
    status: str
    is_product: bool = False


def tax_base(result: CostingResult) -> tuple[BaseLine, ...]:
    """What the change bears upon, from official figures to what the model makes of them in the year of the finding.

    Official figures are left out where the population was made by hand and has none.
    """
    paths = [one.path for one in changes(result)]
    lines: list[BaseLine] = []
    if any(path.startswith(_RELIEF) for path in paths):
        lines += _training(result)
    blocks = [block for start, block in _BASES.items() if any(path.startswith(start) for path in paths)]
    for block in dict.fromkeys(blocks):
        lines += _official(result, block)
    return tuple(lines)


def _training(result: CostingResult) -> Iterator[BaseLine]:
    """From the survey of training to what qualifies: total, heads that count, what the levy pays for, the model."""
    law, after = law_of(result.reforms, result.baseline, result.settings), _vocabularies(result)[1]
    on = max(filter(None, (commencement(result), first_date(after))))
    figures, grown = _figures(result, TRAINING), 0.0
    total = sum(one.official or 0.0 for one in figures)
    for first in figures[:1]:
        yield BaseLine("Training by companies, all costs", total, _POUNDS, first.year, None, first.source, first.status)
    for path in (one for one in after if one.startswith(_SHARE.format(""))):
        head = path.rsplit(".", 1)[1]
        if history(law, _INCLUSION.format(head)).on(on):
            share, growth = after[path].values[-1], _growth(result, law, head)
            what = f"{head_in_words(head)}, share of it"
            grown += total * float(share.value) * growth
            yield BaseLine(what, float(share.value), SHARE_OF_TRAINING, "", growth, titles(share), status_of(share))
    if grown:
        year = result.financial_years[year_of_finding(result)]
        what = "Training in these heads, before what is left out"
        yield BaseLine(what, grown, _POUNDS, year, None, "Total × share × growth, added up", "derived", is_product=True)
    if result.survey_includes_levy:
        levy, growth = after[_LEVY].values[-1], _growth(result, law, _LEVY)
        what, amount = "Paid for by the apprenticeship levy, left out", float(levy.value) / _MILLION
        yield BaseLine(what, amount, _POUNDS, str(SURVEY_PERIOD[0]), growth, titles(levy), status_of(levy))
    for name, said in (("entitled", "Qualifying training"), ("claimed", "Qualifying training that is claimed")):
        if name in result.training:
            place = year_of_finding(result)
            amount, year = result.training[name][place], result.financial_years[place]
            yield BaseLine(said, amount, _POUNDS, year, None, _model(result), _MODEL)


def _growth(result: CostingResult, law: Any, head: str) -> float:
    """What spending on a head is in the year of the finding, for £1 in the year of the survey."""
    series = "consumer_prices" if head in HEADS_PRICED_BY_CPI else "earnings"
    index = growth_index(Assumptions(law.parameters, result.forecast), series, SURVEY_PERIOD)
    return float(index[result.years[year_of_finding(result)] - PANEL_YEARS[0], _MARCH])


def _official(result: CostingResult, block: str) -> Iterator[BaseLine]:
    """The official figures of a block beside the model's: in the years of the costing, or else the last ones."""
    figures = _figures(result, block)
    for one in [one for one in figures if one.year in result.financial_years] or figures[-1:]:
        what = one.target.rsplit(",", 1)[0].capitalize() if block == ALLOWANCES else "Corporation tax"
        yield BaseLine(what, one.official or 0.0, _POUNDS, one.year, None, one.source, f"{one.status}, {one.role}")
        yield BaseLine(f"{what}, as modelled", one.model, _POUNDS, one.year, None, _model(result), _MODEL)


def _figures(result: CostingResult, block: str) -> list[Line]:
    return [] if result.fit is None else [one for one in result.fit.lines if one.block == block]


def _model(result: CostingResult) -> str:
    return f"This model, population {result.population.fingerprint[:12]}"


@dataclass(frozen=True)
class Assumed:
    """One dated value of an assumption: where it stands, what it is worth, how it is known, and whether the run used it."""

    path: str
    label: str
    starts: date
    value: Any
    unit: str
    kind: str
    status: str
    reference: str
    link: str
    used: str


def assumptions(result: CostingResult) -> tuple[Assumed, ...]:
    """Every assumption of the reformed law of a costing, behaviour that the run used first."""
    _, after = _vocabularies(result)
    found = [
        Assumed(
            path=path,
            label=leaf.label,
            starts=dated.date,
            value=dated.value,
            unit=leaf.unit,
            kind=kind_of(dated, leaf),
            status=status_of(dated),
            reference=titles(dated),
            link=addresses(dated),
            used=_use(path, result),
        )
        for path, leaf in after.items()
        if path.startswith(ASSUMPTIONS)
        for dated in leaf.values
    ]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.used)))


USED, BUILT_IN, NOT_USED = "in the response", "in the population", "not in this run"
_ORDER = (USED, BUILT_IN, NOT_USED)


def _use(path: str, result: CostingResult) -> str:
    if path in result.assumptions:
        return USED
    return BUILT_IN if path.startswith(COMMON) else NOT_USED


def day(when: date | None) -> str:
    """A day as people write it; "no end" for none."""
    return "no end" if when is None else day_in_words(when)
