"""What a loss carried back repays: the earlier periods' tax worked out again, and the credits that had met it.

A credit discharges the corporation tax of its period first (CTA 2009 s.1042I, step 1; s.104N before April 2024). Where a
loss takes that tax away, the steps are run again on what is left: less is set off, more is held back as notional tax, and
the rest is paid, up to the cap. All steps from the earliest period reached to the one before the loss are run twice, on the
profits as they stood and on what the loss leaves, since one hands its balances on to the next. The difference in cash is the
repayment; that in balances is brought into the period of the loss.

What the loss takes of each earlier period is ``loss_carried_back_1`` and so on, and what relieves it when the trade ceases
(``loss_carry_back``); its tax is worked out as ``corporation_tax`` is (``charge.tax_on``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law import research_and_development_payment as research
from openfisca_goodwork.law.charge import charge_parts, tax_on
from openfisca_goodwork.law.human_investment import credit as training
from openfisca_goodwork.law.human_investment import terms
from openfisca_goodwork.law.human_investment.terms import gives_credit, while_in_force
from openfisca_goodwork.law.loss_carry_back import WITH, EarlierPeriod, carry_back
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.payable_credit import CreditSteps
from openfisca_goodwork.law.periods import constant_array, of_earlier_period, picked
from openfisca_goodwork.law.research_and_development import CREDIT_BEFORE, HELD_BACK_BEFORE, does_research

# --- tax repaid: the charge of the earlier periods worked out again --------------------------------------------------


def has_credit(company: Any, period: Any) -> bool:
    """Whether any company may have a credit whose steps a loss carried back runs again."""
    return does_research(company, period) or gives_credit(company, period)


class loss_carry_back_repayment(Variable, only_with=WITH):
    """Cash repaid for earlier periods because of this period's loss, or of the end of the trade (£).

    Their charge worked out again on what is left. A credit that had met the tax is not repaid as tax: its steps are run
    again, and what they pay is in here too.

    Examples: £20,000 of profits taxed at 19% and a loss of £100,000 in the next year: £3,800. Tax of £28,050 met by a credit
    of £20,000 and £8,050 in cash, all of it relieved: £24,250, and £3,800 is held back as notional tax.
    """

    label = "Repayment for loss carried back"
    reference = "CTA 2010 ss.37, 45F; CTA 2009 s.1042I; TMA 1970 ss.59D(2), 59DA"
    rule = (
        "For each earlier period that the loss reaches, its tax on its profits as they stood, less its tax on what the loss "
        "leaves of them, by the figures of that period's own working; less what of it credits had met and meet no more, "
        "plus what the steps of these credits, run again, pay."
    )

    def formula(company, period):
        reached = _reached(company, period)
        tax = sum((_tax_repaid(company, period, earlier) for earlier in reached), constant_array(0.0, company.count))
        with_credits = cached_for_period(company, period, companies_with_credits) if has_credit(company, period) else None
        if with_credits is None:
            return tax
        # Where a credit had met the tax, the steps of the credit are run again as well.
        return _among(company, with_credits, _cash_repaid(with_credits, period), of_others=tax)


def _tax_repaid(company: Any, period: Any, earlier: EarlierPeriod) -> np.ndarray:
    """Tax of an earlier period on its profits as they stood, less the tax on what the loss leaves of them (£)."""
    at = np.flatnonzero((earlier.taken > 0) | (earlier.relieved > 0))
    parts = [part.only(at) for part in cached_for_period(company, earlier.label, charge_parts)]
    distributions = picked(of_earlier_period(company, period, "exempt_distributions", earlier.back), at)
    as_they_stood, left_by_the_loss = _profits(company, period, earlier, at)
    repaid = np.zeros(company.count)
    repaid[at] = tax_on(parts, as_they_stood, distributions) - tax_on(parts, left_by_the_loss, distributions)
    return repaid


def _reached(company: Any, period: Any) -> list[EarlierPeriod]:
    """The earlier periods that the loss reaches, carried back or as relief when the trade ceases; the latest first."""
    earlier = cached_for_period(company, period, carry_back).earlier
    return [one for one in earlier if ((one.taken > 0) | (one.relieved > 0)).any()]


def _profits(
    company: Any, period: Any, earlier: EarlierPeriod, at: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Taxable total profits of an earlier period as they stood, and what this loss leaves of them (£); of some companies."""
    taxable = of_earlier_period(company, period, "taxable_total_profits", earlier.back)
    of_all = (taxable, earlier.given, earlier.relieved, earlier.taken)
    taxable, given, relieved, taken = of_all if at is None else (picked(array, at) for array in of_all)
    as_they_stood = taxable - given
    return np.maximum(as_they_stood, 0), np.maximum(as_they_stood - relieved - taken, 0)


