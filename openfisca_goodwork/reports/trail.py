"""From a headline back to what it rests on: the parameters that differ, the tax base, every assumption, as tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import population
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import LEVELS, NONE
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.two_laws import COMMON
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import relief_spells
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.law.periods import day_in_words, history
from openfisca_goodwork.number_formats import DAY, EXACT_PERCENTAGE, LINK, NUMBER, POUNDS_AND_PENCE, SOURCE
from openfisca_goodwork.policy import Difference, Reform, compare, compose
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.differences import differences
from openfisca_goodwork.policy.laws import law_of, vocabulary_with
from openfisca_goodwork.policy.vocabulary import (
    Vocabulary,
    addresses,
    current_vocabulary,
    first_date,
    in_force,
    in_words,
    kind_of,
    last_date,
    status_of,
    titles,
)
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.inputs import HEADS_PRICED_BY_CPI
from openfisca_goodwork.population.report import Line
from openfisca_goodwork.population.training import SURVEY_PERIOD
from openfisca_goodwork.reports.costing_words import (
    NO_CHANGES,
    assumption_in_words,
    head_in_words,
    sets_assumptions,
    year_of_finding,
)
from openfisca_goodwork.reports.sections import EVERYWHERE, Cell, Column, Medium, Row, Table, Value, rows_of
from openfisca_goodwork.system import DatedValue, current_law, resource_directory

if TYPE_CHECKING:
    import pandas

NOT_IN_LAW = "not in law"
_RELIEF = ("human_investment.", "good_work.")
_INCLUSION = "human_investment.qualifying.{}.inclusion"
_SHARE = "assumptions.base.training.head_share.{}"
_LEVY = "assumptions.base.training.levy_funded"
_MILLION = 1e6
SHARE_OF_TRAINING = "share"
_UNIT, _MODEL = "£ million", "model"
_MARCH = 2  # the place of the month in which the accounting periods end that are financial years
TRAINING, TAX, ALLOWANCES = "training by sector", "corporation tax by year", "capital allowances"
# Which official figures are the base of a change of law, by how the paths of its parameters begin.
_BASES = {"capital_allowances.": ALLOWANCES, "corporation_tax.": TAX, "losses.": TAX, "research_and_development.": TAX}


def changes(result: CostingResult) -> tuple[Difference, ...]:
    """Every parameter of law in which the two laws differ, settings of the run included, by path and date."""
    return tuple(change for change in _all_changes(result) if not change.path.startswith(ASSUMPTIONS))


def changes_of_assumptions(result: CostingResult) -> tuple[Difference, ...]:
    """Every assumption in which the reformed law differs from the baseline."""
    return tuple(change for change in _all_changes(result) if change.path.startswith(ASSUMPTIONS))


def assumptions_set(result: CostingResult) -> str:
    """Which assumptions the run set, each with the value that it replaces; nothing where it set none."""
    if not sets_assumptions(result):
        return ""
    laws = (vocabulary_with(result.reforms, result.baseline, settings) for settings in ((), result.settings))
    changed = {each.path: each for each in differences(*laws) if each.path.startswith(ASSUMPTIONS)}
    values = (f"{each.label.lower()} {each.b_in_words}, not {each.a_in_words}" for each in changed.values())
    return f"Set for this run, and so not the usual assumptions: {'; '.join(values)}." if changed else ""


def _all_changes(result: CostingResult) -> tuple[Difference, ...]:
    before, after = _vocabularies(result)
    return tuple(differences(before, after))


def _vocabularies(result: CostingResult) -> tuple[Vocabulary, Vocabulary]:
    common = [setting for setting in result.settings if setting.startswith(COMMON)]
    return vocabulary_with((), result.baseline, common), vocabulary_with(result.reforms, result.baseline, result.settings)


_KINDS = {POUNDS: POUNDS_AND_PENCE, SHARE: EXACT_PERCENTAGE}


def _raw(value: Value, unit: str, meaning: str = "") -> Cell:
    """A value of law with the kind of its unit; in words where it has a meaning, or is none."""
    return Cell(meaning or (NOT_IN_LAW if value is None else value), _KINDS.get(unit, NUMBER))


_COLUMNS_OF_CHANGES = (
    Column("Parameter", width=40, of="label"),
    Column("Before", width=14, on=Medium.READ, of="a_in_words"),
    Column("After", width=14, on=Medium.READ, of="b_in_words"),
    Column(
        "Baseline",
        NUMBER,
        width=14,
        on=Medium.WORKBOOK,
        of=lambda change: _raw(change.value_a, change.unit, change.meaning_a),
    ),
    Column(
        "Reform", NUMBER, width=14, on=Medium.WORKBOOK, of=lambda change: _raw(change.value_b, change.unit, change.meaning_b)
    ),
    Column("From", DAY, width=16, of="starts"),
    Column("To", DAY, width=16, of=lambda change: change.ends or _day(None)),
    Column("Path", width=50, on=Medium.FILES, of="path"),
    Column("Path", SOURCE, on=Medium.SCREEN, of="path"),
    Column("Reference of the law before", SOURCE, width=60, on=Medium.INTERACTIVE, of="reference_a"),
    Column("Link of the law before", LINK, width=40, on=Medium.WORKBOOK, of="href_a"),
    Column("Reference of the reform", SOURCE, width=60, on=Medium.INTERACTIVE, of="reference_b"),
    Column("Link of the reform", LINK, width=40, on=Medium.WORKBOOK, of="href_b"),
)


def table_of_changes(law: Sequence[Difference], assumed: Iterable[Difference] = (), most: int | None = None) -> Table:
    """Parameters that differ: those of law first, what is read of them no more than so many.

    Args:
        law: differences of law. assumed: of assumptions, which a workbook alone shows.
        most: rows of law that are read, the others in a workbook alone; all where None.
    """
    read = len(law[:most])
    cells = rows_of(_COLUMNS_OF_CHANGES, (*law, *assumed))
    rows = [Row(line, on=EVERYWHERE if place < read else Medium.WORKBOOK) for place, line in enumerate(cells)]
    return Table("Parameters that the reform changes", _COLUMNS_OF_CHANGES, rows, empty=NO_CHANGES)


def parameters_changed(reforms: Iterable[Reform]) -> Table:
    """Every parameter of law that reforms change, with the references of both."""
    return replace(table_of_changes(compare("law", compose(tuple(reforms))).rows), empty="")


def days_of_change(result: CostingResult) -> tuple[str, str]:
    """The days between which the two laws differ, as people write them; ``none`` where they never do."""
    return (_day(commencement(result)), _day(sunset(result))) if changes(result) else ("none", "none")


def commencement(result: CostingResult) -> date | None:
    """The first day on which the two laws differ in what they give or charge; None where they never do."""
    return min((start for start, _ in _spans(result)), default=None)


def sunset(result: CostingResult) -> date | None:
    """The last such day; None where the laws go on differing."""
    ends = [end for _, end in _spans(result)]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def _spans(result: CostingResult) -> list[tuple[date, date | None]]:
    """First and last days of relief for training, where that is what differs, and of every other difference."""
    all_changes = changes(result)
    spans = [(change.starts, change.ends) for change in all_changes if not change.path.startswith(_RELIEF)]
    if len(spans) < len(all_changes):
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
    paths = [change.path for change in changes(result)]
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
    total = sum(figure.official or 0.0 for figure in figures)
    for first in figures[:1]:
        yield BaseLine("Training by companies, all costs", total, _UNIT, first.year, None, first.source, first.status)
    for path in (split for split in after if split.startswith(_SHARE.format(""))):
        head = path.rsplit(".", 1)[1]
        if history(law, _INCLUSION.format(head)).on(on):
            share, growth = after[path].values[-1], _growth(result, law, head)
            what = f"{head_in_words(head)}, share of it"
            grown += total * float(share.value) * growth
            yield BaseLine(what, float(share.value), SHARE_OF_TRAINING, "", growth, titles(share), status_of(share))
    if grown:
        year = result.financial_years[year_of_finding(result)]
        what = "Survey total × shares × growth, as a check"
        yield BaseLine(what, grown, _UNIT, year, None, "Total × share × growth, added up", "derived", is_product=True)
    if result.survey_includes_levy:
        levy, growth = after[_LEVY].values[-1], _growth(result, law, _LEVY)
        what, amount = "Paid for by the apprenticeship levy, left out", float(levy.value) / _MILLION
        yield BaseLine(what, amount, _UNIT, str(SURVEY_PERIOD[0]), growth, titles(levy), status_of(levy))
    for name, said in (("entitled", "Qualifying training"), ("claimed", "Qualifying training that is claimed")):
        if name in result.training:
            place = year_of_finding(result)
            amount, year = result.training[name][place], result.financial_years[place]
            yield BaseLine(said, amount, _UNIT, year, None, _model(result), _MODEL)


def _growth(result: CostingResult, law: TaxBenefitSystem, head: str) -> float:
    """What spending on a head is in the year of the finding, for £1 in the year of the survey."""
    series = "consumer_prices" if head in HEADS_PRICED_BY_CPI else "earnings"
    read = Assumptions(law.parameters, result.forecast)
    year = result.years[year_of_finding(result)]
    return float(growth_index(read, series, SURVEY_PERIOD)[read.panel_years.index(year), _MARCH])


def _official(result: CostingResult, block: str) -> Iterator[BaseLine]:
    """The official figures of a block beside the model's: in the years of the costing, or else the last ones."""
    figures = _figures(result, block)
    for figure in [figure for figure in figures if figure.year in result.financial_years] or figures[-1:]:
        what = figure.target.rsplit(",", 1)[0].capitalize() if block == ALLOWANCES else "Corporation tax"
        yield BaseLine(
            what, figure.official or 0.0, _UNIT, figure.year, None, figure.source, f"{figure.status}, {figure.role}"
        )
        yield BaseLine(f"{what}, as modelled", figure.model, _UNIT, figure.year, None, _model(result), _MODEL)


