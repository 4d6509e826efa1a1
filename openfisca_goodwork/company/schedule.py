"""What a schedule is made of, and the schedules of what is returned and paid; the computation has ``schedules``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.company.facts import PENNY
from openfisca_goodwork.company.steps import Entry
from openfisca_goodwork.company.under_law import Period
from openfisca_goodwork.law import tax_return
from openfisca_goodwork.law.charge import charge_parts
from openfisca_goodwork.law.loans_to_participators import LOANS, LOANS_IN_TIME, LOANS_RATE
from openfisca_goodwork.law.model import POUNDS, SHARE, box_of
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.payment import instalments, payment_terms
from openfisca_goodwork.law.periods import incurred_within, segments
from openfisca_goodwork.rendering import as_json

TEXT, DAY, WHOLE = "text", "date", "number"
BOXES = "boxes"


@dataclass(frozen=True)
class Column:
    """A column of a schedule.

    Attributes:
        name: its key in JSON. label: for people. unit: of its figures as parameters write it, or text, date, number.
    """

    name: str
    label: str
    unit: str = POUNDS


@dataclass(frozen=True)
class Schedule:
    """One table of the computation of one accounting period under one law.

    Attributes:
        name: by which results have it. title: for people.
        columns: of it; the last are the boxes of the return that a row stands in.
        rows: one value a column; None where a column says nothing of a row.
        totals: places of the rows that are sums of those above them.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry | None, ...], ...]
    totals: frozenset[int] = frozenset()

    def column(self, name: str) -> tuple[Entry | None, ...]:
        """The values of a column, row by row."""
        place = [column.name for column in self.columns].index(name)
        return tuple(row[place] for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """The schedule as JSON holds it: a row is an object with the names of the columns."""
        names = [column.name for column in self.columns]
        rows = [dict(zip(names, row, strict=True)) for row in self.rows]
        return as_json({"title": self.title, "columns": self.columns, "rows": rows, "totals": self.totals})


Schedules = Mapping[str, Schedule]
Rows = list[tuple[Entry | None, ...]]


def box_in(period: Period, name: str) -> str:
    """The boxes of a variable, in words: where it stands in one or another, the one of the period."""
    if name in _CHOICES:
        return tax_return.in_words(_CHOICES[name](period, period.law.variables[name].cerfa_field.split(" or ")))
    return box_of(period.law.variables[name])


def _box_of_research(period: Period, boxes: list[str]) -> str:
    """The box of the relief that the spending has; none where it has neither."""
    with_deduction, with_credit = boxes
    if period.amount("research_and_development_additional_deduction"):
        return with_deduction
    return with_credit if period.amount("research_and_development_expenditure_credit") else ""


# Zero-emission cars stand with other allowances in periods that begin on this day or later (the guide to box 725).
_CARS_HAVE_NO_BOX = date(2026, 4, 1)


def _box_of_cars(period: Period, boxes: list[str]) -> str:
    """The box of zero-emission cars, which periods of today have no more."""
    of_their_own, with_others = boxes
    return of_their_own if period.facts.start < _CARS_HAVE_NO_BOX else with_others


_CHOICES: Mapping[str, Callable[[Period, list[str]], str]] = {
    "research_and_development_expenditure": _box_of_research,
    "zero_emission_car_allowance": _box_of_cars,
}


def schedule(name: str, title: str, columns: Iterable[Column], rows: Rows, totals: Iterable[int] = ()) -> Schedule:
    """A schedule whose columns end with the boxes; totals are counted from the end where they are below 0."""
    places = frozenset(place % len(rows) for place in totals) if rows else frozenset()
    return Schedule(name, title, (*columns, Column(BOXES, "Company tax return", TEXT)), tuple(rows), places)


def sums(rows: Rows, first: int, end: int) -> list[float]:
    """The sums of the columns of rows from one place to before another."""
    return [sum(float(str(row[place])) for row in rows) for place in range(first, end)]


# --- what is returned and paid: the return, loans to participators, days of payment ----------------------------------


ENTRY = "entry"
_TICK = "X"


def lines_of_return(period: Period) -> Schedule:
    """The lines of the return from the profit of the trade to the tax payable, as its own sums go."""
    of = period.amount
    older = of("trading_losses_used_pre_april_2017")
    net_trade = of("trade_profit") - older
    gains = of("chargeable_gains") + of("structures_and_buildings_gain")
    income = [of(name) for name in ("non_trading_loan_relationship_profits", "property_profits", "other_income")]
    before_reliefs = net_trade + sum(income) + gains
    losses = of("trade_loss_set_against_total_profits"), of("trading_losses_used") - older
    tax, relief, on_loans = of("corporation_tax"), of("marginal_relief"), of("tax_on_loans_to_participators")
    credits_used = of("notional_tax_deduction_used") + of("research_and_development_credit_set_off")
    associated = str(int(of("associated_companies")))
    ticked = _has_small_rate_or_relief(period)
    lines: tuple[tuple[str, str | None, float | None, str], ...] = (
        ("Trading profits", None, of("trade_profit"), "155"),
        ("Trading losses brought forward, against trading profits", None, older, "160"),
        ("Net trading profits", None, net_trade, "165"),
        ("Interest and profits on loan relationships", None, income[0], "170"),
        ("Property income", None, income[1], "190"),
        ("Other income", None, income[2], "205"),
        ("Net chargeable gains", None, gains, "220"),
        ("Profits before other deductions and reliefs", None, before_reliefs, "235"),
        ("Trading losses of the period", None, losses[0], "275"),
        ("Trading losses carried forward, against total profits", None, losses[1], "285"),
        ("Deductions and reliefs", None, sum(losses), "295"),
        ("Profits before donations and group relief", None, before_reliefs - sum(losses), "300"),
        ("Qualifying donations", None, of("charitable_donations_relief"), "305"),
        ("Group relief", None, of("group_relief"), "310"),
        ("Group relief for carried-forward losses", None, of("group_relief_for_carried_forward_losses"), "312"),
        ("Profits chargeable to corporation tax", None, of("taxable_total_profits"), "315"),
        ("Associated companies", associated if ticked or associated != "0" else None, None, "326"),
        ("At the small profits rate, or with marginal relief", _TICK if ticked else None, None, "329"),
        ("Corporation tax", None, tax + relief, "430"),
        ("Marginal relief", None, relief, "435"),
        ("Corporation tax chargeable", None, tax, "440"),
        ("Net corporation tax liability", None, tax, "475"),
        ("Tax on loans to participators", None, on_loans, "480"),
        ("Tax chargeable", None, of("tax_chargeable"), "510"),
        ("Tax payable", None, of("tax_chargeable"), "525"),
        ("Research and development credit", None, credits_used, "530"),
        ("Exempt distributions received", None, of("exempt_distributions"), "620"),
    )
    rows: Rows = [
        (label, entry, amount, tax_return.in_words(box))
        for label, entry, amount, box in lines
        if entry or (amount is not None and abs(amount) >= PENNY)
    ]
    columns = (Column("line", "Line of the return", TEXT), Column(ENTRY, "Entry", TEXT), Column("amount", "£"))
    return schedule("tax_return", "Company tax return", columns, rows)


def _has_small_rate_or_relief(period: Period) -> bool:
    """Whether any part of the period is charged at the small profits rate, or has marginal relief."""
    augmented = period.run("augmented_profits", period.at)
    parts = cached_for_period(period.run, period.at, charge_parts)
    at_small_rate = any(bool(part.is_charged_at_small_rate(augmented)[0]) for part in parts)
    return period.amount("taxable_total_profits") >= PENNY and (at_small_rate or period.amount("marginal_relief") >= PENNY)


_ON_LOANS = "tax_on_loans_to_participators"


def loans(period: Period) -> Schedule:
    """Loans to participators and the tax on them, by the rate of the day of each loan."""
    rows: Rows = []
    for stretch in segments(period.run, period.at, LOANS_RATE):
        first, last = (days[0].item() for days in stretch.days())
        rate = float(stretch.value(LOANS_RATE)[0])
        lent, repaid = (float(incurred_within(stretch, name)[0]) for name in (LOANS, LOANS_IN_TIME))
        if max(lent, repaid) >= PENNY:
            relief = min(lent, repaid) * rate
            rows.append((first, last, rate, lent, lent * rate, repaid, relief, lent * rate - relief, ""))
    if rows:
        repaid_at_all = "A40, A45, " if any(row[5] for row in rows) else ""
        rows.append((None, None, None, *sums(rows, 3, 8), f"boxes A15, A20, {repaid_at_all}A80, 480"))
    columns = (
        Column("from", "From", DAY),
        Column("to", "To", DAY),
        Column("rate", "Rate", SHARE),
        Column("loans", "Loans made"),
        Column("tax_on_loans", "Tax on them"),
        Column("repaid_in_time", "Repaid before the tax is due"),
        Column("relief", "Relief for that"),
        Column("tax", "Tax payable"),
    )
    return schedule("loans_to_participators", "Loans to participators", columns, rows, [-1])


def payment(period: Period) -> Schedule:
    """What of the charge, and of the tax on loans, is due when, before anything is paid late."""
    start, end = period.facts.start, period.facts.end
    tax, regime = period.amount("corporation_tax"), str(period.value("payment_regime"))
    terms, on_loans = payment_terms(period.law, start), period.amount(_ON_LOANS)
    rows: Rows = [(each.due, each.amount, "") for each in instalments(tax, regime, start, end, terms)]
    if on_loans >= PENNY:
        for each in instalments(on_loans, regime, start, end, terms):
            rows.append((each.due, each.amount, f"on loans: {box_in(period, _ON_LOANS)}"))
    if rows:
        box = box_in(period, "tax_chargeable" if on_loans >= PENNY else "corporation_tax")
        rows.append((None, tax + on_loans, box))
    columns = (Column("due", "Due on", DAY), Column("amount", "Amount"))
    return schedule("payment", "Payment", columns, rows, [-1])