# --- credits that had met the tax: their steps run again -------------------------------------------------------------


def _cash_repaid(company: Any, period: Any) -> np.ndarray:
    """Cash that the earlier periods give back: tax that credits had not met, and credits paid as the tax is gone (£)."""
    restated = restated_periods(company, period)
    return sum((one.before.cash - one.after.cash for one in restated), constant_array(0.0, company.count))


def _among(company: Any, some: Any, values: np.ndarray, of_others: np.ndarray) -> np.ndarray:
    """Values of some of the companies among those of others; as they are where they are of all."""
    return values if some is company else some.spread(values, of_others)


@dataclass(frozen=True)
class _Scheme:
    """A credit with the steps of CTA 2009 s.1042I.

    Attributes:
        credit, cap: the outputs that hold the credit of a period, and the most that may be paid of it.
        excess, held_back: the inputs for what is brought forward from above the cap, and as notional tax.
        excess_added, held_back_added: the outputs for what a loss carried back adds to these.
        rate: of notional tax in a period, on taxable total profits as they stand.
    """

    credit: str
    cap: str
    excess: str
    held_back: str
    excess_added: str
    held_back_added: str
    rate: Callable[[Any, Any, np.ndarray], np.ndarray]


# The R&D credit comes first; the proposed credit discharges what that leaves.
_SCHEMES = (
    _Scheme(
        research.CREDIT,
        "research_and_development_credit_cap",
        CREDIT_BEFORE,
        HELD_BACK_BEFORE,
        research.CREDIT_ADDED,
        research.HELD_BACK_ADDED,
        research.notional_tax_rate,
    ),
    _Scheme(
        "human_investment_credit",
        "human_investment_credit_cap",
        terms.CREDIT_BEFORE,
        terms.HELD_BACK_BEFORE,
        training.CREDIT_ADDED,
        training.HELD_BACK_ADDED,
        lambda company, period, _taxable: while_in_force(company, period, training.NOTIONAL),
    ),
)


@dataclass(frozen=True)
class CreditUse:
    """What became of one credit in a period, with the balances it leaves (£, one per company).

    Attributes:
        notional_tax_used: of notional tax held back earlier. set_off, held_back, paid: by the steps of the credit.
        excess: carried forward from above the cap. notional_tax: carried forward for later tax.
    """

    notional_tax_used: Any
    set_off: Any
    held_back: Any
    paid: Any
    excess: Any
    notional_tax: Any


@dataclass(frozen=True)
class Standing:
    """How an earlier period stands: its taxable total profits, the tax on them, and each credit (£, one per company).

    Attributes:
        credits: of R&D and of the proposed credit, in this order.
    """

    taxable: np.ndarray
    tax: np.ndarray
    credits: tuple[CreditUse, ...]

    @property
    def paid(self) -> Any:
        """Credits paid to the company (£)."""
        return sum(one.paid for one in self.credits)

    @property
    def cash(self) -> Any:
        """Tax that credits leave to pay, less the credits paid to the company (£)."""
        return self.tax - sum(one.notional_tax_used + one.set_off for one in self.credits) - self.paid


@dataclass(frozen=True)
class Restated:
    """An earlier period before and after what this period's loss takes of it.

    Attributes:
        back: how many periods before that of the loss.
    """

    back: int
    before: Standing
    after: Standing


def _chain(company: Any, period: Any) -> list[EarlierPeriod]:
    """The earlier periods from the first that the loss reaches to the one before it, the latest first; none without one."""
    reached = _reached(company, period)
    return [
        one for one in cached_for_period(company, period, carry_back).earlier if reached and one.back <= reached[-1].back
    ]


