"""What a costing gives: frozen tables with their provenance; their words are those of ``reports.costing``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.costing.credibility import Credibility, credibility_of
from openfisca_goodwork.costing.distribution import Distribution
from openfisca_goodwork.costing.official import NAME, OfficialCosting, official_of
from openfisca_goodwork.costing.payments import Amounts, Bridge, Flows
from openfisca_goodwork.costing.people import PopulationUsed
from openfisca_goodwork.costing.request import AS_ASKED, CostingRequest
from openfisca_goodwork.costing.uncertainty.result import Rating, Uncertainty
from openfisca_goodwork.costing.value_for_money import Appraisal, Value
from openfisca_goodwork.errors import Fault
from openfisca_goodwork.law.periods import financial_year, financial_year_name, financial_year_start
from openfisca_goodwork.number_formats import place_of_most
from openfisca_goodwork.policy import Override, Reform, advice_on
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.rendering import Worded, as_json
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

_MILLION = "£ million"

Years = tuple[int, ...]


@dataclass(frozen=True)
class Timeline:
    """Dates of a measure, and what of its effect falls to accounting periods under way when it starts.

    Attributes:
        starts: the first day on which the laws differ. ends: the last; None where they differ for good.
        complete: the first day by which take-up of the relief is complete; None of a measure without one.
        straddling: accrued in all years by the accounting periods that the first day falls into (£ million).
        straddling_by_year: what of that accrues in each financial year asked for; empty of a measure without an effect.
    """

    starts: date | None = None
    ends: date | None = None
    complete: date | None = None
    straddling: float = 0.0
    straddling_by_year: Amounts = ()

    def before_the_start(self, years: Years) -> Early | None:
        """What of the periods under way at the start accrues in the financial year wholly before it; None where nothing."""
        first = None if self.starts is None else financial_year(self.starts) - 1
        if self.starts is None or first not in years or not self.straddling:
            return None
        effect = self.straddling_by_year[years.index(first)]
        return Early(first, self.starts, effect, self.straddling) if effect else None

    def steady_state(self, years: Years, accrued: Amounts) -> Steady | None:
        """The pace of the last year; None of a measure that has ended by then."""
        if self.starts is None or (self.ends is not None and self.ends < financial_year_start(years[-1] + 1)):
            return None
        before = accrued[-2] if len(years) > 1 else None
        return Steady(years[-1], accrued[-1], before, None if self.complete is None else _first_whole_year(self.complete))

    def after_the_end(self, years: Years, accrued: Amounts) -> After | None:
        """What is left in the financial years wholly after the end; None where the measure does not end before them."""
        later = [] if self.ends is None else [year for year in years if financial_year_start(year) > self.ends]
        if self.ends is None or not later:
            return None
        return After(self.ends, tuple(later), tuple(accrued[years.index(year)] for year in later))

    def to_dict(self, years: Years, accrued: Amounts) -> dict[str, Any]:
        """The timeline for JSON: dates, and each part or None; no ``long_run`` where take-up is not complete."""
        early, steady, after = (
            self.before_the_start(years),
            self.steady_state(years, accrued),
            self.after_the_end(years, accrued),
        )
        complete = None if steady is None or steady.complete_from is None else financial_year_name(steady.complete_from)
        told: dict[str, Any] = {"starts": self.starts, "ends": self.ends}
        told["before_the_start"] = early and {
            "financial_year": financial_year_name(early.year),
            "effect": early.effect,
            "of_periods_under_way": early.of_periods,
            "share_of_them": early.share,
        }
        told["steady_state"] = steady and {
            "financial_year": financial_year_name(steady.year),
            "effect": steady.effect,
            "take_up_complete_from": complete,
            "long_run": steady.effect if steady.is_reached else None,
        }
        told["after_the_end"] = after and {
            "financial_years": [financial_year_name(year) for year in after.years],
            "effect": after.effect,
            "total": sum(after.effect),
        }
        return as_json(told)


@dataclass(frozen=True)
class Early:
    """Effect before the start (£ million).

    Attributes:
        year: the financial year, by the year it begins in. starts: the first day of the measure.
        effect: of the accounting periods under way at the start, what accrues in that year. of_periods: in all years.
    """

    year: int
    starts: date
    effect: float
    of_periods: float

    @property
    def share(self) -> float:
        """What lies before the start, of the effect on the accounting periods that began before it."""
        return self.effect / self.of_periods


@dataclass(frozen=True)
class Steady:
    """The pace of the last year (£ million).

    Attributes:
        year: the last financial year. effect: in it. before: in the year before; None where that was not asked for.
        complete_from: the first financial year with complete take-up; None of a measure without take-up.
    """

    year: int
    effect: float
    before: float | None
    complete_from: int | None

    @property
    def is_reached(self) -> bool:
        """Whether take-up is complete throughout the last year."""
        return self.complete_from is not None and self.complete_from <= self.year


@dataclass(frozen=True)
class After:
    """What is left after the end (£ million): ends, the last day; years, wholly after it; effect in each."""

    ends: date
    years: Years
    effect: Amounts


def _first_whole_year(day: date) -> int:
    """The first financial year that begins on a day or after it."""
    return financial_year(day) + (day > financial_year_start(financial_year(day)))


@dataclass(frozen=True)
class Step:
    """One step of the waterfall, by financial year (£ million; plus improves the public finances).

    Attributes:
        name: what it is called. words: what it is, in a sentence.
        is_behavioural: whether it belongs to the response. effect: by financial year.
    """

    name: str
    is_behavioural: bool
    effect: Amounts
    words: str = ""


@dataclass(frozen=True)
class Disclosure:
    """What disclosure control did to a costing: its rules and what was suppressed, a sentence each."""

    notes: tuple[str, ...]


@dataclass(frozen=True)
class CostingResult(Worded):
    """The effect of a reform on the Exchequer (£ million by financial year; plus improves the public finances).

    Attributes:
        reforms, baseline: what was compared. years: financial years, by the year each begins in.
        behaviour, basis, settings, draws, age_to, reweight: as asked for (draws None: the assumed number).
        assumptions: every assumption used, by parameter path.
        population: the companies behind it.
        without_response: the effect if training and investment do not respond to their price (elasticity 0), all else as
            assumed.
        where: the part of the companies that is costed, as asked for; empty for all companies.
        overrides: values of an earlier reform that a later one replaces.
        steps: they add up to ``post_behavioural``; those that are not behavioural, to ``static``.
        by_head: the static effect of the relief by type of training cost.
        claimants: companies that claim, by the financial year in which their accounting period ends.
        training: relieved training, entitled and claimed, and what is induced (£ million).
        investment: plant for own use, planned and induced by changes of law other than the relief (£ million); empty where
            none is induced.
        relief_cost: what the relief alone moves, other changes of law left out.
        spending: the part of the post-behavioural effect that is credits paid out in cash; the rest is tax.
        share_at_maximum: share of responding companies whose response is cut off by its maximum.
        survey_includes_levy: whether the spending that the survey of training counted is taken to include what the
            apprenticeship levy pays for; None where the relief does not leave that out.
        forecast: the OBR forecast that the costing follows.
        fit: how well the population meets the official figures; None for one made by hand.
        distribution: who gains, in one of the years; None where nothing changes.
        uncertainty: the interval and what drives it; None where no draws were asked for. rating: the judgement.
        no_effect: why nothing changes, where nothing does.
        bridge: from accruals to cash, whatever the basis. timeline: when the measure starts and ends.
        administration: what HMRC spends to run a relief for training, which is no part of the effect; empty without one.
        value: cost of the relief and people trained with it; None where no training qualifies.
        surprises: sentences on figures that may surprise, with the reason (``costing.surprises``).
        appraisal: what the extra training would be worth; None where that was not asked.
        disclosure: what disclosure control did; None where it was not asked for.
    """

    reforms: tuple[Reform, ...]
    baseline: tuple[Reform, ...]
    years: tuple[int, ...]
    behaviour: str
    basis: str
    settings: tuple[str, ...]
    assumptions: Mapping[str, float]
    population: PopulationUsed
    steps: tuple[Step, ...]
    without_response: Amounts
    spending: Amounts = ()
    where: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    by_head: Mapping[str, Amounts] = field(default_factory=dict)
    claimants: Amounts = ()
    training: Mapping[str, Amounts] = field(default_factory=dict)
    relief_cost: Amounts = ()
    investment: Mapping[str, Amounts] = field(default_factory=dict)
    share_at_maximum: float = 0.0
    survey_includes_levy: bool | None = None
    forecast: str = "latest"
    fit: FitReport | None = field(default=None, repr=False)
    distribution: Distribution | None = field(default=None, repr=False)
    draws: int | None = None
    uncertainty: Uncertainty | None = None
    rating: Rating | None = None
    no_effect: str = ""
    bridge: Bridge | None = None
    timeline: Timeline = field(default_factory=Timeline)
    administration: Amounts = ()
    value: Value | None = None
    surprises: tuple[str, ...] = ()
    appraisal: Appraisal | None = None
    age_to: str = ""
    reweight: bool = False
    disclosure: Disclosure | None = None

    @property
    def financial_years(self) -> list[str]:
        """Names of the years: ``2026-27`` and so on."""
        return [financial_year_name(year) for year in self.years]

    @property
    def static(self) -> Amounts:
        """Effect if nobody's training changes, take-up as assumed."""
        return _sum((step.effect for step in self.steps if not step.is_behavioural), self.years)

    @property
    def post_behavioural(self) -> Amounts:
        """Effect with the response assumed: all steps together."""
        return _sum((step.effect for step in self.steps), self.years)

    @property
    def tax(self) -> Amounts:
        """The part of the post-behavioural effect that is tax."""
        return tuple(whole - paid for whole, paid in zip(self.post_behavioural, self.spending, strict=True))

    @property
    def accrued(self) -> Amounts:
        """The post-behavioural effect as it accrues, whatever the basis."""
        return self.post_behavioural if self.bridge is None else self.bridge.accruals

    @property
    def name(self) -> str:
        """The reforms, as asked for."""
        return " + ".join(reform.name for reform in self.reforms) or "settings"

    @cached_property
    def credibility(self) -> Credibility:
        """How far off the model is on official costings of measures nearest in kind."""
        return credibility_of(self.reforms, self.settings, self.baseline)

    @property
    def official(self) -> OfficialCosting | None:
        """The official costing on file of just what is costed here; None where there is none, and of a part of companies."""
        if self.where:
            return None
        run = {"baseline": self.baseline, "forecast": self.forecast, "basis": self.basis, "behaviour": self.behaviour}
        return official_of(self.reforms, self.settings, self.financial_years, **run)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What may not be meant, of the reforms as they lie upon the baseline; nothing where settings change them."""
        if self.settings:
            return ()
        last_day = financial_year_start(self.years[-1] + 1) - timedelta(days=1)
        return advice_on(self.reforms, self.baseline, last_day)

    @property
    def request(self) -> CostingRequest:
        """What to ask to have this result again; who gains is in the year of the finding unless another is shown."""
        by_default = self.years[place_of_most(self.post_behavioural)]
        shown = self.distribution.year if self.distribution else by_default
        return CostingRequest(
            reforms=self.reforms,
            baseline=self.baseline,
            years=f"{self.financial_years[0]}:{self.financial_years[-1]}",
            forecast=self.forecast,
            population=self.population.name,
            companies=self.population.given,
            disclosure=self.disclosure is not None,
            year_of_gains=financial_year_name(shown) if shown != by_default else "",
            appraise=self.appraisal is not None,
            **{name: getattr(self, name) for name in AS_ASKED},
        )

    @property
    def command(self) -> str:
        """The command that gives this result again."""
        return self.request.command

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON: £ million, unrounded."""
        result = {
            "model_version": model_version(),
            "reform": [_described(reform) for reform in self.reforms],
            "baseline": [_described(reform) for reform in self.baseline],
            "basis": self.basis,
            "behaviour": self.behaviour,
            "forecast": self.forecast,
            "financial_years": self.financial_years,
            "exchequer_effect": {
                "static": self.static,
                "post_behavioural": self.post_behavioural,
                "elasticity_zero": self.without_response,
            },
            "of_which": {"tax": self.tax, "spending": self.spending, "administration": self.administration or None},
            "cash": self.bridge,
            "timeline": self.timeline.to_dict(self.years, self.accrued),
            "by_head": self.by_head,
            "interval": self.uncertainty,
            "sensitivity": self.uncertainty.sensitivity if self.uncertainty else [],
            "rating": self.rating,
            "steps": [{"name": step.name, "behavioural": step.is_behavioural, "effect": step.effect} for step in self.steps],
            "claimants": self.claimants,
            "investment": self.investment,
            "value_for_money": self.value_for_money(),
            "distribution": self.distribution,
            "surprises": self.surprises,
            "population": self.population,
            "where": self.where,
            **({"disclosure": self.disclosure.notes} if self.disclosure else {}),
            "assumptions": self.assumptions,
            "survey_includes_levy": self.survey_includes_levy,
            "settings": self.settings,
            "overrides": [
                {"path": one.path, "date": one.date, "earlier": one.earlier, "later": one.later} for one in self.overrides
            ],
            "no_effect": self.no_effect or None,
            "credibility": self.credibility,
            "official": self.official,
            "command": self.command,
            **({"appraisal": self.appraisal} if self.appraisal else {}),
        }
        return as_json(result)

    def value_for_money(self) -> dict[str, Any]:
        """What the money buys, over all years together and in each; empty where no training qualifies.

        ``exchequer_cost_per_extra_pound`` is None where nothing is induced; ``deadweight_share`` is the share of claimed
        training that would have happened anyway. ``value_for_money.Value`` says what the rest is.
        """
        if self.value is None:
            return {}
        return {
            "qualifying_training": list(self.training["entitled"]),
            "claimed_training": list(self.training["claimed"]),
            "induced_training": list(self.training["induced"]),
            "share_of_responses_at_maximum": self.share_at_maximum,
            **self.value.to_dict(),
            "public_money_per_extra_pound_range": self._range_of_value("exchequer_cost_per_extra_pound"),
            "whole_cost_per_extra_pound_range": self._range_of_value("whole_cost_per_extra_pound"),
        }

    def _range_of_value(self, ratio: str) -> list[float | None] | None:
        """Least and most of a cost for each extra £1 of training in the range; None without one, or for no most.

        What HMRC and companies spend on claims is taken to be in proportion to what is paid.
        """
        bought = None if self.uncertainty is None else self.uncertainty.bought
        each = None if self.value is None else self.value.ratios()[ratio]
        if bought is None or each is None:
            return None
        return [each / one if one > 0 else None for one in reversed(bought)]

    def to_dataframe(self) -> pandas.DataFrame:
        """Every figure as ``cost.csv`` has it, one a row: measure, item, financial_year, value, unit."""
        import pandas  # here, because it takes longer to import than the table takes to make

        rows = [
            (measure, item, year, value, unit)
            for measure, unit, of_each in self._measures()
            for item, amounts in of_each
            for year, value in zip(self.financial_years, amounts, strict=True)
        ]
        rows += self.distribution.tidy() if self.distribution else ()
        if found := self.official:
            years = zip(found.financial_years, found.amounts, strict=True)
            rows += [(NAME.lower(), found.measure.title, year, one, _MILLION) for year, one in years if one is not None]
        return pandas.DataFrame(rows, columns=["measure", "item", "financial_year", "value", "unit"])

    def _measures(self) -> Iterator[tuple[str, str, Iterable[tuple[str, Sequence[float]]]]]:
        """Each measure with its unit and its items: their names, and figures by financial year."""
        effects = ("static", self.static), ("post-behavioural", self.post_behavioural)
        yield "exchequer effect", _MILLION, (*effects, ("elasticity 0", self.without_response))
        yield "of which", _MILLION, (("tax", self.tax), ("spending", self.spending))
        if self.administration:
            yield "administration", _MILLION, [("HMRC", self.administration)]
        if self.bridge is not None:
            timing = ((f"timing of {kind}", moved) for kind, moved in self.bridge.timing.items())
            yield "cash", _MILLION, (("accruals", self.bridge.accruals), *timing, ("cash", self.bridge.cash))
        if self.value is not None:
            yield "cost of the relief", _MILLION, self.value.costs.items()
            yield "trainees", "people", self.value.people.items()
        if self.uncertainty is not None:
            found, share = self.uncertainty, f"{self.uncertainty.level:.0%} interval"
            yield "interval", _MILLION, ((f"{share}, low", found.low), (f"{share}, high", found.high))
            moved = ((f"{one.label}: {words}", effect) for one in found.sensitivity for words, effect in one.at_the_ends)
            yield "sensitivity", _MILLION, moved
        yield "step", _MILLION, ((step.name, step.effect) for step in self.steps)
        yield "static effect by cost head", _MILLION, self.by_head.items()
        yield "investment in plant", _MILLION, self.investment.items()
        yield "qualifying training", _MILLION, self.training.items()
        if self.claimants:
            yield "claimants", "companies", [("companies", self.claimants)]


def no_effect(reason: str, *, years: tuple[int, ...], **about: Any) -> CostingResult:
    """The result of a reform that changes nothing in the years asked for, with the reason."""
    nothing = (0.0,) * len(years)
    about |= {"spending": nothing, "without_response": nothing, "bridge": Bridge.of(Flows.none(len(years)))}
    return CostingResult(
        years=years, steps=(Step("No effect", is_behavioural=False, effect=nothing),), no_effect=reason, **about
    )


def _sum(effects: Any, years: tuple[int, ...]) -> Amounts:
    return tuple(sum(amounts) for amounts in zip((0.0,) * len(years), *effects, strict=True))


def _described(reform: Reform) -> dict[str, str]:
    return {"name": reform.name, "title": reform.title, "status": reform.status, "text": reform.text or reform.to_yaml()}
