"""What a loss carried back repays: the earlier periods' tax worked out again, and the credits that had met it.

What the loss takes of each earlier period is ``loss_carried_back_1`` and so on, and what relieves it when the trade ceases
``losses_relieved_at_the_end_of_the_trade_1`` (``loss_carry_back``). Its tax is worked out again as ``corporation_tax`` is.

A credit discharges the corporation tax of its period first (CTA 2009 s.1042I, step 1; s.104N before April 2024). Where a
loss takes that tax away, the steps are run again on what is left: less is set off, more is held back as notional tax, and
the rest is paid, up to the cap. All steps from the earliest period reached to the one before the loss are run twice, on the
profits as they stood and on what the loss leaves, since one hands its balances on to the next. The difference in cash is the
repayment; that in balances is brought into the period of the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law import research_and_development_payment as research
from openfisca_goodwork.law.charge import charge_parts, tax_on
from openfisca_goodwork.law.human_investment import credit as training
from openfisca_goodwork.law.human_investment import terms
from openfisca_goodwork.law.human_investment.terms import gives_credit, while_in_force
from openfisca_goodwork.law.loss_carry_back import WITH, already_carried_back
from openfisca_goodwork.law.model import Variable, for_each_earlier_period
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.payable_credit import CreditSteps
from openfisca_goodwork.law.periods import EARLIER_PERIODS, constant_array, of_earlier_period, positive
from openfisca_goodwork.law.research_and_development import CREDIT_BEFORE as RESEARCH_CREDIT_BEFORE
from openfisca_goodwork.law.research_and_development import HELD_BACK_BEFORE as RESEARCH_HELD_BACK_BEFORE
from openfisca_goodwork.law.research_and_development import does_research

# --- the repayment: tax as it stood, less tax on what is left ---------------------------------------------------------


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
        by_period = (company(f"tax_taken_off_by_loss_carried_back_{back}", period) for back in EARLIER_PERIODS)
        tax = sum(by_period, constant_array(0.0, company.count))
        return of_those_with_credits(company, period, cash_given_back, of_others=tax)


def profits_before_and_after(company: Companies, period: Period, back: int) -> tuple[np.ndarray, np.ndarray]:
    """Taxable total profits of an earlier period as they stood, and what this period's loss leaves of them (£)."""
    taxable = of_earlier_period(company, period, "taxable_total_profits", back)
    stood = taxable - already_carried_back(company, period, back)
    relieved = company(f"losses_relieved_at_the_end_of_the_trade_{back}", period)
    left = stood - relieved - company(f"loss_carried_back_{back}", period)
    return positive(stood), positive(left)


def tax_of_earlier_period(company: Companies, period: Period, back: int, taxable: np.ndarray) -> np.ndarray:
    """Corporation tax of an earlier period on other taxable total profits, by its own rates and limits (£)."""
    parts = cached_for_period(company, period.offset(-back, "year"), charge_parts)
    return tax_on(parts, taxable, of_earlier_period(company, period, "exempt_distributions", back))


@for_each_earlier_period(
    "tax_taken_off_by_loss_carried_back",
    label="Tax that losses carried back take off {period}",
    reference="CTA 2010 ss.37, 45F",
    rule=(
        "Its tax on its profits as they stood, less that on what is left of them after loss carried back and terminal "
        "relief, by the figures of its own working."
    ),
    on_demand=True,
    only_with=WITH,
)
def tax_taken_off(company: Companies, period: Period, back: int) -> np.ndarray:
    """Corporation tax of {period} that this period's loss takes off, met by credits or not (£)."""
    if not is_reached(company, period, back):
        return constant_array(0.0, company.count)
    stood, left = profits_before_and_after(company, period, back)
    return tax_of_earlier_period(company, period, back, stood) - tax_of_earlier_period(company, period, back, left)


def is_reached(company: Companies, period: Period, back: int) -> bool:
    """Whether this period's loss, or the end of the trade, takes anything of an earlier period's profits."""
    takes = (f"loss_carried_back_{back}", f"losses_relieved_at_the_end_of_the_trade_{back}")
    return any((company(name, period) > 0).any() for name in takes)


