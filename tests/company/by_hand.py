"""Corporation tax worked out again from what a working lists: what was told of the company, and the dated figures of law.

Nothing here is the package's: days are counted one by one, and no step's result is read. Apportionment is by days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.company.research_by_hand import ResearchBalances, loss_given_up, off_tax, relief
from tests.company.terminal_by_hand import Lost, relieve_at_the_end, use_oldest_first

DAY = timedelta(days=1)
RATES = "capital_allowances.first_year_allowances.{}.rate"
OWN_USE = ("super_deduction", "full_expensing", "main_rate_40")
FIRST_YEAR = {
    "special_rate_plant_new": ("special_rate_allowance", "special_rate_50"),
    "main_rate_plant_for_leasing_new": ("main_rate_40",),
    "main_rate_plant_new": OWN_USE,
    "charge_points": ("charge_points", *OWN_USE),
    "energy_saving_plant": ("energy_saving", *OWN_USE),
    "zero_emission_cars_new": ("zero_emission_cars",),
}
ANNUAL = (
    "special_rate_plant_new", "special_rate_plant_used", "main_rate_plant_used", "main_rate_plant_for_leasing_new",
    "main_rate_plant_new", "charge_points", "energy_saving_plant",
)  # fmt: skip
CARS = ("zero_emission_cars_new", "main_rate_cars", "special_rate_cars")
HEADS = (
    "external_course_fees", "training_materials_and_travel", "trainer_pay", "trainee_pay", "training_centre_costs",
    "training_management_costs",
)  # fmt: skip
SOLD = "structures_and_buildings_disposals"
CHARGE = "corporation_tax."
RELIEF = "corporation_tax.marginal_relief."
TRAINING = "human_investment.qualifying."


def special(name: str) -> bool:
    return name.startswith("special_rate")


def months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


@dataclass
class Told:
    """One accounting period: what was told of it, and the figures of law as they are listed."""

    start: date
    end: date
    given: dict[str, Any]
    items: dict[str, list[tuple[date, float]]]
    law: dict[str, list[tuple[date, Any, str]]]

    def __post_init__(self) -> None:
        self.days = (self.end - self.start).days + 1
        self.year_long = months_on(self.start, 12) == self.end + DAY
        self.length = 1.0 if self.year_long else self.days / 365

    def amount(self, name: str) -> Any:
        return self.given.get(name, 0)

    def on(self, path: str, day: date) -> Any:
        return [value for start, value, _ in self.law[path] if start <= day][-1]

    def first(self, path: str) -> Any:
        return self.on(path, self.start)

    def every_day(self) -> list[date]:
        return [self.start + n * DAY for n in range(self.days)]

    def spent(self, name: str, run: list[date]) -> float:
        """Amount of some days in a row: the items on them, and an even share of what was told for the whole period."""
        items = sum(amount for when, amount in self.items.get(name, ()) if run[0] <= when <= run[-1])
        return items + self.amount(name) * len(run) / self.days

    def mean(self, path: str, first: date | None = None, last: date | None = None) -> Fraction:
        within = [
            [day for day in run if (first or self.start) <= day <= (last or self.end)] for run in self.stretches([path])
        ]
        total = sum((Fraction(str(self.on(path, run[0]))) * len(run) for run in within if run), Fraction())
        return total / sum(map(len, within))

    def stretches(self, paths: list[str]) -> list[list[date]]:
        """The days of the period in runs over which none of the paths changes its value."""
        dated = {day for path in paths for day, _, _ in self.law[path] if self.start < day <= self.end}
        cuts = sorted(day for day in dated if any(self.on(path, day - DAY) != self.on(path, day) for path in paths))
        edges = [self.start, *cuts, self.end + DAY]
        return [[a + n * DAY for n in range((b - a).days)] for a, b in pairwise(edges)]


def told(steps: list[dict[str, Any]]) -> Told:
    """What the steps of one period list as told of the company, and as law; anything that disagrees with itself fails."""
    given: dict[str, Any] = {}
    items: dict[str, dict[tuple[str, int], float]] = {}
    law: dict[str, dict[date, tuple[Any, str]]] = {}
    for step in steps:
        for place, one in enumerate(step["inputs"]):
            if one["from"] != "company":
                continue
            if "on" in one:
                items.setdefault(one["name"], {})[one["on"], place - _first_of(step, one["name"])] = one["value"]
            else:
                assert given.setdefault(one["name"], one["value"]) == one["value"]
        for one in step["parameters"]:
            value = math.inf if one["value"] is None else one["value"]
            dated = law.setdefault(one["path"], {})
            assert dated.setdefault(date.fromisoformat(one["from"]), (value, one["straddle"])) == (value, one["straddle"])
    listed = {name: [(date.fromisoformat(day), amount) for (day, _), amount in each.items()] for name, each in items.items()}
    ordered = {path: [(day, *value) for day, value in sorted(dated.items())] for path, dated in law.items()}
    start, end = (date.fromisoformat(given[f"accounting_period_{edge}"]) for edge in ("start", "end"))
    assert given["apportionment"] == "days"
    return Told(start, end, given, listed, ordered)


def _first_of(step: dict[str, Any], name: str) -> int:
    return next(place for place, one in enumerate(step["inputs"]) if one["name"] == name)


@dataclass
class Balances:
    main: float = 0.0
    special: float = 0.0
    buildings: float = 0.0
    losses: float = 0.0
    older: float = 0.0
    lost: list[Lost] = field(default_factory=list)
    research: ResearchBalances = field(default_factory=ResearchBalances)


@dataclass
class Worked:
    """What later periods may look back at."""

    period: Told
    taxable: float
    donations: float
    total: float
    tax: float
    trade: float
    loss: float = 0.0
    unrelieved: float = 0.0
    extension: float = 0.0
    net: float = 0.0
    taken_back: list[float] = field(default_factory=list)


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
    at_first = min(brought.older, profit) if later_share(t) < 1 else 0.0
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


def allowances(t: Told, brought: Balances) -> float:
    """Capital allowances less balancing charges; the balances move on."""
    final, given = t.amount("is_final_accounting_period"), t.amount
    claimed, pooled, residue = plant(t)
    charged_half = given("special_rate_allowance_disposal_value") * t.first(
        "capital_allowances.disposals.special_rate_allowance_charge"
    )
    main = brought.main + pooled[False] - given("main_pool_disposal_value")
    special_pool = brought.special + pooled[True] - given("special_rate_pool_disposal_value")
    special_pool -= given("special_rate_allowance_disposal_value") - charged_half
    charges = max(-main, 0) + max(-special_pool, 0) + charged_half + given("full_expensing_disposal_value")
    charges += given("super_deduction_disposal_value") * max(super_rate(t), 1)
    written = [pool_allowance(t, main, "main_rate"), pool_allowance(t, special_pool, "special_rate")]
    if final:
        closing = max(main, 0) + max(special_pool, 0)
        brought.main, brought.special = residue[False], residue[True]
    else:
        closing = sum(written)
        brought.main = max(main, 0) - written[0] + residue[False]
        brought.special = max(special_pool, 0) - written[1] + residue[True]
    return claimed + closing + buildings(t, brought) - charges


def pool_allowance(t: Told, balance: float, rate: str) -> float:
    if balance <= t.first("capital_allowances.writing_down.small_pool_limit") * t.length:
        return max(balance, 0.0)
    hybrid = t.mean(f"capital_allowances.writing_down.{rate}")
    if len({value for _, value, _ in t.law[f"capital_allowances.writing_down.{rate}"]}) > 1:
        hybrid = Fraction(math.ceil(hybrid * 10_000), 10_000)
    return balance * float(hybrid) * t.length


def super_rate(t: Told) -> float:
    """1.3, or 1 and the extra 0.3 by the days before the relief ends, where the period runs past its end."""
    path = RATES.format("super_deduction")
    values = [(run[-1], t.on(path, run[0])) for run in t.stretches([path]) if t.on(path, run[0])]
    if not values:
        return 0.0
    last, rate = values[-1]
    if last == t.end:
        return float(rate)
    return 1 + (rate - 1) * ((last - t.start).days + 1) / t.days


def best(t: Told, name: str, day: date) -> tuple[str, float]:
    """The first-year allowance of a class on a day, and its rate: the highest, and of two alike the first."""
    rates = [(t.on(RATES.format(one), day), -place, one) for place, one in enumerate(FIRST_YEAR.get(name, ()))]
    rate, _, allowance = max(rates, default=(0.0, 0, ""))
    return allowance, rate


def plant(t: Told) -> tuple[float, dict[bool, float], dict[bool, float]]:
    """Allowances claimed, what joins each pool now, and what joins it next period (special: True)."""
    claimed, pooled, residue = 0.0, {False: 0.0, True: 0.0}, {False: 0.0, True: 0.0}
    limit = float(t.first("capital_allowances.annual_investment_allowance.limit"))
    assert len(t.law["capital_allowances.annual_investment_allowance.limit"]) == 1
    room = limit * t.length * t.amount("annual_investment_allowance_share")
    paths = [RATES.format(one) for names in FIRST_YEAR.values() for one in names]
    runs = t.stretches(paths)
    final = t.amount("is_final_accounting_period")
    pieces = [(name, *best(t, name, run[0]), t.spent(name, run)) for name in (*ANNUAL, *CARS) for run in runs]
    if final:
        pieces = [(name, "", 0.0, amount) for name, _, _, amount in pieces]
    claimed += sum(
        amount * (super_rate(t) if allowance == "super_deduction" else rate)
        for _, allowance, rate, amount in pieces
        if rate >= 1
    )
    partly = {False: 0.0, True: 0.0}
    for name, _, rate, amount in sorted((one for one in pieces if one[2] < 1), key=lambda one: one[2]):
        taken = min(amount, room) if name in ANNUAL and not final else 0.0
        room -= taken
        rest = amount - taken
        claimed += taken + rest * rate
        (residue if rate else pooled)[special(name)] += rest * (1 - rate)
        partly[special(name)] += rest if rate else 0.0
    for is_special, name in ((True, "special_rate"), (False, "main_rate")):
        sold = min(t.amount(f"{name}_allowance_plant_bought_and_sold"), partly[is_special])
        moved = residue[is_special] * sold / partly[is_special] if sold else 0.0
        pooled[is_special] += moved
        residue[is_special] -= moved
    return claimed, pooled, residue


def buildings(t: Told, brought: Balances) -> float:
    """Day by day: the cost in use that day, at that day's rate."""
    cost, total = brought.buildings, 0.0
    path = "capital_allowances.structures_and_buildings.rate"
    for run in t.stretches([path]):
        for day in run:
            cost += t.spent("structures_and_buildings_expenditure", [day]) - t.spent(SOLD, [day])
            total += cost * t.on(path, run[0]) / t.days
    brought.buildings = 0.0 if t.amount("is_final_accounting_period") else cost
    return total * t.length


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