def _opening(company: Any, period: Any, begin: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """What is brought into an earlier period of each credit: from above the cap, and as notional tax (£)."""

    def brought(name: str, added: str) -> np.ndarray:
        return of_earlier_period(company, period, name, begin) + of_earlier_period(company, period, added, begin)

    return [(brought(one.excess, one.excess_added), brought(one.held_back, one.held_back_added)) for one in _SCHEMES]


def companies_with_credits(company: Any, period: Any) -> Any:
    """The companies that had a credit, or a balance of one, in a period from the first that the loss reaches; else None."""
    chain = cached_for_period(company, period, _chain)
    if not chain:
        return None
    amounts = [of_earlier_period(company, period, scheme.credit, one.back) for one in chain for scheme in _SCHEMES]
    amounts += [balance for pair in _opening(company, period, chain[-1].back) for balance in pair]
    return company.those(sum((amount != 0 for amount in amounts), constant_array(np.False_, company.count)))


def restated_periods(company: Any, period: Any) -> tuple[Restated, ...]:
    """The earlier periods from the first that the loss reaches to the one before it, earliest first; none without one."""
    return cached_for_period(company, period, _restated)


def _restated(company: Any, period: Any) -> tuple[Restated, ...]:
    chain = cached_for_period(company, period, _chain)
    if not chain:
        return ()
    found, before = [], _opening(company, period, chain[-1].back)
    after = before
    for one in reversed(chain):
        stood, left = _profits(company, period, one)
        was, becomes = (_standing(company, period, one, *at) for at in ((stood, before), (left, after)))
        found.append(Restated(one.back, was, becomes))
        before, after = ([(use.excess, use.notional_tax) for use in at.credits] for at in (was, becomes))
    return tuple(found)


def _standing(company: Any, period: Any, one: EarlierPeriod, taxable: np.ndarray, balances: Any) -> Standing:
    """The tax and credits of an earlier period on given taxable profits, with given balances of credits brought into it."""
    distributions = of_earlier_period(company, period, "exempt_distributions", one.back)
    tax = due = tax_on(cached_for_period(company, one.label, charge_parts), taxable, distributions)
    uses = []
    for scheme, (excess, held_back) in zip(_SCHEMES, balances, strict=True):
        used = np.minimum(held_back, due)
        steps = CreditSteps(
            before=excess,
            of_period=of_earlier_period(company, period, scheme.credit, one.back),
            due=due - used,
            notional_tax_rate=scheme.rate(company, one.label, taxable),
            cap=company(scheme.cap, one.label),
        )
        kept = held_back - used + steps.held_back
        uses.append(CreditUse(used, steps.set_off, steps.held_back, steps.paid, steps.carried_forward, kept))
        due = due - used - steps.set_off
    return Standing(taxable, tax, tuple(uses))


class credits_paid_for_loss_carried_back(Variable, only_with=WITH, only_if=has_credit):
    """Part of the repayment that is a credit of an earlier period, paid because the tax it had met is gone (£).

    Example: a credit of £20,000 that had met tax and meets none any more, £3,800 of it held back: £16,200.
    """

    label = "Credits paid, in the repayment for loss carried back"
    reference = "CTA 2009 s.1042I"
    rule = "Credits that earlier periods pay by their steps, run again on what the loss leaves, less what they paid before."

    def formula(company, period):
        some, nothing = cached_for_period(company, period, companies_with_credits), constant_array(0.0, company.count)
        if some is None:
            return nothing
        paid = (one.after.paid - one.before.paid for one in restated_periods(some, period))
        return _among(company, some, sum(paid, constant_array(0.0, some.count)), nothing)


def _added(name: str, label: str, scheme: int, balance: str) -> type[Variable]:
    """What a loss carried back adds to a balance that is brought into the period of the loss."""

    def formula(company, period):
        some, nothing = cached_for_period(company, period, companies_with_credits), constant_array(0.0, company.count)
        found = () if some is None else restated_periods(some, period)
        if not found:
            return nothing
        after, before = (getattr(at.credits[scheme], balance) for at in (found[-1].after, found[-1].before))
        return _among(company, some, after - before, nothing)

    attributes = {
        "label": label,
        "reference": "CTA 2009 ss.1042I, 1042J, 1042L; before April 2024 ss.104N, 104O",
        "rule": "What the period before carries forward with the steps run again on what the loss leaves, less what it did.",
        "__doc__": f"{label}: the steps of earlier periods' credits run again, brought into the period of the loss (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(name, (Variable,), attributes, kept=True, only_with=WITH, only_if=has_credit)


_ADDED = (
    _added(research.HELD_BACK_ADDED, "Notional tax on R&D credits, added by a loss carried back", 0, "notional_tax"),
    _added(research.CREDIT_ADDED, "R&D expenditure credit above the cap, added by a loss carried back", 0, "excess"),
    _added(training.HELD_BACK_ADDED, "Notional tax on training credits, added by a loss carried back", 1, "notional_tax"),
    _added(training.CREDIT_ADDED, "Training credit above the cap, added by a loss carried back", 1, "excess"),
)
# The names are those that law.research_and_development_payment and law.human_investment.credit give.
globals().update({variable.__name__: variable for variable in _ADDED})