def _figures(result: CostingResult, block: str) -> list[Line]:
    return [] if result.fit is None else [line for line in result.fit.lines if line.block == block]


def _model(result: CostingResult) -> str:
    return f"This model, population {result.population.fingerprint[:12]}"


def every_assumption(result: CostingResult) -> Table:
    """Every dated value of every assumption of the reformed law: its worth, how it is known, whether the run used it."""
    columns = (
        *(Column("Path", width=62), Column("Value", NUMBER, width=18), Column("Unit", width=14), Column("Label", width=46)),
        *(Column("Kind", width=12), Column("In force from", DAY, width=16), Column("Status", width=13)),
        *(Column("Reference", SOURCE, width=90), Column("Link", LINK, width=50), Column("Used", width=18)),
    )
    _, after = _vocabularies(result)
    rows: list[tuple[Value | Cell, ...]] = [
        (
            *(path, _raw(dated.value, leaf.unit), leaf.unit, leaf.label, kind_of(dated, leaf), dated.date),
            *(status_of(dated), titles(dated), addresses(dated), _use(path, result)),
        )
        for path, leaf in after.items()
        if path.startswith(ASSUMPTIONS)
        for dated in leaf.values
    ]
    ordered = sorted(rows, key=lambda row: _ORDER.index(str(row[-1])))
    return Table("", columns, ordered, name="assumptions", filtered=True, on=Medium.WORKBOOK)