# --- credits that had met the tax: their steps run again (CTA 2009 ss.1042I to 1042L) ---------------------------------

CREDITS = (research.CREDIT, "human_investment_credit")
# What is brought into a period of each: what was above the cap of the one before, and notional tax held back.
BALANCES = (RESEARCH_CREDIT_BEFORE, RESEARCH_HELD_BACK_BEFORE, terms.CREDIT_BEFORE, terms.HELD_BACK_BEFORE)


def has_credit(company: Companies, period: Period) -> bool:
    """Whether any company may have a credit whose steps a loss carried back runs again."""
    return does_research(company, period) or gives_credit(company, period)


class Return(NamedTuple):
    """An earlier period on some profits: taxable total profits, the tax on them, and the steps of each credit (£)."""

    taxable: np.ndarray
    tax: np.ndarray
    research: CreditSteps
    training: CreditSteps

    @property
    def met(self) -> Any:
        """Tax that credits, and notional tax of earlier ones, discharge (£)."""
        return self.research.met + self.training.met

    @property
    def paid(self) -> Any:
        """Credits paid to the company (£)."""
        return self.research.paid + self.training.paid

    @property
    def cash(self) -> Any:
        """Tax that credits leave to pay, less the credits paid to the company (£)."""
        return self.tax - self.met - self.paid

    @property
    def balances(self) -> dict[str, Any]:
        """What the next period has of each of ``BALANCES`` (£)."""
        return {
            RESEARCH_CREDIT_BEFORE: self.research.carried_forward,
            RESEARCH_HELD_BACK_BEFORE: self.research.notional_tax_left,
            terms.CREDIT_BEFORE: self.training.carried_forward,
            terms.HELD_BACK_BEFORE: self.training.notional_tax_left,
        }


def return_on(
    company: Companies, period: Period, back: int, taxable: np.ndarray, brought: Mapping[str, np.ndarray]
) -> Return:
    """The tax and credits of an earlier period on some profits, with some ``BALANCES`` brought into it.

    The R&D credit comes first; the proposed credit discharges what that leaves.
    """
    label, tax = period.offset(-back, "year"), tax_of_earlier_period(company, period, back, taxable)
    of_research = CreditSteps(
        before=brought[RESEARCH_CREDIT_BEFORE],
        of_period=of_earlier_period(company, period, research.CREDIT, back),
        due=tax,
        notional_tax_rate=research.notional_tax_rate(company, label, taxable),
        cap=company("research_and_development_credit_cap", label),
        notional_tax_before=brought[RESEARCH_HELD_BACK_BEFORE],
    )
    of_training = CreditSteps(
        before=brought[terms.CREDIT_BEFORE],
        of_period=of_earlier_period(company, period, "human_investment_credit", back),
        due=of_research.tax_left,
        notional_tax_rate=while_in_force(company, label, training.NOTIONAL),
        cap=company("human_investment_credit_cap", label),
        notional_tax_before=brought[terms.HELD_BACK_BEFORE],
    )
    return Return(taxable, tax, of_research, of_training)


def restated_returns(company: Companies, period: Period) -> dict[int, tuple[Return, Return]]:
    """The earlier periods that the loss changes, by how many periods back: as they stood, and as it leaves them.

    From the first that it reaches to the one before it, the earliest first; none without one.
    """
    returns: dict[int, tuple[Return, Return]] = {}
    before = after = brought_into_the_first(company, period)
    for back in periods_run_again(company, period):
        stood, left = profits_before_and_after(company, period, back)
        returns[back] = (
            return_on(company, period, back, stood, before),
            return_on(company, period, back, left, after),
        )
        before, after = (each.balances for each in returns[back])
    return returns


def periods_run_again(company: Companies, period: Period) -> tuple[int, ...]:
    """How many periods back each is from the first that the loss reaches to the one before it, the earliest first."""
    farthest = max((back for back in EARLIER_PERIODS if is_reached(company, period, back)), default=0)
    return tuple(range(farthest, 0, -1))


