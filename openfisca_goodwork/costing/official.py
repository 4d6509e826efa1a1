"""The measures that were costed officially: how they are costed again, and the official figures beside the model's.

`data/backcasts.yaml` declares them; the figures are in `data/official_costings.csv` and `data/ready_reckoner.csv`, by tax.
The model holds companies, so its figures stand beside those of corporation tax alone wherever these are on file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml

from openfisca_goodwork.costing.request import ACCRUALS, CENTRAL
from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy import Reform, in_library
from openfisca_goodwork.population import sources
from openfisca_goodwork.system import DatedValue, current_law, dated_values, leaf_parameters

# --- which assumptions were fitted to which costing, and their values from before ------------------------------------
# A parameter, or one of its dated values, that was fitted says so in its metadata: `fitted_to`, the measures;
# `a_priori`, the value before; and, where it was fitted anew without a measure, `left_out`, that measure's value.
# Nothing is listed here.


@dataclass(frozen=True)
class FittedAssumption:
    """An assumption that was fitted: its path, to which measures, and its dated values with what is known of each."""

    path: str
    measures: tuple[str, ...]
    values: tuple[DatedValue, ...]

    def settings(self, measure: str | None) -> Iterator[str]:
        """`PATH@DATE=VALUE` for the values before any fit, or as fitted without one measure; none where all stay."""
        values = []
        for dated in self.values:
            before = dated.metadata.get("a_priori", dated.value)
            values.append((dated, dated.metadata.get("left_out", {}).get(measure, before)))
        if any(value != dated.value for dated, value in values):
            for dated, value in values:
                yield f"{self.path}@{dated.date.isoformat()}={str(value).lower() if isinstance(value, bool) else value}"


@cache
def fitted() -> tuple[FittedAssumption, ...]:
    """Every assumption that was fitted to a costing, by path.

    Raises:
        DataError: for one that does not say what its value was before.
    """
    found = []
    for path, parameter in leaf_parameters(current_law()).items():
        whole = dict(parameter.metadata)
        values = tuple(_with(dated, whole) for dated in dated_values(parameter))
        measures = [name for dated in values for name in dated.metadata.get("fitted_to", ())]
        if measures:
            found.append(FittedAssumption(path, tuple(dict.fromkeys(measures)), values))
    return tuple(found)


def _with(dated: DatedValue, whole: Mapping[str, Any]) -> DatedValue:
    """A dated value with what the whole parameter says of its fit, where it does not say so itself."""
    told = {name: whole[name] for name in ("fitted_to", "a_priori", "left_out") if name in whole}
    metadata = {**told, **dated.metadata}
    if "fitted_to" in metadata and "a_priori" not in metadata:
        raise DataError(f"A value of {dated.date} was fitted to costings and does not say its value before (a_priori).")
    return DatedValue(dated.date, dated.value, metadata)


def fitted_to(measure: str) -> tuple[FittedAssumption, ...]:
    """The assumptions that were fitted to a measure."""
    return tuple(assumption for assumption in fitted() if measure in assumption.measures)


def settings_without_any() -> tuple[str, ...]:
    """Settings that put every fitted assumption back."""
    return tuple(setting for assumption in fitted() for setting in assumption.settings(None))


def settings_without(measure: str) -> tuple[str, ...]:
    """Settings of what was fitted to one measure, as it was fitted without it, or before."""
    return tuple(setting for assumption in fitted_to(measure) for setting in assumption.settings(measure))


# --- the measures, costed again --------------------------------------------------------------------------------------


FILE = sources.DATA / "backcasts.yaml"
TABLES = ("official_costings", "ready_reckoner")
PEAK = "peak"
CORPORATION_TAX, ALL_TAXES = "corporation tax", "all taxes"
EXPRESSED, IN_PART, NOT_EXPRESSED = ("expressed", "in part", "not")
# Which set of measures one belongs to is read from what was fitted to it, and listed nowhere.
USED, SEEN, RECKONER = GROUPS = ("used in a fit", "seen but not used", "ready reckoner")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Measure:
    """A measure that was costed officially.

    Attributes:
        name, title: what it is called. kind: what it changes, a key of `kinds` in the declaration.
        is_reckoner: whether it is an illustrative change of HMRC's, and no measure of an event.
        verdict: whether the model holds all of it, `expressed`, or `in part`. reason: why not all; empty where it does.
        laws: what lies beneath it, oldest first. reforms, settings: the measure.
        forecast: the OBR forecast of its day. years: financial years that are run. basis: `accruals` or `cash`.
        head: the tax of the official figures, `corporation tax`, or `all taxes` where no other is on file.
        official: the official figures, £ million, a row a year, or one row for the year of the peak.
        all_taxes: those of all taxes together, by the same years; empty where none is on file.
        why: what the model and the official figure are known to treat differently.
    """

    name: str
    title: str
    kind: str
    is_reckoner: bool
    verdict: str
    reason: str
    laws: tuple[str, ...]
    reforms: tuple[str, ...]
    settings: tuple[str, ...]
    forecast: str
    years: str
    basis: str
    head: str
    official: tuple[sources.Row, ...]
    all_taxes: tuple[sources.Row, ...]
    why: str

    @property
    def group(self) -> str:
        """One of `GROUPS`."""
        if self.is_reckoner:
            return RECKONER
        return USED if fitted_to(self.name) else SEEN

    @property
    def counts(self) -> bool:
        """Whether its error counts in means: all of it is held, and of corporation tax alone."""
        return self.verdict == EXPRESSED and self.head == CORPORATION_TAX

    @property
    def event(self) -> str:
        """The fiscal event at which it was costed, or the edition of the ready reckoner."""
        return self.official[0].keys[1]

    @property
    def origin(self) -> str:
        """The event, its day and the place in the document, of the first figure."""
        _name, *place, _head = (self.all_taxes or self.official)[0].keys
        return ", ".join(day_in_words(date.fromisoformat(one)) if _DATE.fullmatch(one) else one for one in place)

    def compared(self, amounts: Mapping[str, float]) -> list[float]:
        """The model's figures beside the official ones, from amounts by financial year (£ million).

        A figure of the year of the peak stands beside the year that moves most its way.
        """
        return [
            (max if one.figure > 0 else min)(amounts.values()) if one.year == PEAK else amounts[one.year]
            for one in self.official
        ]


@cache
def declared() -> Mapping[str, Any]:
    """What `data/backcasts.yaml` holds. Raises DataError where it cannot be read."""
    try:
        found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fault:
        raise DataError(f"{FILE} cannot be read: {fault}") from fault
    return dict(found)


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure that is costed, by name, in the order of the file. Raises DataError for one without a figure."""
    return {name: _measure(name, one) for name, one in declared()["measures"].items()}


