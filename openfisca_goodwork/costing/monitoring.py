"""A costing held against what came of it: the record of a run, and later outturn, their difference split by cause.

The difference between a figure of the record and its outturn is split in order, each part what changes when one more thing
is as it turned out::

    model     the same costing, made by the model of now
    law       the law that was enacted, where it is given
    economy   the economy of a later outlook, where it is given
    base      training that qualifies, where outturn tells it, at the share claimed and the relief per £1 of the model
    take-up   training claimed, where outturn tells it; else companies that claim, at the average claim of the model
    rest      what is left: rates, losses, incorrect claims, and errors of the outturn

so that they add up to it. Amounts are £ million by financial year, companies in number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from openfisca_goodwork import documents
from openfisca_goodwork.costing.engine import cost
from openfisca_goodwork.costing.record import cost_again
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.documents import Document, MisreadError, Part, Place, Tree, read_number, read_text
from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.rendering import Worded, as_json, fields_as_json
from openfisca_goodwork.version import model_version

COST, CLAIMED, QUALIFYING, CLAIMANTS = FIGURES = (
    "tax_relief_cost",
    "claimed_training",
    "qualifying_training",
    "claimants",
)
MODEL, LAW, ECONOMY, BASE, TAKE_UP, REST = CAUSES = ("model", "law", "economy", "base", "take-up", "rest")
Parts = Mapping[str, float]


@dataclass(frozen=True)
class Line:
    """A figure of one year: what the record has, what came, and the parts of the difference, which add up to it.

    Attributes:
        year: its name. figure: one of ``FIGURES``. recorded, outturn: of it.
        parts: cause → its part; a cause that nothing was told of is not there.
    """

    year: str
    figure: str
    recorded: float
    outturn: float
    parts: Parts


@dataclass(frozen=True)
class Monitoring(Worded):
    """A costing compared with the outturn: what the relief cost in fact.

    Attributes:
        result: the costing as it is made now. record: the costing as it was kept. outturn: figures published since.
        lines: one a figure and year. law: reforms that make the law enacted; empty where it is the record's law.
        forecast: the later OBR forecast; empty where it is the record's forecast.
    """

    result: CostingResult
    record: Mapping[str, Any]
    outturn: Outturn
    lines: tuple[Line, ...]
    law: tuple[str, ...] = ()
    forecast: str = ""

    def range_of(self, line: Line) -> tuple[float, float] | None:
        """The ends of the record's range for the cost of a year, in proportion to the effect; None without one."""
        interval, years = self.record["result"].get("interval"), list(self.record["result"]["financial_years"])
        place = years.index(line.year)
        effect = self.record["result"]["exchequer_effect"]["post_behavioural"][place]
        if line.figure != COST or not interval or not effect:
            return None
        low, high = sorted(line.recorded * interval[end][place] / effect for end in ("low", "high"))
        return low, high

    def to_dict(self) -> dict[str, Any]:
        """The comparison for JSON: £ million, and companies in number."""
        return {
            "model_version": model_version(),
            "record": {"model_version": self.record["model_version"], "command": self.record.get("command")},
            "outturn": {"source": self.outturn.source},
            "law": list(self.law),
            "forecast": self.forecast or None,
            "lines": [
                fields_as_json(line, year="financial_year")
                | {"difference": line.outturn - line.recorded, "range": as_json(self.range_of(line))}
                for line in self.lines
            ],
        }


def monitor(
    record: Mapping[str, Any] | Path | str,
    outturn: Path | str | Mapping[str, Any],
    *,
    law: tuple[str, ...] = (),
    forecast: str = "",
    progress: Progress | None = None,
    **options: Any,
) -> Monitoring:
    """Hold the record of a costing against what came of it.

    Args:
        record: a record, or the file of one. outturn: a file, or its content.
        law: reforms that were enacted in place of those of the record. forecast: the later OBR forecast.
        progress: as for `cost`. options: `population`, as for `cost_again`.

    Raises:
        GoodworkError: for a record or an outturn that is not one, with every fault; where the record costs no relief for
            training, or outturn tells of years that it does not have.
    """
    told = read_outturn(outturn)
    again = cost_again(record, progress, draws=0, **options)
    held, now = again.record, again.result
    first = _figures(held["result"]["value_for_money"], held["result"]["claimants"], held["result"]["financial_years"])
    _refuse(told, first)
    stages, latest = [(MODEL, now)], now
    if law:
        latest = cost(**latest.request.arguments | {"reforms": law, "draws": 0, "progress": progress} | options)
        stages.append((LAW, latest))
    if forecast:
        latest = cost(**latest.request.arguments | {"forecast": forecast, "draws": 0, "progress": progress} | options)
        stages.append((ECONOMY, latest))
    found = [(cause, _figures(one.value_for_money(), one.claimants, one.financial_years)) for cause, one in stages]
    lines = tuple(
        Line(year, figure, first[year][figure], amounts[figure], dict(_parts(figure, year, amounts, first, found)))
        for year, amounts in ((year, of.model_dump(exclude_none=True)) for year, of in told.years.items())
        for figure in FIGURES
        if figure in amounts
    )
    return Monitoring(now, held, told, lines, law, forecast)