def brought_into_the_first(company: Companies, period: Period) -> dict[str, np.ndarray]:
    """The ``BALANCES`` brought into the first of these periods, with what a loss of its own has added to them (£)."""
    back = max(periods_run_again(company, period), default=0)

    def brought(name: str) -> np.ndarray:
        added = of_earlier_period(company, period, added_by_carry_back(name), back)
        return of_earlier_period(company, period, name, back) + added

    return {name: brought(name) for name in BALANCES} if back else {}


def companies_with_credits(company: Companies, period: Period) -> Any:
    """The companies that had a credit, or a balance of one, in a period from the first that the loss reaches; else None."""
    again = periods_run_again(company, period)
    amounts = [of_earlier_period(company, period, credit, back) for back in again for credit in CREDITS]
    amounts += brought_into_the_first(company, period).values()
    return company.those(sum((amount != 0 for amount in amounts), constant_array(np.False_, company.count)))


def of_those_with_credits(
    company: Companies, period: Period, amount: Callable[[Any, Any], np.ndarray], of_others: np.ndarray
) -> np.ndarray:
    """An amount of the companies that had a credit, among those of all others (£)."""
    some = cached_for_period(company, period, companies_with_credits) if has_credit(company, period) else None
    if some is None:
        return of_others
    of_some = amount(some, period)
    among: np.ndarray = of_some if some is company else some.spread(of_some, of_others)
    return among


def cash_given_back(company: Companies, period: Period) -> np.ndarray:
    """Tax that credits had not met, and credits paid as the tax is gone, of all earlier periods changed (£)."""
    returns = cached_for_period(company, period, restated_returns).values()
    return sum((stood.cash - left.cash for stood, left in returns), constant_array(0.0, company.count))


def credits_paid(company: Companies, period: Period) -> np.ndarray:
    """Credits that the earlier periods pay more than they did (£)."""
    returns = cached_for_period(company, period, restated_returns).values()
    return sum((left.paid - stood.paid for stood, left in returns), constant_array(0.0, company.count))


class credits_paid_for_loss_carried_back(Variable, only_with=WITH, only_if=has_credit):
    """Part of the repayment that is a credit of an earlier period, paid because the tax it had met is gone (£).

    Example: a credit of £20,000 that had met tax and meets none any more, £3,800 of it held back: £16,200.
    """

    label = "Credits paid, in the repayment for loss carried back"
    reference = "CTA 2009 s.1042I"
    rule = "Credits that earlier periods pay by their steps, run again on what the loss leaves, less what they paid before."

    def formula(company, period):
        return of_those_with_credits(company, period, credits_paid, of_others=constant_array(0.0, company.count))


def added_by_carry_back(balance: str) -> str:
    """Name of the output that holds what a loss carried back adds to a balance ``…_brought_forward``."""
    return balance.replace("_brought_forward", "_added_by_carry_back")


def _added(label: str, balance: str) -> type[Variable]:
    """What a loss carried back adds to one of ``BALANCES``, where that is brought into the period of the loss."""

    def more(company: Companies, period: Period) -> Any:
        returns = cached_for_period(company, period, restated_returns)
        if not returns:
            return constant_array(0.0, company.count)
        *_, (stood, left) = returns.values()
        return left.balances[balance] - stood.balances[balance]

    def formula(company, period):
        return of_those_with_credits(company, period, more, of_others=constant_array(0.0, company.count))

    attributes = {
        "label": f"{label}, added by a loss carried back",
        "reference": "CTA 2009 ss.1042I, 1042J, 1042L; before April 2024 ss.104N, 104O",
        "rule": "What the period before carries forward with the steps run again on what the loss leaves, less what it did.",
        "__doc__": f"{label}: the steps of earlier periods' credits run again, brought into the period of the loss (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(added_by_carry_back(balance), (Variable,), attributes, kept=True, only_with=WITH, only_if=has_credit)


_ADDED = (
    _added("Notional tax on R&D credits", RESEARCH_HELD_BACK_BEFORE),
    _added("R&D expenditure credit above the cap", RESEARCH_CREDIT_BEFORE),
    _added("Notional tax on training credits", terms.HELD_BACK_BEFORE),
    _added("Training credit above the cap", terms.CREDIT_BEFORE),
)
# notional_tax_deduction_added_by_carry_back and so on, as the steps of each credit name them.
globals().update({variable.__name__: variable for variable in _ADDED})
