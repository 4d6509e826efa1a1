"""What a company's computation comes to: frozen, and the same figures as JSON, as a table, and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.advice import Advice, advice_of
from openfisca_goodwork.company.assumed import Assumption, sentences
from openfisca_goodwork.company.claims import faults_of
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM, Company, CompanyPeriod, Fact
from openfisca_goodwork.company.reading import PERIODS, CompanyDocument, Source, read_with_places
from openfisca_goodwork.company.schedule import Schedules
from openfisca_goodwork.company.schedules import schedules_of
from openfisca_goodwork.company.steps import Step
from openfisca_goodwork.company.training import NextTraining, TrainingRelief, WhatIf, next_training, relief_of, what_if
from openfisca_goodwork.company.under_law import Period, laws_of, outputs_of, periods_of
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.company.working import working_of
from openfisca_goodwork.documents import Place
from openfisca_goodwork.errors import GoodworkError, did_you_mean, quoted
from openfisca_goodwork.law.payment import (
    Instalment,
    Interest,
    Penalty,
    after_credits,
    filing_date,
    instalments,
    interest_on,
    interest_terms,
    payment_terms,
    penalties,
    unpaid_on,
)
from openfisca_goodwork.policy import Reform, load_all, no_effect_reason
from openfisca_goodwork.policy.laws import Reforms
from openfisca_goodwork.rendering import Worded, as_json
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas as pd


# --- what a company paid and when it filed, against what the law asked: interest and penalties -----------------------


# Credits that discharge tax are a payment of it: the amounts due stand before them.
CREDITS = (
    "notional_tax_deduction_used",
    "research_and_development_credit_set_off",
    "human_investment_notional_tax_used",
    "human_investment_credit_set_off",
)


@dataclass(frozen=True)
class Settlement:
    """Interest and penalties of one accounting period under current law.

    Attributes:
        interest: oldest first; below 0 what is paid to the company. penalties: for a late return.
        unpaid: tax due and not paid by the last day told of; interest on it runs on (£).
        overpaid: paid above the tax by that day; it comes back with interest to the day it does, which is not known (£).
    """

    interest: tuple[Interest, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    unpaid: float = 0.0
    overpaid: float = 0.0


def _settlement(
    law: TaxBenefitSystem,
    period: CompanyPeriod,
    outputs: Mapping[str, Fact],
    of_tax: Sequence[Instalment],
    late_in_a_row: int,
) -> Settlement:
    """The settlement of an accounting period for which payments or a day of filing are given.

    Args:
        of_tax: what of its corporation tax is due when, before credits. late_in_a_row: returns filed late just before it.
    """
    paid = [Instalment(*each) for each in period.payments]
    due = [
        *after_credits(of_tax, sum(float(outputs[name]) for name in CREDITS)),
        *_instalments(law, period, outputs, "tax_on_loans_to_participators"),
    ]
    interest: tuple[Interest, ...] = ()
    if paid:
        terms = payment_terms(law, period.start)
        interest = interest_on(interest_terms(law, period.start), due, paid, (period.start, period.end), terms)
    fined: tuple[Penalty, ...] = ()
    if period.return_filed:
        unpaid_at = partial(unpaid_on, due if paid else (), paid)
        fined = tuple(penalties(law, period.end, period.return_filed, late_in_a_row, unpaid_at))
    last = max((each.due for each in (*due, *paid)), default=period.end)
    unpaid, overpaid = (unpaid_on(*sides, last) if paid else 0.0 for sides in ((due, paid), (paid, due)))
    return Settlement(interest, fined, unpaid, overpaid)


def _instalments(
    law: TaxBenefitSystem, period: CompanyPeriod, outputs: Mapping[str, Fact], tax: str
) -> tuple[Instalment, ...]:
    """What of a tax of an accounting period is due when, before credits."""
    regime, terms = str(outputs["payment_regime"]), payment_terms(law, period.start)
    return instalments(float(outputs[tax]), regime, period.start, period.end, terms)


UNTOUCHED = "It changes the law of these accounting periods and no figure of the company: none of what it changes is here."


# --- the result of a period, and of a company ------------------------------------------------------------------------


@dataclass(frozen=True)
class PeriodResult:
    """One accounting period, under each law.

    Attributes:
        start, end: its first and last day.
        outputs: ``current_law`` (and ``reform``) → output → value; £ unless the variable says otherwise.
        instalments: the same laws → what is due when.
        settlement: interest and penalties under current law; None where nothing is said of payment or filing.
    """

    start: date
    end: date
    outputs: Mapping[str, Mapping[str, Fact]] = field(hash=False)
    instalments: Mapping[str, tuple[Instalment, ...]] = field(hash=False)
    settlement: Settlement | None = None

    def amount(self, law: str, output: str) -> float:
        """A figure of this period under one of the laws."""
        return float(self.outputs[law][output])

    @property
    def left_to_pay(self) -> dict[str, tuple[Instalment, ...]]:
        """What of each instalment is left to pay after the credits that are set against the tax, by law."""
        return {
            law: after_credits(due, sum(self.amount(law, name) for name in CREDITS)) for law, due in self.instalments.items()
        }

    def change(self, output: str) -> float:
        """A figure under the reform less the same under current law: two full computations; 0 without a reform."""
        return self.amount(REFORM, output) - self.amount(CURRENT_LAW, output) if REFORM in self.outputs else 0.0

    @property
    def tax_saved(self) -> float:
        """Tax of this period that the reform saves, negative if it costs tax (£)."""
        return -self.change("net_corporation_tax")

    @property
    def credits_paid(self) -> float:
        """Credits in cash that the reform pays for this period, beside the tax that it saves (£)."""
        return self.change("payable_credits")

    @property
    def saved_per_pound(self) -> float:
        """Tax saved and credits paid for each £1 of qualifying training of the period; 0 without any (£)."""
        training = self.amount(REFORM, "qualifying_training_expenditure") if REFORM in self.outputs else 0.0
        return (self.tax_saved + self.credits_paid) / training if training else 0.0


_LOSSES_OF_GROUP = (
    "group_relief_available",
    "group_relief_for_carried_forward_losses_available",
    "trading_losses_surrendered_to_group",
    "carried_forward_losses_surrendered_to_group",
)


@dataclass(frozen=True)
class CompanyResult(Worded):
    """One company under current law and, if any were given, under reforms.

    Attributes:
        company: the facts it was worked out from.
        reforms: applied to current law together, in this order.
        accounting_periods: oldest first.
        model_version: of the package that worked it out.
        systems: the same laws, each as the engine has it, to be run once more for what is asked for beyond the figures.
        as_under: the company under each of them; one of a group with the losses and shares that it has under it.
    """

    company: Company
    reforms: tuple[Reform, ...]
    accounting_periods: tuple[PeriodResult, ...]
    model_version: str
    systems: Mapping[str, TaxBenefitSystem] = field(repr=False, compare=False)
    as_under: Mapping[str, Company] = field(repr=False, compare=False)

    @property
    def tax_saved(self) -> float:
        """Tax of all accounting periods that the reforms save, negative if they cost tax (£)."""
        return sum((period.tax_saved for period in self.accounting_periods), 0.0)

    @property
    def laws(self) -> tuple[str, ...]:
        """The laws it was worked out under: ``current_law`` and, with reforms, ``reform``."""
        return (CURRENT_LAW, REFORM) if self.reforms else (CURRENT_LAW,)

    def shares_losses(self, place: int) -> bool:
        """Whether a group settles which losses it gives or receives in a period: more training would move them."""
        given = self.company.accounting_periods[place].values
        of_laws = [company.accounting_periods[place].values for company in self.as_under.values()]
        return any(values.get(name, 0.0) != given.get(name, 0.0) for values in of_laws for name in _LOSSES_OF_GROUP)

    @property
    def no_effect(self) -> str:
        """Why the reforms change no figure of the company; empty where they change one, or none were given."""
        changes = any(
            period.outputs[REFORM] != period.outputs[CURRENT_LAW] for period in self.accounting_periods if self.reforms
        )
        if changes or not self.reforms:
            return ""
        first, last = self.accounting_periods[0].start, self.accounting_periods[-1].end
        return no_effect_reason(self.reforms, first, last) or UNTOUCHED

    @cached_property
    def training(self) -> tuple[TrainingRelief | None, ...]:
        """The relief for training under the reform, period by period: worked out on demand; None where it has none."""
        if not self.reforms:
            return (None,) * len(self.accounting_periods)
        return tuple(relief_of(period.run, period.at) for period in self._periods(REFORM))

    @cached_property
    def next_training(self) -> tuple[NextTraining | None, ...]:
        """What £1,000 more of training in each period would cost; None without a relief, or the baseline it asks for."""
        return next_training(self.systems, self.as_under[self.laws[-1]], self.training)

    def what_if(self, place: int) -> WhatIf | None:
        """What the relief saves from no training to twice as much in one accounting period; None where none is in force.

        None too where ``next_training`` is: more training would ask for a baseline that the file does not say.
        """
        relief = self.training[place]
        if relief is None or self.next_training[place] is None:
            return None
        return what_if(self.systems, self.as_under[REFORM], place, relief)

    def working(self, law: str = CURRENT_LAW) -> tuple[tuple[Step, ...], ...]:
        """How the tax comes about under one of the laws: the steps of each accounting period, in the order of computation.

        Raises:
            GoodworkError: for a law that the company was not worked out under.
        """
        self._refuse_other(law)
        return working_of(self.systems[law], self.as_under[law])

    @cached_property
    def advice(self) -> Advice:
        """The claims that pay the least tax over all accounting periods under current law: searched for on demand."""
        return advice_of(self.systems[CURRENT_LAW], self.as_under[CURRENT_LAW])

    @property
    def assumed(self) -> tuple[str, ...]:
        """What the computation assumed, a sentence each, with what a company file may say instead."""
        return tuple(each.with_keys for each in self.assumptions)

    @cached_property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the computation assumed where the company file leaves it open; nothing where it does not."""
        return sentences({law: self._periods(law) for law in self.laws})

    def schedules(self, law: str = CURRENT_LAW) -> tuple[Schedules, ...]:
        """The schedules of each accounting period under one of the laws, oldest first: name → table (``company.schedules``).

        Raises:
            GoodworkError: for a law that the company was not worked out under.
        """
        self._refuse_other(law)
        return self._schedules[law]

    @cached_property
    def _schedules(self) -> Mapping[str, tuple[Schedules, ...]]:
        return {law: schedules_of(self._periods(law)) for law in self.laws}

    def _periods(self, law: str) -> tuple[Period, ...]:
        """The periods under one of the laws, with a run of their own: a run is not for two threads at once."""
        return periods_of(self.systems[law], self.as_under[law], [each.outputs[law] for each in self.accounting_periods])

    def _refuse_other(self, law: str) -> None:
        if law not in self.laws:
            raise GoodworkError(f"{quoted(law)} was not worked out. {did_you_mean(law, self.laws)}")

    def to_dict(self, *, working: bool = False, schedules: bool = False, advice: bool = False) -> dict[str, Any]:
        """The result as JSON holds it: days in ISO form, no limit as null; steps, schedules and advice where asked for.

        ``training`` stands in periods in which the reform gives a relief for it: what qualifies, and what more would cost.
        """
        periods = [
            {"start": period.start, "end": period.end, **period.outputs, "instalments": period.instalments}
            | ({"settlement": period.settlement} if period.settlement else {})
            | self._training_as_dict(place)
            for place, period in enumerate(self.accounting_periods)
        ]
        for name, is_asked, of_law in (("working", working, self.working), ("schedules", schedules, self.schedules)):
            held = {law: of_law(law) for law in self.laws} if is_asked else {}
            for place, entry in enumerate(periods if is_asked else ()):
                entry[name] = {law: of_periods[place] for law, of_periods in held.items()}
        return as_json(
            {
                "model_version": self.model_version,
                "reforms": [reform.name for reform in self.reforms],
                "assumed": self.assumed,
                "accounting_periods": periods,
                **({"advice": self.advice} if advice else {}),
            }
        )

    def _training_as_dict(self, place: int) -> dict[str, Any]:
        """The relief for training in one period as JSON holds it; nothing where none is in force."""
        relief, more, period = self.training[place], self.next_training[place], self.accounting_periods[place]
        if relief is None:
            return {}
        saved = {"tax": period.tax_saved, "credits_paid": period.credits_paid, "per_pound": period.saved_per_pound}
        following = None if more is None else {**more.to_dict(), "why_nothing": "" if more.saves else relief.why_no_more}
        return {"training": {**relief.to_dict(), "saved": saved, "next": following}}

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each output of each accounting period: start, end, variable, current_law and, with reforms, reform."""
        import pandas as pd

        return pd.DataFrame(list(self._rows()), columns=["start", "end", "variable", *self.laws])

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for period in self.accounting_periods:
            for variable in period.outputs[CURRENT_LAW]:
                yield (period.start, period.end, variable, *(outputs[variable] for outputs in period.outputs.values()))


# --- one company under current law and under reforms: two full computations, side by side -----------------------------


# Law → accounting period → output → value.
WorkedOut = Mapping[str, Sequence[Mapping[str, Fact]]]


def calculate_company(company: Source, reforms: Reforms = ()) -> CompanyResult:
    """Work out one company's corporation tax as ``calculate`` does, which tells a company from a group.

    Raises:
        CompanyFileError: with every fault of the company.
        ReformError: with every fault of a reform.
    """
    chosen = load_all(reforms)
    document, facts = read_with_places(company)
    laws = laws_of(chosen)
    worked_out = {name: outputs_of(law, facts, output_variables()) for name, law in laws.items()}
    refuse_claims(document, (), facts, worked_out)
    document.raise_faults()
    return company_result(facts, chosen, laws, worked_out, dict.fromkeys(laws, facts))


def refuse_claims(document: CompanyDocument, prefix: Place, company: Company, worked_out: WorkedOut) -> None:
    """Note every claim of a company that the law does not allow, with what is allowed.

    Args:
        prefix: the place of the company in the document. worked_out: law → accounting period → output → value.
    """
    for place, period in enumerate(company.accounting_periods):
        of_laws = [outputs[place] for outputs in worked_out.values()]
        for name, message in faults_of(period.start, period.values, of_laws):
            document.fault(message, (*prefix, PERIODS, place, name), key=True)


def company_result(
    company: Company,
    reforms: tuple[Reform, ...],
    laws: Mapping[str, TaxBenefitSystem],
    worked_out: WorkedOut,
    as_under: Mapping[str, Company],
) -> CompanyResult:
    """What each law made of a company, with when its tax is due, and what was paid late.

    Args:
        worked_out: law → accounting period → output → value. as_under: the company as it is under each law.
    """
    periods, late_in_a_row, current = [], 0, laws[CURRENT_LAW]
    for place, period in enumerate(company.accounting_periods):
        outputs = {name: worked_out[name][place] for name in laws}
        due = {name: _instalments(law, period, outputs[name], "corporation_tax") for name, law in laws.items()}
        settlement = None
        if period.payments or period.return_filed:
            settlement = _settlement(current, period, outputs[CURRENT_LAW], due[CURRENT_LAW], late_in_a_row)
        is_late = period.return_filed is not None and period.return_filed > filing_date(current, period.end)
        late_in_a_row = late_in_a_row + 1 if is_late else 0
        periods.append(PeriodResult(period.start, period.end, outputs, due, settlement))
    return CompanyResult(company, reforms, tuple(periods), model_version(), laws, as_under)
