"""Corporation tax worked out again from what a working lists: what was told of the company, and the dated figures of law.

Nothing here is the package's: days are counted one by one, and no step's result is read. Apportionment is by days.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.company.allowances_by_hand import SOLD, allowances
from tests.company.carry_back_by_hand import carried_back
from tests.company.charge_by_hand import CHARGE, at_main_rate, charge
from tests.company.research_by_hand import ResearchBalances, loss_given_up, off_tax, relief
from tests.company.terminal_by_hand import Lost, use_oldest_first
from tests.company.told import Balances, Told, Worked
from tests.company.training_by_hand import Clause, Relief, clawback, relief_of, while_in_force
from tests.company.training_credit_by_hand import Steps, TrainingBalances, given_up, steps


def work_out(periods: list[Told]) -> list[dict[str, float]]:
    """Corporation tax, net corporation tax, and what the relief for training comes to, of each accounting period."""
    first = periods[0]
    brought = Balances(*(first.amount(f"{name}_brought_forward") for name in (
        "main_pool", "special_rate_pool", "structures_and_buildings", "trading_losses")))  # fmt: skip
    brought.older = first.amount("trading_losses_brought_forward_pre_april_2017")
    brought.lost = [Lost(-1, brought.losses, brought.older)]
    brought.research = ResearchBalances(*(first.amount(f"{name}_brought_forward") for name in (
        "research_and_development_credit", "notional_tax_deduction", "research_intensity_condition")))  # fmt: skip
    worked: list[Worked] = []
    brought.training = TrainingBalances(*(first.amount(f"human_investment_{name}_brought_forward") for name in (
        "credit", "notional_tax")))  # fmt: skip
    clause = Clause(periods)
    for place in range(len(periods)):
        worked.append(one_period(clause, place, brought, worked))
    return [{"corporation_tax": one.tax, "net_corporation_tax": one.net, **one.clause} for one in worked]


def one_period(clause: Clause, place: int, brought: Balances, before: list[Worked]) -> Worked:
    t, training = clause.periods[place], brought.training
    terms = Terms(clause, t)
    result = t.amount("trading_profit_before_capital_allowances") - allowances(t, brought)
    claim = relief_of(clause, place)
    kept_share = 1 - cash_is_better(t, claim, terms, result, brought)
    deduction = within_profit(terms, result, claim.deduction * kept_share)
    cash = (1 - kept_share) * claim.relieved * terms("cash_option.rate")
    training.given.append(deduction)
    training.relieved.append(claim.counted)
    back_in = clawback(clause, place, training)
    result += back_in - deduction
    research = relief(t, result, brought.research)
    result += research.credit - research.deduction + claim.credit * terms("credit_taxable")
    profit, loss = max(result, 0.0), max(-result, 0.0)
    left = total = profit + other_profits(t)
    set_off = min(loss, left)
    left -= set_off
    at_first = min(brought.older, profit * (1 - later_share(t)))
    left -= at_first
    donations = min(t.amount("qualifying_charitable_donations"), left)
    left -= donations
    left -= min(t.amount("group_relief_available"), left)
    of_deduction = max(min(deduction, loss) - set_off, 0.0)
    to_group = 0.0 if terms("losses.allow_group_relief") else of_deduction
    surrendered = (loss - set_off - to_group) * t.amount("loss_absorbed_by_group_share")
    trade = min(profit - at_first, left)
    older = min(brought.older - at_first, relievable(t, trade), trade)
    later = min(brought.losses, min(relievable(t, left), left) - older)
    taxable = left - older - later
    used_of_trade = at_first + older
    worked = Worked(t, taxable, donations, total - used_of_trade, charge(t, taxable), profit - used_of_trade, loss)
    use_oldest_first(brought.lost, later, used_of_trade)
    spare = loss - set_off - surrendered
    stays = 0.0 if terms("losses.allow_carry_back") else max(of_deduction - surrendered * (not to_group), 0.0)
    repaid, back = 0.0, 0.0
    if t.amount("claims_loss_carry_back"):
        repaid, back = carried_back(worked, spare - stays, brought.lost, before, (brought.research, training))
    worked.unrelieved = spare - back
    new = spare - back - loss_given_up(t, research, spare - back)
    worked.brought = deepcopy((brought.research, training))
    discharged, _ = off_tax(t, research, worked.tax, at_main_rate(t, max(taxable - research.credit, 0.0)), brought.research)
    due, lost, used = use_of_credit(terms, claim, deduction, new, worked.tax - discharged, training)
    worked.settle = partial(settled, terms, research, claim.credit + lost * terms("losses.surrender_rate"))
    new -= lost
    brought.lost.append(Lost(len(before), new * later_share(t), new * (1 - later_share(t))))
    going_on = not t.amount("is_final_accounting_period")
    brought.older = (brought.older + new * (1 - later_share(t)) - at_first - older) * going_on
    brought.losses = (brought.losses + new * later_share(t) - later) * going_on
    worked.clause = of_clause(claim, deduction, back_in, cash, lost, used)
    worked.net = due - used.used - used.set_off - repaid - surrendered * float(t.mean(CHARGE + "main_rate"))
    return worked


def of_clause(claim: Relief, deduction: float, back_in: float, cash: float, lost: float, used: Steps) -> dict[str, float]:
    """The outputs of the proposed relief, by their names."""
    return {
        "qualifying_training_expenditure": claim.qualifying,
        "human_investment_deduction": deduction,
        "human_investment_training_credit": claim.credit,
        "human_investment_clawback": back_in,
        "human_investment_cash_option": cash,
        "human_investment_loss_surrendered": lost,
        "human_investment_credit_set_off": used.set_off,
        "human_investment_credit_carried_forward": used.carried,
        "human_investment_credit_paid": used.paid,
    }


def use_of_credit(
    terms: Any, found: Relief, deduction: float, unrelieved: float, due: float, training: TrainingBalances
) -> tuple[float, float, Steps]:
    """Tax due, the loss given up for the credit, and the use of it; the balances move on."""
    t = terms.period
    base = found.qualifying * bool(terms("losses.surrender_includes_base") and deduction)
    lost = given_up(t, terms, (deduction + base, unrelieved), found.credit, due, training)
    used = steps(t, terms, found.credit + lost * terms("losses.surrender_rate"), due, training)
    training.credit, training.held_back = used.carried, training.held_back + used.held_back - used.used
    return due, lost, used


def settled(
    terms: Any, research: Any, credit: float, taxable: float, brought: ResearchBalances, training: TrainingBalances
) -> float:
    """Tax of a period on some profits, less what credits discharge of it and what is paid of them; the balances move on."""
    t = terms.period
    tax = charge(t, taxable)
    off, paid = off_tax(t, research, tax, at_main_rate(t, max(taxable - research.credit, 0.0)), brought)
    used = steps(t, terms, credit, tax - off, training)
    training.credit, training.held_back = used.carried, training.held_back + used.held_back - used.used
    return tax - off - paid - used.used - used.set_off - used.paid


@dataclass
class Terms:
    """The terms of the clause that hold for a whole period."""

    clause: Clause
    period: Told

    def __call__(self, name: str) -> Any:
        return while_in_force(self.clause, self.period, name)


def gain_on_buildings(t: Told) -> float:
    proceeds = t.amount("structures_and_buildings_disposal_proceeds")
    given = t.amount("structures_and_buildings_allowances_given_on_disposals")
    gain = proceeds + given - t.spent(SOLD, t.every_day())
    return max(gain, -t.amount("chargeable_gains")) if proceeds or given else 0.0


def cash_is_better(t: Told, found: Relief, terms: Any, result: float, brought: Balances) -> float:
    """Share of the deduction given up for cash, all or none of the first pounds: where that is more than it would save."""
    most, days = terms("cash_option.spend_limit"), sum(terms.clause.is_in_force(day) for day in t.every_day())
    spent = min(found.qualifying, most * min(days / 365, t.length)) if found.deduction and terms("cash_option.rate") else 0.0
    share = spent / found.qualifying if spent else 0.0
    saved = tax_after(t, terms, result, found.deduction * (1 - share), brought)
    saved -= tax_after(t, terms, result, found.deduction, brought)
    return share if terms("cash_option.rate") * share * found.relieved > max(saved, 0) else 0.0


def tax_after(t: Told, terms: Any, result: float, deduction: float, brought: Balances) -> float:
    """Tax of the period alone on what a deduction leaves, less what a loss saves in the group."""
    result -= within_profit(terms, result, deduction)
    total, loss = max(result, 0.0) + other_profits(t), max(-result, 0.0)
    profits = max(total - loss - t.amount("qualifying_charitable_donations") - t.amount("group_relief_available"), 0.0)
    taxable = max(profits - min(brought.losses + brought.older, relievable(t, profits)), 0.0)
    share = t.amount("loss_absorbed_by_group_share") * terms("losses.allow_group_relief")
    return charge(t, taxable) - max(loss - total, 0.0) * share * float(t.mean(CHARGE + "main_rate"))


def within_profit(terms: Any, result: float, deduction: float) -> float:
    return min(deduction, max(result, 0.0)) if terms("losses.treatment") == "none" else deduction


def other_profits(t: Told) -> float:
    other = ("property_profits", "non_trading_loan_relationship_profits", "chargeable_gains", "other_income")
    return sum(t.amount(name) for name in other) + gain_on_buildings(t)


def later_share(t: Told) -> float:
    """Share of the days from 1 April 2017 on."""
    return float(t.mean("losses.carried_forward_against_total_profits"))


def relievable(t: Told, profits: float) -> float:
    if t.amount("is_final_accounting_period") and t.first("losses.terminal_relief_months"):
        return profits
    allowance = t.first("losses.deductions_allowance") * t.length * t.amount("deductions_allowance_share")
    return allowance + t.first("losses.restriction_rate") * max(profits - allowance, 0)