def charge(t: Told, profits: float) -> float:
    """The charge, each part of a period in which a limit changes on its own."""
    parts = t.stretches([RELIEF + "lower_limit", RELIEF + "upper_limit"])
    return sum(charge_on_part(t, days, profits, whole=len(parts) == 1) for days in parts)


def limits(t: Told, days: list[date], *, whole: bool) -> tuple[float, float]:
    """Lower and upper limit of a part for this company: a part by the days of its financial year."""
    first = days[0]
    year = date(first.year - (first.month < 4), 4, 1)
    length = t.length if whole else len(days) / (months_on(year, 12) - year).days
    scale = length / (1 + t.amount("associated_companies"))
    return t.on(RELIEF + "lower_limit", first) * scale, t.on(RELIEF + "upper_limit", first) * scale


def main_rate_alone(t: Told) -> bool:
    return bool(not t.amount("is_uk_resident") or t.amount("is_close_investment_holding_company"))


def charge_on_part(t: Told, days: list[date], profits: float, *, whole: bool) -> float:
    lower, upper = limits(t, days, whole=whole)
    main, small = (float(t.mean(CHARGE + name, days[0], days[-1])) for name in ("main_rate", "small_profits_rate"))
    share = len(days) / t.days
    augmented = (profits + t.amount("exempt_distributions")) * share
    if main_rate_alone(t):
        return main * profits * share
    if augmented <= lower:
        return small * profits * share
    fraction = float(t.mean(RELIEF + "fraction", days[0], days[-1]))
    marginal = fraction * (upper - augmented) * (profits * share / augmented) if augmented <= upper else 0.0
    return main * profits * share - marginal


