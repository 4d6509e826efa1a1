"""What a reform does by place: one costing, spread over the authorities; an uplift for left-behind areas beside its aim."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from openfisca_goodwork import policy
from openfisca_goodwork import population as companies
from openfisca_goodwork.audit import effects
from openfisca_goodwork.audit.good_jobs import DEFAULT_YEAR
from openfisca_goodwork.audit.local.places import AUTHORITY, Place, all_places
from openfisca_goodwork.audit.local.relief_by_place import METHOD, PlaceRelief, added, by_authority, left_behind
from openfisca_goodwork.law.periods import financial_year_start, parse_financial_years
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import TAGS
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.costing import CostingResult

_PRIORITY = "priority_area"


@dataclass(frozen=True)
class Aim:
    """An uplift for left-behind areas, where it goes by the costing and where it would go by its aim (£ million, modelled).

    The costing gives it to the same share of every company's training, wherever that is. Its aim is training in the
    authorities meant. The uplift is taken for its part in the rates of the extra deduction.

    Attributes:
        meant: codes of the authorities meant. assumed: share of training that the costing takes to be there.
        there: share of the gain that the spread finds there. uplift: gain from the uplift alone, as costed.
        uplift_there: what of that is in the authorities meant. aimed: gain from the uplift, were it for them alone.
    """

    meant: frozenset[str]
    assumed: float
    there: float
    uplift: float
    uplift_there: float
    aimed: float


@dataclass(frozen=True)
class PlaceReform(Worded):
    """A reform by place in a financial year, modelled.

    Attributes:
        reforms: as a command calls them. title: of them. year: by name.
        by_authority: what it does in each, by code. total: in the country, which the authorities add up to.
        aim: of an uplift for left-behind areas; None without one. no_effect: why it moves nothing, where it does not.
    """

    reforms: tuple[str, ...]
    title: str
    year: str
    by_authority: Mapping[str, PlaceRelief]
    total: PlaceRelief
    aim: Aim | None = None
    no_effect: str = ""
    settings: tuple[str, ...] = ()
    method: str = METHOD

    def at(self, place: Place) -> PlaceRelief:
        """What the reform does in a place: the sum over its authorities."""
        return added(self.by_authority, place.members, place.code)

    def aimed_at(self, code: str) -> float | None:
        """Gain in an authority, were the uplift for training in the authorities meant alone; None without an uplift."""
        if self.aim is None:
            return None
        gain = self.by_authority[code].gain
        part = self.aim.uplift / self.total.gain if self.total.gain else 0.0
        return gain * (1 - part) + (gain * part / self.aim.assumed if code in self.aim.meant else 0.0)

    @property
    def command(self) -> str:
        """The command that gives this list again."""
        named = [f"--reform {shlex.quote(name)}" for name in self.reforms]
        set_by = [f"--set {shlex.quote(setting)}" for setting in self.settings]
        return " ".join(["goodwork audit --authority", *named, f"--year {self.year}", *set_by])

    def to_dataframe(self) -> pandas.DataFrame:
        """One row an authority: companies that claim, training, extra training, gain, and the gain spread by sites."""
        import pandas

        rows = [
            {"name": place.name, "region": place.region, "nation": place.nation}
            | asdict(self.by_authority[code])
            | {"gain_per_employee": self.by_authority[code].per_employee, "gain_by_aim": self.aimed_at(code)}
            for code, place in all_places().items()
            if place.kind == AUTHORITY and code in self.by_authority
        ]
        return pandas.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """The reform by place as plain values, for JSON."""
        aim = None if self.aim is None else asdict(self.aim) | {"meant": sorted(self.aim.meant)}
        return {
            "model_version": model_version(),
            "reform": self.title,
            "year": self.year,
            "status": "modelled",
            "method": self.method,
            "total": asdict(self.total),
            "by_authority": {
                code: asdict(held) | {"gain_by_aim": self.aimed_at(code)} for code, held in self.by_authority.items()
            },
            "aim": aim,
            "no_effect": self.no_effect or None,
            "command": self.command,
        }


def reform_by_place(
    reforms: Iterable[str],
    year: str = DEFAULT_YEAR,
    population: str | Population = "default",
    settings: Iterable[str] = (),
    progress: Any = None,
) -> PlaceReform:
    """Cost reforms in a financial year and spread who gains over the authorities.

    Args:
        reforms: names or files. year: one financial year. population: `default` or a Population.
        settings: `PATH@DATE=VALUE` of assumptions and of the reform. progress: called with a stage and the share done.

    Raises:
        GoodworkError: for a wrong reform, year or setting.
    """
    listed, given = tuple(map(str, reforms)), tuple(settings)
    loaded = effects.check(listed, year, given)
    show = progress or (lambda _stage, _done: None)
    law = policy.law_of(settings=effects.common(given))
    people = companies.load(population, law=law, progress=show) if isinstance(population, str) else population
    result = effects.costed(listed, year, given, people, show)
    title = " + ".join(reform.title for reform in loaded)
    return spread_over_places(result, listed, title, year, given)


def spread_over_places(
    result: CostingResult, reforms: tuple[str, ...], title: str, year: str, settings: tuple[str, ...] = ()
) -> PlaceReform:
    """A costing, spread over the authorities.

    Args:
        result: of one financial year. reforms: as a command calls them. title, year: of them. settings: as given.
    """
    if result.distribution is None:
        why = result.no_effect or f"It moves no corporation tax in {year}."
        return PlaceReform(reforms, title, year, {}, PlaceRelief("", 0, 0, 0, 0, 0, 0), None, why, settings)
    held = by_authority(result)
    total = added(held, held, "K02000001")
    law = policy.law_of(reforms, settings=settings)
    return PlaceReform(reforms, title, year, held, total, _aim(law, year, held, total), "", settings)


def _aim(law: Any, year: str, held: Mapping[str, PlaceRelief], total: PlaceRelief) -> Aim | None:
    """Where the uplift for left-behind areas goes; None of a law without one, or without gain."""
    first = financial_year_start(parse_financial_years(year)[0])
    relief = law.parameters(first.isoformat()).human_investment
    read = Assumptions(law.parameters)
    uplifts = {tag: float(getattr(relief.uplifts, tag)) for tag in TAGS if hasattr(relief.uplifts, tag)}
    assumed = read(f"base.training.tags.{_PRIORITY}")
    if not uplifts[_PRIORITY] or not assumed or not total.gain:
        return None
    parts = {tag: rate * read(f"base.training.tags.{tag}") for tag, rate in uplifts.items()}
    uplift = total.gain * parts[_PRIORITY] / (float(relief.additional_deduction) + sum(parts.values()))
    meant = left_behind(read("audit.local.left_behind"))
    there = sum(held[code].gain for code in meant) / total.gain
    return Aim(meant, assumed, there, uplift, uplift * there, uplift * there / assumed)