def _measure(name: str, one: Mapping[str, Any]) -> Measure:
    head, official = official_figures(name)
    return Measure(
        name=name,
        title=one["title"],
        kind=one["kind"],
        is_reckoner=one.get("ready_reckoner", False),
        verdict=IN_PART if "in_part" in one else EXPRESSED,
        reason=one.get("in_part", "").strip(),
        laws=tuple(one.get("laws", ())),
        reforms=tuple(one.get("reforms", ())),
        settings=tuple(one.get("settings", ())),
        forecast=one["forecast"],
        years=one.get("years") or f"{official[0].year}:{official[-1].year}",
        basis=one.get("basis", ACCRUALS),
        head=head,
        official=official,
        all_taxes=() if head == ALL_TAXES else figures_by_head(name).get(ALL_TAXES, ()),
        why=one["why"].strip(),
    )


def kind_in_words(kind: str) -> str:
    """What measures of a kind change, within a sentence: `the annual investment allowance`."""
    return str(declared()["kinds"][kind]["title"])


def kind_of(path: str) -> str:
    """The kind of measure that sets a parameter; empty where the parameter is of none."""
    kinds = declared()["kinds"].items()
    return next((name for name, kind in kinds if path.startswith(tuple(kind["parameters"]))), "")


def why_checks_differ(name: str) -> str:
    """What the official figure of a check and the model's are known to treat differently."""
    return str((declared()["relief_checks"] | declared()["foreign_checks"])[name]["why"]).strip()