def at_main_rate(t: Told, others: float) -> bool:
    """Whether profits other than an R&D credit are charged above the small profits rate in some part of the period."""
    parts = t.stretches([RELIEF + "lower_limit", RELIEF + "upper_limit"])
    augmented = others + t.amount("exempt_distributions")
    above = (augmented * len(days) / t.days > limits(t, days, whole=len(parts) == 1)[0] for days in parts)
    return others > 0 and (main_rate_alone(t) or any(above))


def carried_back(now: Worked, loss: float, lost: list[Lost], before: list[Worked]) -> tuple[float, float]:
    """Tax repaid, and loss used: the usual window (longer for the final period), the extended one, terminal losses."""
    t = now.period
    usual, terminal = t.first("losses.carry_back_months"), t.first("losses.terminal_carry_back_months")
    final = t.amount("is_final_accounting_period")
    taken = relieve_at_the_end(t, lost, before) if final else [0.0] * len(before)
    loss_left = take(t, loss, before, taken, 0, max(usual, terminal) if final else usual)
    extended = t.on("losses.extended_carry_back_months", t.end)
    if extended > usual:
        room = min(loss_left, extension_left(t, before))
        now.extension = room - take(t, room, before, taken, usual, extended)
        loss_left -= now.extension
    if final:
        take_terminal(t, lost, before, taken, terminal)
    repaid = 0.0
    for one, amount in zip(before, taken, strict=True):
        already = sum(one.taken_back)
        reached = [max(one.taxable - each, 0) for each in (already, already + amount)]
        repaid += charge(one.period, reached[0]) - charge(one.period, reached[1])
        one.taken_back.append(amount)
    return repaid, loss - loss_left


