"""Schedules of one company's computation: tables that cast, each figure the law's, with boxes of the company tax return.

One accounting period under one law has the schedules of ``SCHEDULES``, by name, each in its order. A schedule without rows
has nothing to show: a company without losses has no losses listed. Amounts that come off stand below 0 where a table is
cast downwards (``pools``, ``structures_and_buildings``); elsewhere each amount stands as the return has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from openfisca_goodwork.company.facts import PENNY, CompanyPeriod
from openfisca_goodwork.company.losses_by_period import LATER as _LATER
from openfisca_goodwork.company.losses_by_period import OLDER as _OLDER
from openfisca_goodwork.company.losses_by_period import Layer, Movement, layers_of
from openfisca_goodwork.company.schedule import (
    DAY,
    TEXT,
    WHOLE,
    Column,
    Rows,
    Schedule,
    Schedules,
    box_in,
    lines_of_return,
    loans,
    payment,
    schedule,
    sums,
)
from openfisca_goodwork.company.under_law import Period
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, input_variables, label_of
from openfisca_goodwork.law import tax_return
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.carry_back_repayment import Return, restated_returns
from openfisca_goodwork.law.charge import charge_by_year, charge_parts
from openfisca_goodwork.law.loss_carry_back import already_carried_back, share_in_reach
from openfisca_goodwork.law.losses import share_against_total_profits
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import days_between
from openfisca_goodwork.law.periods.balances import carried_forward_name
from openfisca_goodwork.law.plant import CLASSES, MAIN, SPECIAL
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES, claims_by_class


def schedules_of(periods: Iterable[Period]) -> tuple[Schedules, ...]:
    """The schedules of accounting periods of a company under a law, each by its name."""
    return tuple({name: make(period) for name, make in SCHEDULES.items()} for period in periods)


# --- the charge -----------------------------------------------------------------------------------------------------

# Boxes of the financial years of a period, and of the sums: the year, profits, rate, tax.
_BOXES_OF_YEARS = ("330, 335, 340, 345", "380, 385, 390, 395")


def _charge(period: Period) -> Schedule:
    """Profits, rate, tax and marginal relief by financial year; the sums are the charge."""
    rows: Rows = []
    if abs(period.amount("taxable_total_profits")) >= PENNY:
        years = list(charge_by_year(period.run, period.at))
        numbers = {year: place for place, year in enumerate(dict.fromkeys(charged.year for charged in years))}
        rows = [
            (
                charged.year,
                charged.start,
                charged.end,
                charged.profits,
                charged.rate,
                charged.before_relief,
                charged.relief,
                charged.tax,
                f"boxes {_BOXES_OF_YEARS[numbers[charged.year]]}" if numbers[charged.year] < len(_BOXES_OF_YEARS) else "",
            )
            for charged in years
        ]
        tax, relief = period.amount("corporation_tax"), period.amount("marginal_relief")
        profits = period.amount("taxable_total_profits")
        rows.append((None, None, None, profits, None, tax + relief, relief, tax, "boxes 315, 430, 435, 440"))
    columns = (
        Column("financial_year", "Financial year", WHOLE),
        Column("from", "From", DAY),
        Column("to", "To", DAY),
        Column("profits", "Profits"),
        Column("rate", "Rate", SHARE),
        Column("tax_before_relief", "Tax"),
        Column("marginal_relief", "Marginal relief"),
        Column("tax", "Tax after relief"),
    )
    return schedule("charge", "Tax by financial year", columns, rows, [-1])


# --- capital allowances ---------------------------------------------------------------------------------------------

_SUPER = "super_deduction"
_BALANCING_CHARGES = (
    "main_pool_balancing_charge",
    "special_rate_pool_balancing_charge",
    "super_deduction_balancing_charge",
    "special_rate_allowance_balancing_charge",
    "full_expensing_disposal_value",
)


# Boxes of spending with a first-year allowance, beside the one of all of it, by the rate.
_WITH_AN_ALLOWANCE = "760"
_BOXES_OF_RATES = {"super_deduction": "772", "special_rate_allowance": "773", "special_rate_50": "773"}


def _box_of_spending(period: Period, name: str, of: Mapping[str, float], rates: set[str]) -> str:
    """The boxes of what was spent on a class: that of first-year allowances, that of the class for the rest."""
    boxes = [_WITH_AN_ALLOWANCE, *sorted({_BOXES_OF_RATES[rate] for rate in rates & set(_BOXES_OF_RATES)})]
    with_one = f"part of box{'es' if len(boxes) > 1 else ''} {' and '.join(boxes)}" if of["on"] >= PENNY else ""
    rest = of["aia"] + of["pooled"] >= PENNY
    of_class = tax_return.in_words(period.law.variables[name].cerfa_field.split(" or ")[-1]) if rest else ""
    return ", the rest ".join(filter(None, (with_one, of_class)))


def _plant(period: Period) -> Schedule:
    """What was spent on each class of plant, what was claimed on it, and which pool has the rest."""
    by_class: dict[str, dict[str, float]] = {}
    rates: dict[str, set[str]] = defaultdict(set)
    multiple = period.amount("super_deduction_rate")
    for claimed in claims_by_class(period.run, period.at):
        of_class = by_class.setdefault(claimed.plant.name, dict.fromkeys(("aia", "on", "first_year", "pooled", "next"), 0.0))
        amount, allowance = float(claimed.amount[0]), float(claimed.allowance[0])
        if claimed.is_pooled:
            of_class["pooled"] += amount
        elif not claimed.first_year:
            of_class["aia"] += allowance
        else:
            of_class["on"] += amount
            rates[claimed.plant.name] |= {claimed.first_year} if amount >= PENNY else set()
            of_class["first_year"] += (
                amount * multiple if claimed.first_year in FIRST_YEAR_ALLOWANCES[_SUPER].rates else allowance
            )
            of_class["next"] += max(amount - allowance, 0.0)
    rows: Rows = [
        (label_of(name), label_of(f"{CLASSES[name].pool}_balance").split(" before")[0], period.amount(name), *of.values(),
         _box_of_spending(period, name, of, rates[name]))
        for name in CLASSES
        if (of := by_class.get(name)) and abs(period.amount(name)) >= PENNY
    ]  # fmt: skip
    for pool in (MAIN, SPECIAL):
        at_once = period.amount(f"{pool}_expenditure_allocated") - sum(
            of["pooled"] for name, of in by_class.items() if CLASSES[name].pool == pool
        )
        if at_once >= PENNY:
            label = label_of(f"{pool}_balance").split(" before")[0]
            rows.append(
                ("Left by an allowance on plant sold in the period", label, 0.0, 0.0, 0.0, 0.0, at_once, -at_once, "")
            )
    if rows:
        rows.append(("Total", "", *sums(rows, 2, 8), ""))
    columns = (
        Column("class", "Class of plant", TEXT),
        Column("pool", "Pool", TEXT),
        Column("additions", "Spent"),
        Column("annual_investment_allowance", "Annual investment allowance"),
        Column("first_year_allowance_on", "With a first-year allowance"),
        Column("first_year_allowance", "First-year allowance"),
        Column("to_the_pool", "To the pool"),
        Column("to_the_pool_next_period", "To the pool, next period"),
    )
    return schedule("plant", "Plant and machinery by class", columns, rows, [-1])


def _pools(period: Period) -> Schedule:
    """Each pool from the balance brought forward to the one carried forward, cast downwards."""
    uncharged = period.amount("special_rate_allowance_disposal_value") - period.amount(
        "special_rate_allowance_balancing_charge"
    )

    def of_both(what: str, sign: int = 1) -> list[float]:
        return [sign * period.amount(f"{pool}_{what}") + 0.0 for pool in (MAIN, SPECIAL)]

    lines = (
        ("Brought forward", of_both("brought_forward"), ""),
        ("Spending allocated", of_both("expenditure_allocated"), ""),
        ("Disposal values", of_both("disposal_value", -1), ""),
        ("Disposal values of plant with a 50% allowance, not charged at once", [0.0, -uncharged + 0.0], ""),
        ("Balance", of_both("balance"), ""),
        ("Balancing charge", of_both("balancing_charge"), "balancing_charge"),
        ("Writing-down allowance", of_both("writing_down_allowance", -1), "writing_down_allowance"),
        ("Balancing allowance", of_both("balancing_allowance", -1), "balancing_allowance"),
        ("Left by first-year allowances for the next period", of_both("left_by_first_year_allowances"), ""),
        ("Carried forward", of_both("carried_forward"), ""),
    )

    def boxes(what: str, amounts: list[float]) -> str:
        pools = [pool for pool, amount in zip((MAIN, SPECIAL), amounts, strict=True) if amount and what]
        return "; ".join(box_in(period, f"{pool}_{what}") for pool in pools)

    rows: Rows = [(label, *amounts, sum(amounts), boxes(what, amounts)) for label, amounts, what in lines]
    columns = (
        Column("line", "Pool", TEXT),
        Column("main_pool", "Main pool"),
        Column("special_rate_pool", "Special rate pool"),
        Column("total", "Both"),
    )
    is_empty = not any(abs(amount) >= PENNY for _label, amounts, _what in lines for amount in amounts)
    return schedule("pools", "Pools of plant and machinery", columns, [] if is_empty else rows, [4, -1])


def _listed(period: Period, names: Iterable[str], total: str = "") -> Rows:
    """A row for each variable that is not 0, and their total; nothing where all are 0."""
    rows: Rows = [
        (label_of(name), period.amount(name), box_in(period, name)) for name in names if abs(period.amount(name)) >= PENNY
    ]
    return [*rows, (label_of(total), period.amount(total), box_in(period, total))] if rows and total else rows


_LINE = (Column("line", "", TEXT), Column("amount", "£"))


def _cast(period: Period, total: str, title: str, names: Iterable[str]) -> Schedule:
    """Some variables and their sum, which has the name of the schedule."""
    return schedule(total, title, _LINE, _listed(period, names, total), [-1])


_BUILDINGS = (("structures_and_buildings", ("_gain",)), ("special_tax_site_buildings", ()))


def _buildings(period: Period) -> Schedule:
    """Cost of structures and buildings from the beginning to the end, and what is allowed on it."""
    rows: Rows = []
    totals = []
    for kind, more in _BUILDINGS:
        given = [(f"{kind}_brought_forward", 1), (f"{kind}_expenditure", 1), (f"{kind}_disposals", -1)]
        lines: Rows = [
            (label_of(name), sign * period.amount(name) + 0.0, box_in(period, name))
            for name, sign in given
            if name in period.law.variables
        ]
        carried = period.amount(f"{kind}_carried_forward")
        ended = carried - sum(float(str(line[1])) for line in lines)
        lines.append(("Written down no more after the end of the trade", ended, ""))
        beside = _listed(period, (f"{kind}_allowance", *(f"{kind}{what}" for what in more)))
        if beside or carried or any(line[1] for line in lines):
            rows += [line for line in lines if line[1]]
            totals.append(len(rows))
            rows += [(label_of(f"{kind}_carried_forward"), carried, ""), *beside]
    return schedule("structures_and_buildings", "Structures and buildings, at cost", _LINE, rows, totals)


# --- losses ---------------------------------------------------------------------------------------------------------

_USED, _OLDER_USED = "trading_losses_used", "trading_losses_used_pre_april_2017"


# Losses used come off the profit of the trade, or off total profits, by the period that made them (CTA 2010 ss.45, 45A).
_BOXES_OF_LOSSES = {_OLDER: "160", _LATER: "285"}
# Losses brought forward that are given to the group, and the place of what is given among the ways in which losses go.
_OF_BEFORE, _TO_GROUP = "carried_forward_losses_surrendered_to_group", 1


# The kinds by the periods that made them, and their names for people.
KINDS_OF_LOSS = {_LATER: "Of periods begun from April 2017", _OLDER: "Of periods begun before April 2017"}


def _through(period: Period, name: str) -> tuple[float, ...]:
    """One kind of loss through the period: brought forward, made, relieved in four ways, used, ended, carried on (£)."""
    since = float(share_against_total_profits(period.run, period.at)[0])
    share = since if name == _LATER else 1 - since
    back = period.amount("loss_carried_back") - period.amount("terminal_losses_of_earlier_periods")
    given_up = period.amount("trade_loss_surrendered_for_tax_credit") + period.amount("human_investment_loss_surrendered")
    of_period = (
        period.amount("trade_loss"),
        period.amount("trade_loss_set_against_total_profits"),
        period.amount("group_relief_surrendered"),
        given_up,
        back,
    )
    older_used = period.amount(_OLDER_USED)
    used = older_used if name == _OLDER else period.amount(_USED) - older_used
    before, carried = period.amount(name), period.amount(carried_forward_name(name))
    made, *off = (share * amount for amount in of_period)
    off[_TO_GROUP] += period.amount(_OF_BEFORE) if name == _LATER else 0.0
    ended = before + made - sum(off) - used - carried
    return (before, made, *off, used, ended if abs(ended) >= PENNY else 0.0, carried)


def _losses(period: Period) -> Schedule:
    """Trading losses by kind: made, relieved in every way, and carried forward; each row casts across."""
    older_used = period.amount(_OLDER_USED)
    used = {_LATER: period.amount(_USED) - older_used, _OLDER: older_used}
    rows: Rows = []
    for name, label in KINDS_OF_LOSS.items():
        figures = _through(period, name)
        if any(abs(figure) >= PENNY for figure in figures):
            box = f"box {_BOXES_OF_LOSSES[name]}" if used[name] >= PENNY else ""
            rows.append((label, *figures, box))
    if rows:
        boxes = {"made": "trade_loss", "against profits": "trade_loss_set_against_total_profits"}
        said = [f"{word} {box_in(period, name)}" for word, name in boxes.items() if period.amount(name)]
        of_used = " + ".join(f"box {box}" for name, box in _BOXES_OF_LOSSES.items() if used[name] >= PENNY)
        words = "; ".join([*said, *([f"used {of_used}"] if of_used else [])])
        rows.append(("All trading losses", *sums(rows, 1, 10), words))
    columns = (
        Column("kind", "Kind of loss", TEXT),
        Column("brought_forward", "Brought forward"),
        Column("made", "Made"),
        Column("against_profits_of_the_period", "Against profits of the period"),
        Column("surrendered_to_the_group", "Given to the group"),
        Column("surrendered_for_credits", "Given up for credits"),
        Column("carried_back", "Carried back"),
        Column("used", "Brought forward and used"),
        Column("ends_with_the_trade", "Ends with the trade"),
        Column("carried_forward", "Carried forward"),
    )
    return schedule("losses", "Trading losses", columns, rows, [-1])


def layers_of_losses(period: Period) -> dict[str, list[Layer]]:
    """What is left of the loss of each accounting period, by kind, through this one."""
    periods = [replace(period, place=place) for place in range(period.place + 1)]
    layers: dict[str, list[Layer]] = {}
    for name in KINDS_OF_LOSS:
        movements = []
        for each in periods:
            _before, made, *off, used, _ended, carried = _through(each, name)
            given = each.amount(_OF_BEFORE) if name == _LATER else 0.0
            movements.append((each.facts.end, Movement(made - sum(off) + given, used, given, carried)))
        opening = periods[0].facts.values.get(name)
        *_, layers[name] = layers_of(opening if isinstance(opening, float) else 0.0, movements)
    return layers


def _losses_by_period(period: Period) -> Schedule:
    """What is left of the loss of each accounting period that made one, the oldest used first; each row casts across."""
    rows: Rows = [
        (
            f"{KINDS_OF_LOSS[name]}{'' if layer.period_ended else ', which is not said'}",
            layer.period_ended,
            *(layer.brought_forward, layer.made, layer.used, layer.given, layer.ended, layer.carried_forward),
            "",
        )
        for name, layers in layers_of_losses(period).items()
        for layer in layers
    ]
    if rows:
        rows.append(("All trading losses", None, *sums(rows, 2, 8), ""))
    columns = (
        Column("kind", "Kind of loss", TEXT),
        Column("period_ended", "Loss of the period to", DAY),
        Column("brought_forward", "Brought forward"),
        Column("made", "Made and not relieved at once"),
        Column("used", "Used"),
        Column("surrendered_to_the_group", "Given to the group"),
        Column("ends_with_the_trade", "Ends with the trade"),
        Column("carried_forward", "Carried forward"),
    )
    return schedule(
        "losses_by_period", "Trading losses by the period that made them, the oldest used first", columns, rows, [-1]
    )


_LATER_LOSS = "part of box 275, X in box 280"


@dataclass(frozen=True)
class _Earlier:
    """An earlier period from the first that a loss has reached: as it stood before the loss, and with it."""

    facts: CompanyPeriod
    at: Any
    share: float
    donations: float
    taken: float
    relieved: float
    before: Return
    after: Return

    @property
    def donations_lost(self) -> float:
        """Relief for donations that the loss takes the profits of: they come after it (CTA 2010 s.189(2)) (£)."""
        return min(max(self.taken + self.relieved - float(self.before.taxable[0]), 0.0), self.donations)

    @property
    def cash(self) -> tuple[float, float]:
        """What was to be paid, less credits paid out, before the loss and after it (£)."""
        return float(self.before.cash[0]), float(self.after.cash[0])

    @property
    def set_off(self) -> tuple[float, float]:
        """Credits, and notional tax of earlier ones, that met tax before the loss and meet it after (£)."""
        return float(self.before.met[0]), float(self.after.met[0])


def _reached(period: Period) -> Iterator[_Earlier]:
    """The earlier periods that the loss of this one changes, the latest first."""
    restated = cached_for_period(period.run, period.at, restated_returns)
    for back, (before, after) in reversed(restated.items()):
        facts, at = period.company.accounting_periods[period.place - back], period.at.offset(-back, "year")
        share, given = (float(of(period.run, period.at, back)[0]) for of in (share_in_reach, already_carried_back))
        taken = period.amount(f"loss_carried_back_{back}")
        relieved = period.amount(f"losses_relieved_at_the_end_of_the_trade_{back}")
        taxable, donations = (
            float(period.run(name, at)[0]) for name in ("taxable_total_profits", "charitable_donations_relief")
        )
        donations = max(donations - max(given - taxable, 0.0), 0.0)
        yield _Earlier(facts, at, share, donations, taken, relieved, before, after)


def donations_lost_to_carry_back(period: Period) -> Iterator[tuple[CompanyPeriod, float]]:
    """Each earlier period whose donations lose relief to the loss of this one, and how much of it (£), the latest first."""
    for earlier in _reached(period):
        if earlier.donations_lost >= PENNY:
            yield earlier.facts, earlier.donations_lost


def _carry_back(period: Period) -> Schedule:
    """What of the loss reached each earlier period: its share in reach, profits and tax before and after, the repayment."""
    rows: Rows = []
    for earlier in _reached(period):
        profits = float(earlier.before.taxable[0]), float(earlier.after.taxable[0])
        tax = float(earlier.before.tax[0]), float(earlier.after.tax[0])
        losses = (earlier.taken, earlier.relieved)
        days = days_between(earlier.facts.start, earlier.facts.end)
        figures = (
            earlier.share,
            f"{round(earlier.share * days)}/{days}",
            profits[0],
            *losses,
            profits[1],
            *tax,
            *earlier.set_off,
        )
        paid = float((earlier.after.paid - earlier.before.paid + np.zeros(1))[0])
        repaid = earlier.cash[0] - earlier.cash[1]
        rows.append((earlier.facts.start, earlier.facts.end, *figures, paid, repaid, f"{_LATER_LOSS} there"))
    if rows:
        taken = (period.amount(name) for name in ("loss_carried_back", "losses_relieved_at_the_end_of_the_trade"))
        paid_for = (period.amount(name) for name in ("credits_paid_for_loss_carried_back", "loss_carry_back_repayment"))
        rows.append((None, None, None, None, None, *taken, None, None, None, None, None, *paid_for, "X in box 45"))
    columns = (
        Column("from", "From", DAY),
        Column("to", "To", DAY),
        Column("share_in_reach", "Share in reach", SHARE),
        Column("days_in_reach", "Days in reach", TEXT),
        Column("profits_before", "Profits before"),
        Column("loss", "Loss carried back"),
        Column("relieved_at_the_end", "Relieved at the end of the trade"),
        Column("profits_after", "Profits after"),
        Column("tax_before", "Tax before"),
        Column("tax_after", "Tax after"),
        Column("credits_set_off_before", "Met by credits before"),
        Column("credits_set_off_after", "Met by credits after"),
        Column("credits_paid", "Credits paid for it"),
        Column("repayment", "Repayment"),
    )
    return schedule("carry_back", "Loss carried back, by earlier period", columns, rows, [-1])


def _restated(period: Period) -> Schedule:
    """The boxes of each earlier return that the loss changes, as they stood and as they are with it."""
    rows: Rows = []
    for earlier in _reached(period):
        of_both = [_boxes_of(period, earlier, each) for each in (earlier.before, earlier.after)]
        losses: Rows = [
            ("Losses of a later period, against total profits", 0.0, earlier.taken + earlier.relieved, _LATER_LOSS)
        ]
        if earlier.donations_lost >= PENNY:
            stood = earlier.donations
            losses.append(("Qualifying donations", stood, stood - earlier.donations_lost, "box 305"))
        lines: Rows = losses + [
            (label, before, after, box) for (label, before, box), (_, after, _) in zip(*of_both, strict=True)
        ]
        rows += [(earlier.facts.start, earlier.facts.end, *line) for line in lines if line[1] or line[2]]
    columns = (
        Column("from", "From", DAY),
        Column("to", "To", DAY),
        Column("line", "Line of the return", TEXT),
        Column("before", "As it stood"),
        Column("after", "Restated"),
    )
    return schedule("restated_returns", "Earlier returns, restated", columns, rows)


def _boxes_of(period: Period, earlier: _Earlier, restated: Return) -> list[tuple[str, float, str]]:
    """The lines of an earlier return on some profits: label, amount, boxes."""
    distributions = period.run("exempt_distributions", earlier.at)
    parts = cached_for_period(period.run, earlier.at, charge_parts)
    relief = sum(float(part.relief(restated.taxable, restated.taxable + distributions)[0]) for part in parts)
    tax, research = float(restated.tax[0]), restated.research
    of_credit = {
        "notional_tax_deduction_used": research.notional_tax_used,
        "research_and_development_credit_set_off": research.set_off,
        "notional_tax_deduction": research.held_back,
        "research_and_development_credit_carried_forward": research.carried_forward,
        "research_and_development_credit_paid": research.paid,
        "notional_tax_deduction_carried_forward": research.notional_tax_left,
    }
    return [
        ("Taxable total profits", float(restated.taxable[0]), "box 315"),
        ("Tax before marginal relief", tax + relief, "box 430"),
        ("Marginal relief", relief, "box 435"),
        ("Corporation tax", tax, "box 440"),
        *((label_of(name), float((amount + np.zeros(1))[0]), box_in(period, name)) for name, amount in of_credit.items()),
    ]


# --- research, payment, what comes next -----------------------------------------------------------------------------

_RESEARCH = (
    "research_and_development_expenditure",
    "research_and_development_expenditure_credit",
    "research_and_development_additional_deduction",
    "surrenderable_loss",
    "trade_loss_surrendered_for_tax_credit",
    "research_and_development_tax_credit",
    "notional_tax_deduction_brought_forward",
    "notional_tax_deduction_added_by_carry_back",
    "notional_tax_deduction_used",
    "research_and_development_credit_brought_forward",
    "research_and_development_credit_added_by_carry_back",
    "research_and_development_credit_set_off",
    "notional_tax_deduction",
    "research_and_development_credit_cap",
    "research_and_development_credit_carried_forward",
    "research_and_development_credit_paid",
    "notional_tax_deduction_carried_forward",
)
_CAPPED = (
    "research_and_development_expenditure_credit",
    "research_and_development_credit_brought_forward",
    "research_and_development_credit_added_by_carry_back",
)


def _research(period: Period) -> Schedule:
    """The relief for research and development, step by step; the cap stands only beside a credit that it caps."""
    has_credit = any(abs(period.amount(name)) >= PENNY for name in _CAPPED)
    names = [name for name in _RESEARCH if has_credit or name != "research_and_development_credit_cap"]
    return schedule("research_and_development", "Research and development", _LINE, list(_listed(period, names)))


def opening_balances() -> Iterator[str]:
    """Names of the balances that a first accounting period may be told it begins with."""
    return (name for name in input_variables() if BROUGHT_FORWARD in name)


def _next_year(period: Period) -> Schedule:
    """What the next accounting period begins with, by the name that a company file has for it."""
    held = ((name, period.amount(carried_forward_name(name))) for name in opening_balances())
    rows: Rows = [(name, label_of(name), amount, "") for name, amount in held if amount]
    columns = (Column("variable", "Name in a company file", TEXT), Column("line", "", TEXT), Column("amount", "Amount"))
    return schedule("next_year", "Opening balances of the next period", columns, rows)


SCHEDULES: Mapping[str, Callable[[Period], Schedule]] = {
    "tax_return": lines_of_return,
    "charge": _charge,
    "capital_allowances": partial(_cast, total="capital_allowances", title="Capital allowances", names=PARTS),
    "plant": _plant,
    "pools": _pools,
    "balancing_charges": partial(_cast, total="balancing_charges", title="Balancing charges", names=_BALANCING_CHARGES),
    "structures_and_buildings": _buildings,
    "losses": _losses,
    "losses_by_period": _losses_by_period,
    "carry_back": _carry_back,
    "restated_returns": _restated,
    "research_and_development": _research,
    "loans_to_participators": loans,
    "payment": payment,
    "next_year": _next_year,
}