@cache
def figures_by_head(name: str) -> Mapping[str, tuple[sources.Row, ...]]:
    """The official figures of a measure by tax, each in the order of its years."""
    found: dict[str, tuple[sources.Row, ...]] = {}
    for row in (row for table in TABLES for row in sources.rows(table) if row.keys[0] == name):
        found[row.keys[-1]] = (*found.get(row.keys[-1], ()), row)
    return found


def official_figures(name: str) -> tuple[str, tuple[sources.Row, ...]]:
    """The tax and the official figures that the model is held against: of corporation tax alone, where they are on file.

    Raises:
        DataError: where none is on file.
    """
    for head in (CORPORATION_TAX, ALL_TAXES):
        if found := figures_by_head(name).get(head):
            return head, found
    raise DataError(f"No official figure of {name} is on file: {', '.join(f'data/{table}.csv' for table in TABLES)}.")


def chosen(names: Iterable[str]) -> tuple[Measure, ...]:
    """The measures named; all of them where none is. Raises GoodworkError with every name that is not there."""
    asked, faults, left_out = tuple(dict.fromkeys(names)), [], declared()["not_covered"]
    for name in (one for one in asked if one not in measures()):
        if name in left_out:
            faults.append(f"{name} is costed officially, and not by the model. {left_out[name]['why']}")
        else:
            faults.append(f"There is no measure {quoted(name)} to validate. {did_you_mean(name, measures())}")
    if faults:
        raise GoodworkError("\n".join(faults))
    return tuple(measures()[name] for name in asked or measures())


NAME = "Official costing"


@dataclass(frozen=True)
class OfficialCosting:
    """What a measure was officially expected to do to the public finances.

    Attributes:
        measure: which. financial_years: of the costing that it stands beside.
        is_like_for_like: whether that follows the law and the OBR forecast that the official one stands on, on its basis.
    """

    measure: Measure
    financial_years: tuple[str, ...]
    is_like_for_like: bool

    @property
    def amounts(self) -> tuple[float | None, ...]:
        """The official effect by financial year (£ million; minus is a cost); None in a year that was not published."""
        published = {row.year: row.figure for row in self.measure.official}
        return tuple(published.get(year) for year in self.financial_years)

    @property
    def can_stand_beside(self) -> bool:
        """Whether it is like for like, and was published for any of the years."""
        return self.is_like_for_like and any(amount is not None for amount in self.amounts)

    def to_dict(self) -> dict[str, Any]:
        """The official costing as plain values: £ million, None in a year that was not published."""
        row = self.measure.official[0]
        return {
            "measure": self.measure.name,
            "title": self.measure.title,
            "effect": list(self.amounts),
            "published": {one.year: one.figure for one in self.measure.official},
            "head": self.measure.head,
            "published_all_taxes": {one.year: one.figure for one in self.measure.all_taxes},
            "like_for_like": self.is_like_for_like,
            "origin": self.measure.origin,
            "source": row.source,
            "address": row.address,
            "status": row.status,
        }


def official_of(
    reforms: Iterable[Reform], settings: Iterable[str], years: Iterable[str], **run: Any
) -> OfficialCosting | None:
    """The official costing on file of just these reforms and settings; None where there is none.

    Args:
        years: financial years of the costing. run: its `baseline`, `forecast`, `basis` and `behaviour`.

    Raises:
        DataError: where the official figures cannot be read.
    """
    asked, values = tuple(reforms), set(settings)
    if not all(map(in_library, asked)):
        return None
    names = tuple(one.name for one in asked)
    found = [one for one in measures().values() if one.reforms == names and set(one.settings) == values]
    if not found:
        return None
    beneath = tuple(one.name for one in run["baseline"])
    asked_for = (beneath, *(run[one] for one in ("forecast", "basis", "behaviour")))
    same = [one for one in found if asked_for == (one.laws, one.forecast, one.basis, CENTRAL)]
    is_like = bool(same) and all(map(in_library, run["baseline"]))
    return OfficialCosting((same or found)[0], tuple(years), is_like)