def extension_left(t: Told, before: list[Worked]) -> float:
    """The cap on the extension, less what periods that end under the same dated figure have used of it."""
    path = "losses.extended_carry_back_cap"

    def window(day: date) -> date:
        return max(start for start, _, _ in t.law[path] if start <= day)

    # A period's steps list the figure of its own end: one that ends before that day is of an earlier window.
    used = sum(one.extension for one in before if one.period.end >= window(t.end))
    return max(t.on(path, t.end) * t.amount("extended_carry_back_cap_share") - used, 0.0)


def take_terminal(t: Told, lost: list[Lost], before: list[Worked], taken: list[float], months: float) -> None:
    """What lies in the last twelve months of earlier losses and is still carried, on the three years before each."""
    first = months_on(t.end + DAY, -int(t.first("losses.terminal_loss_last_months")))
    for place in reversed(range(len(before))):
        one = before[place]
        share = sum(first <= day for day in one.period.every_day()) / one.period.days
        still = sum(each.later + each.older for each in lost if each.place == place)
        take(one.period, min(share * one.loss, still), before[:place], taken, 0, months)


def take(t: Told, loss: float, before: list[Worked], taken: list[float], near: float, far: float) -> float:
    """Use a loss on earlier periods between two numbers of months before this one, latest first; what is left."""
    first, last = months_on(t.start, -int(far)), months_on(t.start, -int(near)) - DAY
    for place in reversed(range(len(before))):
        one = before[place]
        share = sum(first <= day <= last for day in one.period.every_day()) / one.period.days
        left = one.taxable + one.donations - sum(one.taken_back) - taken[place]
        used = min(loss, left, share * one.total)
        taken[place] += used
        loss -= used
    return loss