ByYear = Mapping[str, Parts]


def _figures(value: Mapping[str, Any], claimants: Any, years: Any) -> ByYear:
    """The figures of a costing by year; empty where it is of no relief for training."""
    if not value:
        return {}
    of = {name: value[name] for name in (COST, CLAIMED, QUALIFYING)} | {CLAIMANTS: claimants}
    return {year: {name: amounts[place] for name, amounts in of.items()} for place, year in enumerate(years)}


def _refuse(told: Outturn, first: ByYear) -> None:
    if not first:
        raise GoodworkError(
            "The record is not of a relief for training, so it has no claims to compare with the outturn. "
            "Give the record of a costing of such a relief."
        )
    if unknown := [year for year in told.years if year not in first]:
        raise GoodworkError(
            f"The outturn tells of {', '.join(unknown)}, and the record is of {', '.join(first)}. Leave out the other years."
        )


def _parts(
    figure: str, year: str, told: Parts, first: ByYear, found: list[tuple[str, ByYear]]
) -> Iterator[tuple[str, float]]:
    """What each cause moves of one figure of a year, in order; they add up to outturn less record."""
    before = first[year]
    for cause, by_year in found:
        yield cause, by_year[year][figure] - before[figure]
        before = by_year[year]
    left = told[figure] - before[figure]
    base, take_up = _base_and_take_up(figure, told, before)
    for cause, amount in ((BASE, base), (TAKE_UP, take_up)):
        if amount is not None:
            yield cause, amount
            left -= amount
    if figure == COST:
        yield REST, left


def _base_and_take_up(figure: str, told: Parts, model: Parts) -> tuple[float | None, float | None]:
    """What the base and take-up move of a figure; None where outturn does not tell them."""
    if figure == CLAIMANTS:
        return None, told[CLAIMANTS] - model[CLAIMANTS]
    if figure == QUALIFYING:
        return told[QUALIFYING] - model[QUALIFYING], None
    per_pound = model[COST] / model[CLAIMED] if figure == COST and model[CLAIMED] else float(figure == CLAIMED)
    growth = told[QUALIFYING] / model[QUALIFYING] if QUALIFYING in told and model[QUALIFYING] else None
    base = None if growth is None else (growth - 1) * model[CLAIMED] * per_pound
    expected = (growth or 1.0) * model[CLAIMED]
    if CLAIMED in told:
        return base, (told[CLAIMED] - expected) * per_pound
    if CLAIMANTS in told and model[CLAIMANTS]:
        return base, (told[CLAIMANTS] / model[CLAIMANTS] * model[CLAIMED] - expected) * per_pound
    return base, None


# --- the file of an outturn ---------------------------------------------------------------------------------------------


def _amount(given: Tree) -> float:
    amount = read_number(given)
    if amount < 0:
        raise MisreadError(f"is {amount:,g}; it cannot be below 0.")
    return amount


class OutturnDocument(Document):
    """A file of outturn being read."""

    def explain(self, kind: str, place: Place) -> str | None:
        """A name that is not known leads to the nearest."""
        if kind != "extra_forbidden":
            return None
        known = FIGURES if len(place) > 1 else Outturn.model_fields
        return self.unknown(str(place[-1]), known)


_Amount = Annotated[float | None, BeforeValidator(_amount)]


class YearShape(Part):
    """The figures of one financial year: £ million, and companies in number; each may be left out."""

    tax_relief_cost: _Amount = None
    claimed_training: _Amount = None
    qualifying_training: _Amount = None
    claimants: _Amount = None


class Outturn(Part):
    """What came of a relief, as a file tells it: where it comes from, and its figures by financial year."""

    source: Annotated[str, BeforeValidator(read_text)]
    years: dict[str, YearShape] = Field(min_length=1)


def read_outturn(given: Path | str | Mapping[str, Any]) -> Outturn:
    """Read a file of outturn, or its content.

    Raises:
        GoodworkError: with every fault of it.
    """
    if isinstance(given, Mapping):
        document = documents.of_plain_data(given, OutturnDocument, name="The outturn")
    else:
        document = documents.load(Path(given), OutturnDocument)
    shape = document.read(Outturn)
    given_years = document.tree.get("years")
    for year, amounts in given_years.items() if isinstance(given_years, dict) else ():
        if amounts == {}:
            document.fault(f"{quoted(year)} has no figure. Give one or more of {', '.join(FIGURES)}.", ("years", year))
    if shape is None:
        document.raise_faults()
        raise document.error("The outturn cannot be read.")
    document.raise_faults()
    return shape