DEFAULT = "Default, where changed"


def assumptions_used(used: Mapping[str, float]) -> Table:
    """Assumptions that a run read: in words, its value, the default where the run has another, where it comes from."""
    defaults = {path: _latest(path) for path in used}
    changed = Medium.READ if any(defaults[path].value != value for path, value in used.items()) else Medium(0)
    columns = (
        *(Column("Assumption", width=40), Column("Value", width=12), Column(DEFAULT, on=changed)),
        *(Column("Source", SOURCE, width=70, on=Medium.READ), Column("Path", on=Medium.TERMINAL)),
    )
    rows = []
    for path, value in used.items():
        default = defaults[path]
        usual = "" if default.value == value else assumption_in_words(path, default.value)[1]
        rows.append((*assumption_in_words(path, value), usual, _sources(default), path))
    empty = "Nothing changes, so nothing is assumed."
    return Table("Assumptions", columns, rows, empty="" if rows else empty, on=Medium.READ | Medium.TERMINAL)


def levels_of_behaviour() -> Table:
    """What each level of behaviour assumes: one row an assumption, one column a level, and the sources."""
    levels = [level for level in LEVELS if level != NONE]
    rows: dict[str, list[str]] = {}
    sources: dict[str, dict[str, None]] = {}
    for level in levels:
        for path, value in behaviour_of(current_law(), level, last_date(current_vocabulary())).values.items():
            label, words = assumption_in_words(path, value)
            name = path.replace(f".{level}", "")
            rows.setdefault(name, [label.replace(f", {level} case", "")]).append(words)
            sources.setdefault(name, {})[_sources(_latest(path))] = None
    columns = (Column("Assumption"), *(Column(level.capitalize()) for level in levels), Column("Sources", SOURCE))
    cells = [(*row, "; ".join(sources[name])) for name, row in rows.items()]
    return Table("Assumptions of each level of behaviour", columns, cells)


