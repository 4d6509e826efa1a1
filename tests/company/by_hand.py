"""Corporation tax worked out again from what a working lists: what was told of the company, and the dated figures of law.

Nothing here is the package's: days are counted one by one, and no step's result is read. Apportionment is by days.
"""

from __future__ import annotations

from tests.company.allowances_by_hand import SOLD, allowances
from tests.company.carry_back_by_hand import carried_back
from tests.company.charge_by_hand import CHARGE, at_main_rate, charge
from tests.company.research_by_hand import ResearchBalances, loss_given_up, off_tax, relief
from tests.company.terminal_by_hand import Lost, use_oldest_first
from tests.company.told import Balances, Told, Worked

HEADS = (
    "external_course_fees", "training_materials_and_travel", "trainer_pay", "trainee_pay", "training_centre_costs",
    "training_management_costs",
)  # fmt: skip
TRAINING = "human_investment.qualifying."


def work_out(periods: list[Told]) -> list[tuple[float, float]]:
    """Corporation tax and net corporation tax of each accounting period."""
    first = periods[0]
    brought = Balances(*(first.amount(f"{name}_brought_forward") for name in (
        "main_pool", "special_rate_pool", "structures_and_buildings", "trading_losses")))  # fmt: skip
    brought.older = first.amount("trading_losses_brought_forward_pre_april_2017")
    brought.lost = [Lost(-1, brought.losses, brought.older)]
    brought.research = ResearchBalances(*(first.amount(f"{name}_brought_forward") for name in (
        "research_and_development_credit", "notional_tax_deduction", "research_intensity_condition")))  # fmt: skip
    worked: list[Worked] = []
    for period in periods:
        worked.append(one_period(period, brought, worked))
    return [(one.tax, one.net) for one in worked]


def one_period(t: Told, brought: Balances, before: list[Worked]) -> Worked:
    result = t.amount("trading_profit_before_capital_allowances") - allowances(t, brought) - training_relief(t)
    research = relief(t, result, brought.research)
    result += research.credit - research.deduction
    profit, loss = max(result, 0.0), max(-result, 0.0)
    other = ("property_profits", "non_trading_loan_relationship_profits", "chargeable_gains", "other_income")
    left = profit + sum(t.amount(name) for name in other) + gain_on_buildings(t)
    total = left
    set_off = min(loss, left)
    left -= set_off
    at_first = min(brought.older, profit * (1 - later_share(t)))
    left -= at_first
    donations = min(t.amount("qualifying_charitable_donations"), left)
    left -= donations
    left -= min(t.amount("group_relief_available"), left)
    surrendered = (loss - set_off) * t.amount("loss_absorbed_by_group_share")
    trade = min(profit - at_first, left)
    older = min(brought.older - at_first, relievable(t, trade), trade)
    later = min(brought.losses, min(relievable(t, left), left) - older)
    taxable = left - older - later
    used_of_trade = at_first + older
    worked = Worked(t, taxable, donations, total - used_of_trade, charge(t, taxable), profit - used_of_trade, loss)
    use_oldest_first(brought.lost, later, used_of_trade)
    spare = loss - set_off - surrendered
    repaid, back = 0.0, 0.0
    if t.amount("claims_loss_carry_back"):
        repaid, back = carried_back(worked, spare, brought.lost, before)
    worked.unrelieved = spare - back
    new = spare - back - loss_given_up(t, research, spare - back)
    brought.lost.append(Lost(len(before), new * later_share(t), new * (1 - later_share(t))))
    going_on = not t.amount("is_final_accounting_period")
    brought.older = (brought.older + new * (1 - later_share(t)) - at_first - older) * going_on
    brought.losses = (brought.losses + new * later_share(t) - later) * going_on
    discharged = off_tax(t, research, worked.tax, at_main_rate(t, max(taxable - research.credit, 0.0)), brought.research)
    worked.net = worked.tax - discharged - repaid - surrendered * float(t.mean(CHARGE + "main_rate"))
    return worked


def gain_on_buildings(t: Told) -> float:
    proceeds = t.amount("structures_and_buildings_disposal_proceeds")
    given = t.amount("structures_and_buildings_allowances_given_on_disposals")
    gain = proceeds + given - t.spent(SOLD, t.every_day())
    return max(gain, -t.amount("chargeable_gains")) if proceeds or given else 0.0


def training_relief(t: Told) -> float:
    if not t.amount("claims_human_investment_relief"):
        return 0.0
    whole = sum(t.spent(head, t.every_day()) for head in HEADS)
    rate_path = "human_investment.additional_deduction"
    total = 0.0
    for run in t.stretches([rate_path, *(f"{TRAINING}{head}.inclusion" for head in HEADS)]):
        spent = {head: t.spent(head, run) for head in HEADS}
        share = sum(spent.values()) / whole if whole else 0.0
        names = {"levy_funded_training": "levy_funded", "training_from_connected_parties": "connected_parties"}
        off = share * sum(t.amount(name) * t.first(f"{TRAINING}exclude_{switch}") for name, switch in names.items())
        for head in HEADS:
            taken = min(spent[head], off)
            spent[head], off = spent[head] - taken, off - taken
        names = {
            "training_grants_received": "grant_funded",
            "training_in_research_and_development": "research_and_development",
        }
        off = share * sum(t.amount(name) * t.first(f"{TRAINING}exclude_{switch}") for name, switch in names.items())
        left = sum(spent.values())
        kept = max(left - off, 0) / left if left else 0.0
        counted = sum(spent[head] * t.on(f"{TRAINING}{head}.inclusion", run[0]) for head in HEADS)
        total += counted * kept * t.on(rate_path, run[0])
    return total


def later_share(t: Told) -> float:
    """Share of the days from 1 April 2017 on."""
    return float(t.mean("losses.carried_forward_against_total_profits"))


def relievable(t: Told, profits: float) -> float:
    if t.amount("is_final_accounting_period") and t.first("losses.terminal_relief_months"):
        return profits
    allowance = t.first("losses.deductions_allowance") * t.length * t.amount("deductions_allowance_share")
    return allowance + t.first("losses.restriction_rate") * max(profits - allowance, 0)
