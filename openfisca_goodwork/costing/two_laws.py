"""The two laws of a costing: in what they differ and from when, for which companies and years; what cannot be answered."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import policy
from openfisca_goodwork import population as companies
from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.disclosure_rules import Rules
from openfisca_goodwork.costing.investment import retimed_from
from openfisca_goodwork.costing.payments import CONVENTIONS
from openfisca_goodwork.costing.people import People, PopulationUsed, read, subset
from openfisca_goodwork.costing.request import ACCRUALS, AS_ASKED, LATEST, CostingRequest, Progress
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.errors import GoodworkError, and_joined
from openfisca_goodwork.law.human_investment import increment_begins, periods_looked_back, relief_begins, relief_spells
from openfisca_goodwork.law.human_investment.eligibility import divisions_needed, facts_asked
from openfisca_goodwork.law.periods import (
    add_months,
    financial_year_name,
    financial_year_start,
    history,
    parse_financial_years,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.policy.advice import ENACTED, reason_between
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.compare import together, tried
from openfisca_goodwork.policy.differences import Difference, differences
from openfisca_goodwork.policy.laws import law_with, vocabulary_with
from openfisca_goodwork.policy.vocabulary import HORIZON, Vocabulary
from openfisca_goodwork.population.forecasts import labels
from openfisca_goodwork.population.own_companies import OwnCompanies
from openfisca_goodwork.population.report import unpacked
from openfisca_goodwork.population.sources import CLASSES
from openfisca_goodwork.population.store import DEFAULT, REPORT

OF_WHAT_IS_LAW = (
    "To see what an enacted measure does, cost a law without it, such as those of the library’s group counterfactual: "
    "what the measure does is the opposite."
)
_TABLE = Path(__file__).parent.parent / "data" / "laws_of_outlooks.csv"


def law_of_forecast(outlook: str, settings: tuple[str, ...] = ()) -> Any:
    """The law as it was expected to be when an outlook was published; current law for the latest.

    Args:
        outlook: as ``population.outlooks`` has it, or ``latest``. settings: applied to it, as ``PATH@DATE=VALUE``.
    """
    return policy.law_of(reforms_of_forecast(outlook), settings=(*held_for(outlook), *settings))


def held_for(outlook: str) -> tuple[str, ...]:
    """The setting by which law is held to the last accounting period of a forecast that is carried on."""
    if outlook != companies.TO_2050:
        return ()
    return (f"{HORIZON}@2008-04-01={labels(outlook)[-1]}",)


def reforms_of_forecast(outlook: str) -> tuple[str, ...]:
    """The reforms of the library that make the law of an outlook out of current law, in order."""
    with _TABLE.open(encoding="utf-8", newline="") as rows:
        laws = {row["outlook"]: row["law"] for row in csv.DictReader(rows)}
    return tuple(filter(None, laws.get(outlook, "").split(" + ")))


COMMON = ("assumptions.base.", "assumptions.growth.", "assumptions.timing.")
_RELIEF = ("human_investment.", "good_work.")
_EXCLUDES_LEVY = "human_investment.qualifying.exclude_levy_funded"
INCLUDES_LEVY = "assumptions.base.survey_includes_levy"


# What the population drawn from official figures says nothing of, in words.
_NOT_HELD = {
    "sic_division": "the division of a company's industry, of which sections alone are held",
    "company_age": "the age of a company",
}


@dataclass(frozen=True, eq=False)
class TwoLaws:
    """The baseline law and the reformed law of a request, and how they differ.

    Attributes:
        request: what is asked. years: its financial years, by the year each begins in.
        year_of_gains: in which it is shown who gains; None for that of the finding.
    """

    request: CostingRequest
    years: tuple[int, ...] = field(init=False)
    year_of_gains: int | None = field(init=False)

    def __post_init__(self) -> None:
        """Read the request. Raises GoodworkError with everything that is wrong with it."""
        errors: list[GoodworkError] = []
        set_once = partial(object.__setattr__, self)
        set_once("years", tried(lambda: parse_financial_years(self.request.years, self._covered), errors) or ())
        set_once("year_of_gains", tried(self._year_of_gains, errors))
        tried(lambda: self._age_to, errors)
        tried(lambda: self.outlook, errors)
        tried(self._refuse_faults, errors)
        tried(lambda: self.both, errors)
        if errors:
            raise together(errors)

    def _year_of_gains(self) -> int | None:
        given = self.request.year_of_gains
        if not given:
            return None
        asked = parse_financial_years(given, self._covered)
        if self.years and (len(asked) > 1 or asked[0] not in self.years):
            first, last = (financial_year_name(self.years[place]) for place in (0, -1))
            raise GoodworkError(
                f"{given!r} is not one of the financial years {first} to {last}. "
                "Who gains is shown for one of the years asked for."
            )
        return asked[0]

    @property
    def _covered(self) -> tuple[int, ...]:
        """Financial years of the population asked for; of the usual one where its outlook is not held (told apart)."""
        asked = self.request.forecast
        return companies.financial_years(asked if asked in (*companies.outlooks(), companies.TO_2050) else LATEST)

    def _refuse_faults(self) -> None:
        request, people = self.request, self.request.population
        faults = [*request.faults, *(read(request.where, CLASSES)[1] if isinstance(people, str) else ())]
        if not request.reforms and not request.settings:
            faults.append("There is nothing to cost. Name a reform, or change a parameter with --set PATH@DATE=VALUE.")
        if not isinstance(people, str) and not hasattr(people, "levy_funded"):
            faults.append(
                f"population: a {type(people).__name__} is none. "
                "Give the name of one, or what openfisca_goodwork.population.load gives."
            )
        kept = [one for one in self.common_settings if not one.startswith(CONVENTIONS)]
        is_own = request.companies is not None
        if (is_own or not isinstance(people, str)) and (kept or request.forecast != LATEST):
            whose = (
                "Your own companies keep theirs" if is_own else "A population that is built already keeps them. Leave it out"
            )
            faults.append(
                f"--forecast and settings of assumptions change the population. {whose}; or leave out the settings."
            )
        if is_own and people != DEFAULT:
            faults.append("Give --companies or --population, not both: either is what the laws are run over.")
        if request.executor is not None and request.records is not None:
            faults.append("--records is written by one process: leave out --workers and --scheduler.")
        faults += _faults_of_disclosure(request)
        alone = [flag for flag, given in (("--age-to", request.age_to), ("--reweight", request.reweight)) if given]
        if alone and not is_own:
            faults.append(f"{and_joined(alone)} changes your own companies: name them with --companies DATA.")
        if faults:
            raise GoodworkError("\n".join(faults))

    @cached_property
    def outlook(self) -> str:
        """The outlook that the population follows. Raises GoodworkError where it is not held."""
        return companies.known(self.request.forecast)

    @property
    def known_on(self) -> date:
        """The day from which companies act on what they know of the laws: the month after the outlook."""
        return add_months(companies.published_on(self.outlook), 1)

    @property
    def common_settings(self) -> tuple[str, ...]:
        """Settings of assumptions that both laws share; every other one is part of the reform."""
        return tuple(one for one in self.request.settings if one.startswith(COMMON))

    @cached_property
    def both(self) -> tuple[Any, Any]:
        """The baseline law and the reformed one."""
        held = held_for(self.request.forecast)
        # The reformed law first, so that all faults come together.
        after = law_with(self._parameters(held, is_reformed=True))
        return law_with(self._parameters(held, is_reformed=False)), after

    def _parameters(self, held: tuple[str, ...] = (), *, is_reformed: bool) -> Vocabulary:
        """Every parameter of one of the laws, some settings beneath all others; worked out once."""
        request, key = self.request, (held, is_reformed)
        if key not in self._known_parameters:
            reforms, settings = (request.reforms, request.settings) if is_reformed else ((), self.common_settings)
            self._known_parameters[key] = vocabulary_with(reforms, request.baseline, (*held, *settings))
        return self._known_parameters[key]

    @cached_property
    def _known_parameters(self) -> dict[tuple[tuple[str, ...], bool], Vocabulary]:
        return {}

    @property
    def before(self) -> TaxBenefitSystem:
        """The baseline law."""
        return self.both[0]

    @property
    def after(self) -> TaxBenefitSystem:
        """The reformed law."""
        return self.both[1]

    @cached_property
    def _differences(self) -> tuple[Difference, ...]:
        before, after = self._parameters(is_reformed=False), self._parameters(is_reformed=True)
        return tuple(row for row in differences(before, after) if not row.path.startswith(ASSUMPTIONS))

    @property
    def other_changes(self) -> tuple[str, ...]:
        """Paths in which the laws differ, but for the relief for training."""
        return tuple(dict.fromkeys(row.path for row in self._differences if not row.path.startswith(_RELIEF)))

    @property
    def differs_from(self) -> date | None:
        """The first day on which the laws differ; None where they never do."""
        return min((row.starts for row in self._differences), default=None)

    @property
    def first_day(self) -> date:
        """The day whose accounting periods are told apart: the first on which the laws differ, or the last asked for."""
        return self.differs_from or self.last_day

    @property
    def differs_until(self) -> date | None:
        """The last day on which the laws differ, or on which a relief that alone is changed is given; None for good."""
        if not self.other_changes:
            ends = [spells[-1][1] if (spells := relief_spells(law)) else None for law in self.both if relief_begins(law)]
        else:
            ends = [row.ends for row in self._differences]
        return max(filter(None, ends)) if ends and None not in ends else None

    @property
    def measures(self) -> frozenset[str]:
        """The kinds of measure at hand, by the first names of the parameters that differ; a relief that either law gives."""
        kinds = {row.path.partition(".")[0] for row in self._differences}
        return frozenset(kinds | ({_RELIEF[0].rstrip(".")} if any(map(relief_begins, self.both)) else set()))

    @property
    def last_day(self) -> date:
        """The last day of the years asked for."""
        return financial_year_start(self.years[-1] + 1) - ONE_DAY

    @property
    def start(self) -> date | None:
        """The first day that matters: on which the laws differ, or either gives the relief; None where they never differ.

        Laws that differ only after the years asked for matter in them where investment is brought forward before that.
        """
        # An accounting period that is under way at the end of the years counts in them to its own end.
        first, last = self.differs_from, add_months(self.last_day, 12) - ONE_DAY
        if first is None or (first > last and not self._is_acted_on(first, last)):
            return None
        return min([first, *(day for day in map(relief_begins, self.both) if day is not None)])

    def _is_acted_on(self, first: date, last: date) -> bool:
        """Whether investment is brought forward by a last day, the laws being different from a first day on."""
        if not self.other_changes:
            return False
        assumed = behaviour_of(self.after, self.request.behaviour, first, others=True)
        earlier = retimed_from(*self.both, assumed, self.known_on)
        return earlier is not None and earlier <= last

    @property
    def day_of_assumptions(self) -> date:
        """The day on which behaviour is read: the first of the reformed law's relief, or of what else is costed."""
        return relief_begins(self.after) or self.start or self.last_day

    @property
    def survey_includes_levy(self) -> bool | None:
        """How the survey of training is read, where the relief leaves out what the levy pays for; None where it does not."""
        law, begins = self.after, relief_begins(self.after)
        if begins is None or not history(law, _EXCLUDES_LEVY).on(begins):
            return None
        return bool(history(law, INCLUDES_LEVY).on(begins))

    def _loaded(self, name: str, progress: Progress) -> People:
        common, is_latest = self.common_settings, self.outlook == LATEST
        try:
            return companies.load(
                name,
                progress=lambda stage, done: progress(stage, 0.3 * done),
                law=None if is_latest and not common else law_of_forecast(self.outlook, common),
                forecast=self.outlook,
            )
        except GoodworkError:
            raise
        except (ArithmeticError, IndexError, RuntimeError, ValueError) as fault:
            if not common:
                raise  # no setting of anybody's made the figures impossible
            settings = ", ".join(common)
            raise GoodworkError(
                f"No population can be made with --set {settings} ({fault}). Set it nearer to what is assumed."
            ) from fault

    def people(self, progress: Progress) -> People:
        """The population asked for; one built on other common assumptions where settings change them.

        Raises:
            GoodworkError: for years that its accounting periods do not cover in full, and settings of which no population
                can be made.
        """
        request = self.request
        people = request.population
        if request.companies is not None:
            progress("Read the companies", 0.0)
            people = companies.load_companies(request.companies, age_to=self._age_to, is_reweighted=request.reweight)
        elif isinstance(people, str):
            people = self._loaded(people, progress)
        people = subset(people, self.request.where)
        covered = people.financial_years
        if request.companies is not None and not set(self.years) <= set(covered):
            raise GoodworkError(_not_covered(covered))
        if not set(self.years) <= set(covered):
            carried_on = companies.financial_years(companies.TO_2050)
            later = ""
            if self.outlook == LATEST and set(self.years) <= set(carried_on):
                last = financial_year_name(carried_on[-1])
                later = f" Years up to {last}: --forecast {companies.TO_2050}, the latest carried on with nominal GDP."
            raise GoodworkError(
                f"The population covers the financial years {financial_year_name(covered[0])} to "
                f"{financial_year_name(covered[-1])} in full. Ask for years among them.{later}"
            )
        self._refuse_facts_not_held(people)
        return people

    def _refuse_facts_not_held(self, people: People) -> None:
        """Refuse a relief that goes by what the population does not hold of a company. Raises GoodworkError."""
        asked = {fact: path for law in self.both for fact, path in facts_asked(law).items()}
        few: Iterator[People] = people.parts(1)
        held = next(few).inputs(people.labels[-1]) if asked else {}
        # A division has its section, which the law works out.
        missing = [one for one in asked if one not in held and not (one == "sic_section" and "sic_division" in held)]
        if missing and self.request.companies is not None:
            reasons = (f"{asked[fact]} goes by {fact}" for fact in missing)
            raise GoodworkError(
                f"The companies do not tell what the relief depends on: {'; '.join(reasons)}. Add "
                f"{'this column' if len(missing) == 1 else 'these columns'} to your companies, or limit the relief by "
                "something else. What each column holds: goodwork population schema."
            )
        if missing:
            reasons = (f"{asked[fact]} goes by {_NOT_HELD.get(fact, fact)} ({fact})" for fact in missing)
            raise GoodworkError(
                f"The population does not hold what the relief depends on: {'; '.join(reasons)}. Limit it by what is held "
                "(sections, regions, size), or work out one company: goodwork calculate."
            )
        needed = [one for law in self.both for one in divisions_needed(law)] if "sic_division" in asked else []
        if isinstance(people, OwnCompanies) and (faults := people.rows_without_division(list(dict.fromkeys(needed)))):
            raise GoodworkError.from_faults(
                faults,
                f"{people.source}: {asked['sic_division']} lists divisions, which companies of their sections have to say.",
            )

    def first_label(self, people: People, assumed: Behaviour) -> int:
        """The first label that matters: of the law, or of investment brought forward in front of an end.

        Raises:
            GoodworkError: where a baseline for training reaches back to periods from before the population.
        """
        first = people.labels[0]
        day = self.start or self.last_day
        earlier = retimed_from(*self.both, assumed, self.known_on) if self.other_changes else None
        label = max(min(day, earlier or day).year, first)
        with_baseline = [law for law in self.both if increment_begins(law) is not None]
        back = max((periods_looked_back(law, date(label, 1, 1)) for law in with_baseline), default=0)
        if label - back < first:
            raise GoodworkError(
                f"Only training above a baseline counts, which in accounting periods that end in {label} reaches back to "
                f"those of {label - back}: the population begins with those of {first}. Start the relief later, or look "
                "back less far (human_investment.incremental.years, .fixed_from)."
            )
        return label

    @property
    def _age_to(self) -> int | None:
        asked = parse_financial_years(self.request.age_to, self._covered) if self.request.age_to else ()
        return asked[-1] if asked else None

    @cached_property
    def no_effect(self) -> str:
        """Why the reform can change nobody's tax in the years asked for; empty where it may."""
        if self.start is None:
            return self._why_nothing()
        last = max(self.start, self.last_day)
        common = self.common_settings
        before = vocabulary_with((), self.request.baseline) if common else self._parameters(is_reformed=False)
        return reason_between(before, self._parameters(is_reformed=True), self.start, last) or ""

    def _why_nothing(self) -> str:
        if self.request.settings:
            return "With the settings given, both laws are the same in the years asked for."
        first = financial_year_start(self.years[0])
        reason = policy.no_effect_reason(self.request.reforms, first, self.last_day, self.request.baseline)
        if not reason:
            return "It changes assumptions only: both laws are the same in the years asked for."
        enacted = all(reform.status == ENACTED for reform in policy.load_all(self.request.reforms))
        return f"{reason} {OF_WHAT_IS_LAW}" if enacted and not self.request.baseline else reason

    @property
    def rules_of_disclosure(self) -> Rules:
        """The rules of disclosure control, as the reformed law with its settings has them."""
        return Rules.of(self.after, self.day_of_assumptions)

    def population_used(self, people: People) -> PopulationUsed:
        """What a result says of the companies behind it; under disclosure control without counts of few."""
        request, gaps = self.request, tuple[str, ...]()
        name = request.population if isinstance(request.population, str) else DEFAULT
        if isinstance(people, OwnCompanies):
            gaps = people.gaps_with(self.rules_of_disclosure.few) if request.disclosure else people.gaps
        everybody, _places = getattr(people, "whole", None) or (None, None)
        return PopulationUsed(
            *(people.fingerprint, people.records, people.companies, name),
            source=getattr(people, "source", ""),
            gaps=gaps,
            given=request.companies,
            of_records=0 if everybody is None else everybody.records,
            of_companies=0.0 if everybody is None else everybody.companies,
        )

    def about(self, people: People, assumed: Behaviour) -> dict[str, Any]:
        """What a result says of where it comes from."""
        request = self.request
        reforms = policy.load_all(request.reforms) if request.reforms else ()
        return {name: getattr(request, name) for name in AS_ASKED} | {
            "reforms": reforms,
            "baseline": policy.load_all(request.baseline),
            "years": self.years,
            "forecast": self.outlook,
            "overrides": policy.compose(reforms).overrides if reforms else (),
            "assumptions": assumed.read,
            "survey_includes_levy": self.survey_includes_levy,
            "population": self.population_used(people),
            "fit": unpacked(people.columns[REPORT], people.fingerprint) if REPORT in people.columns else None,
        }


def _not_covered(covered: Sequence[int]) -> str:
    if not covered:
        return (
            "The accounting periods of the companies cover no financial year in full, which takes periods that end in two "
            "or three calendar years. Carry them on with --age-to YEAR."
        )
    first, last = (financial_year_name(covered[place]) for place in (0, -1))
    covered_in_words = f"years {first} to {last}" if first != last else f"year {first} alone"
    return (
        f"The companies cover the financial {covered_in_words} in full: periods have to end in both calendar years of a "
        "financial year. Ask for years among them with --years, or carry the companies on with --age-to YEAR."
    )


def _faults_of_disclosure(request: CostingRequest) -> list[str]:
    faults = {
        "--disclosure: a part and the whole give away the rest between them. Leave out --where.": bool(request.where),
        "--disclosure lets no record leave: leave out --records.": request.records is not None,
        "--disclosure tests what stands behind each year as it accrues: leave out --basis cash.": request.basis != ACCRUALS,
    }
    return [fault for fault, is_so in faults.items() if is_so and request.disclosure]