def _latest(path: str) -> DatedValue:
    """An assumption of the package as it stands at the end of the law held."""
    vocabulary = current_vocabulary()
    dated = in_force(vocabulary[path].values, last_date(vocabulary))
    if dated is None:
        raise LookupError(f"{path} has no value.")
    return dated


def _sources(dated: DatedValue) -> str:
    return "; ".join(
        str(reference.get("title") or reference.get("href", "")) for reference in dated.metadata.get("reference", ())
    )


USED, BUILT_IN, NOT_USED = "in the response", "in the population", "not in this run"
_ORDER = (USED, BUILT_IN, NOT_USED)


def _use(path: str, result: CostingResult) -> str:
    if path in result.assumptions:
        return USED
    return BUILT_IN if path.startswith(COMMON) else NOT_USED


def _day(when: date | None) -> str:
    return "no end" if when is None else day_in_words(when)


# --- what figures rest on, as tables: official figures by source, assumptions one by one, the law by how it is known ---


_DATA = Path(population.__file__).parent.parent / "data"
_COVERAGE = re.compile(r"^## (Modelled|Not modelled)$(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
_MODULE = re.compile(r" \| (?:Where|`openfisca_goodwork[^|]*) \|$", re.MULTILINE)
_LINK_OF_PAGE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


@cache
def official_figures() -> pandas.DataFrame:
    """Every source of the official figures: how many come from it, how they are known, where it is to be read."""
    import pandas  # here: it takes long to import

    files = sorted(_DATA.glob("*.csv"))
    tables = [pandas.read_csv(file, dtype=str).assign(table=file.stem) for file in files]
    # The figures that the model is held to, its own, have none.
    listed = pandas.concat(table for table in tables if "source" in table)[["table", "source", "address", "status"]].fillna(
        ""
    )
    counted = listed.groupby(["table", "source", "address", "status"], sort=False).size().reset_index(name="Figures")
    counted["table"] = counted["table"].str.replace("_", " ").str.capitalize()
    names = {"table": "Table", "source": "Source", "address": "Address", "status": "Status"}
    return counted.rename(columns=names)


@cache
def assumptions() -> pandas.DataFrame:
    """Every assumption as it stands: label, latest value, how it is known, where it comes from, path."""
    import pandas  # here: it takes long to import

    rows = []
    for path, leaf in current_vocabulary().items():
        if path.startswith(ASSUMPTIONS):
            last = leaf.values[-1]
            value = in_words(last.value, leaf.unit if leaf.most == 1 or leaf.unit == POUNDS else "")
            rows.append((_group(path), leaf.label, value, status_of(last), titles(last), addresses(last), path))
    columns = ["Group", "Assumption", "Value", "Status", "Source", "Address", "Path"]
    return pandas.DataFrame(rows, columns=columns)


def _group(path: str) -> str:
    return path.split(".")[1].replace("_", " ").capitalize()


@cache
def values_of_law() -> pandas.DataFrame:
    """How many dated values of the parameters there are, by kind, and how each is known."""
    import pandas  # here: it takes long to import

    counts = Counter(
        (kind_of(dated, leaf), status_of(dated))
        for path, leaf in current_vocabulary().items()
        if not path.startswith(ASSUMPTIONS)
        for dated in leaf.values
    )
    rows = [(kind, status, count) for (kind, status), count in sorted(counts.items())]
    return pandas.DataFrame(rows, columns=["Kind", "Status", "Dated values"])


def coverage() -> dict[str, str]:
    """What is modelled and what is not, each under its heading, as the documentation has it; nothing where it is missing.

    Markdown, without the documentation's links to its own pages and without the column of modules.
    """
    try:
        text = (resource_directory("docs") / "coverage.md").read_text(encoding="utf-8")
    except (GoodworkError, OSError):
        return {}
    page = _LINK_OF_PAGE.sub(r"\1", _MODULE.sub(" |", text)).replace("|---|---|---|", "|---|---|")
    return {heading: body.strip() for heading, body in _COVERAGE.findall(page)}
