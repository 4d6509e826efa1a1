"""What a costing gives: frozen tables with their provenance; their words are those of ``reports.costing``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.costing.credibility import Credibility, credibility_of
from openfisca_goodwork.costing.distribution import Distribution
from openfisca_goodwork.costing.official import NAME, OfficialCosting, official_of
from openfisca_goodwork.costing.payments import Bridge
from openfisca_goodwork.costing.people import PopulationUsed
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.tables import Timeline
from openfisca_goodwork.costing.uncertainty.assumptions import Rating, Uncertainty
from openfisca_goodwork.costing.value_for_money import Appraisal, Value
from openfisca_goodwork.errors import Fault
from openfisca_goodwork.law.periods import financial_year_name, financial_year_start
from openfisca_goodwork.number_formats import place_of_most
from openfisca_goodwork.policy import Override, Reform, advice_on
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.rendering import Worded, as_json
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

Amounts = tuple[float, ...]


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
        behaviour, basis, settings: as asked for. assumptions: every assumption used, by parameter path.
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
        draws: of the assumptions, as asked for; None where the assumed number was meant.
        uncertainty: the interval and what drives it; None where no draws were asked for. rating: the judgement.
        no_effect: why nothing changes, where nothing does.
        bridge: from accruals to cash, whatever the basis. timeline: when the measure starts and ends.
        administration: what HMRC spends to run a relief for training, which is no part of the effect; empty without one.
        value: cost of the relief and people trained with it; None where no training qualifies.
        surprises: sentences on figures that may surprise, with the reason (``costing.surprises``).
        appraisal: what the extra training would be worth; None where that was not asked.
        age_to, reweight: how the user's own companies were aged and reweighted, as asked for.
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
    spending: Amounts
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
            behaviour=self.behaviour,
            basis=self.basis,
            forecast=self.forecast,
            population=self.population.name,
            companies=self.population.given,
            age_to=self.age_to,
            reweight=self.reweight,
            disclosure=self.disclosure is not None,
            year_of_gains=financial_year_name(shown) if shown != by_default else "",
            draws=self.draws,
            settings=self.settings,
            where=self.where,
            appraise=self.appraisal is not None,
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
            for measure, item, amounts, unit in self._measures()
            for year, value in zip(self.financial_years, amounts, strict=True)
        ]
        rows += self.distribution.tidy() if self.distribution else ()
        rows += self._official()
        return pandas.DataFrame(rows, columns=["measure", "item", "financial_year", "value", "unit"])

    def _official(self) -> list[tuple[str, str, str, float, str]]:
        """The official costing of the same, of the years for which it was published."""
        found = self.official
        if found is None:
            return []
        pairs = zip(found.financial_years, found.amounts, strict=True)
        return [(NAME.lower(), found.measure.title, year, one, "£ million") for year, one in pairs if one is not None]

    def _measures(self) -> list[tuple[str, str, Sequence[float], str]]:
        million = "£ million"
        return [
            ("exchequer effect", "static", self.static, million),
            ("exchequer effect", "post-behavioural", self.post_behavioural, million),
            ("exchequer effect", "elasticity 0", self.without_response, million),
            *self._parts(million),
            *self._interval(),
            *[("step", step.name, step.effect, million) for step in self.steps],
            *[("static effect by cost head", head, amounts, million) for head, amounts in self.by_head.items()],
            *[("investment in plant", name, amounts, million) for name, amounts in self.investment.items()],
            *[("qualifying training", name, amounts, million) for name, amounts in self.training.items()],
            *([("claimants", "companies", self.claimants, "companies")] if self.claimants else []),
        ]

    def _parts(self, unit: str) -> list[tuple[str, str, Sequence[float], str]]:
        """Tax, spending and administration; the bridge to cash; what the relief costs and whom it trains."""
        rows: list[tuple[str, str, Sequence[float], str]] = [
            ("of which", "tax", self.tax, unit),
            ("of which", "spending", self.spending, unit),
            *([("administration", "HMRC", self.administration, unit)] if self.administration else []),
        ]
        if self.bridge is not None:
            rows += [("cash", "accruals", self.bridge.accruals, unit)]
            rows += [("cash", f"timing of {kind}", moved, unit) for kind, moved in self.bridge.timing.items()]
            rows += [("cash", "cash", self.bridge.cash, unit)]
        if self.value is not None:
            rows += [("cost of the relief", name, amounts, unit) for name, amounts in self.value.costs.items()]
            rows += [("trainees", name, counts, "people") for name, counts in self.value.people.items()]
        return rows

    def _interval(self) -> list[tuple[str, str, Sequence[float], str]]:
        """The ends of the interval, and what each assumption alone adds to the effect at its ends."""
        if self.uncertainty is None:
            return []
        found, share = self.uncertainty, f"{self.uncertainty.level:.0%} interval"
        ends = [("interval", f"{share}, low", found.low), ("interval", f"{share}, high", found.high)]
        ends += [
            ("sensitivity", f"{one.label}: {words}", effect)
            for one in found.sensitivity
            for words, effect in one.at_the_ends
        ]
        return [(*end, "£ million") for end in ends]


def no_effect(reason: str, *, years: tuple[int, ...], **about: Any) -> CostingResult:
    """The result of a reform that changes nothing in the years asked for, with the reason."""
    nothing = (0.0,) * len(years)
    about |= {"spending": nothing, "without_response": nothing, "bridge": Bridge.none(len(years))}
    return CostingResult(
        years=years, steps=(Step("No effect", is_behavioural=False, effect=nothing),), no_effect=reason, **about
    )


def _sum(effects: Any, years: tuple[int, ...]) -> Amounts:
    return tuple(sum(amounts) for amounts in zip((0.0,) * len(years), *effects, strict=True))


def _described(reform: Reform) -> dict[str, str]:
    return {"name": reform.name, "title": reform.title, "status": reform.status, "text": reform.text or reform.to_yaml()}
