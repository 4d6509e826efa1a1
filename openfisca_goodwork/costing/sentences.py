"""What a costing says in sentences: where its cost lies in time, what the money buys, how uncertain it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.costing.timeline import After, Early, Steady
from openfisca_goodwork.law.periods import day_in_words, financial_year_name
from openfisca_goodwork.number_formats import in_words, rounded, size


def in_time(result: CostingResult) -> str:
    """Why there is an effect before the start, what is steady, what is left after an end; each on a line."""
    timeline, years, accrued = result.timeline, result.years, result.accrued
    parts = [
        _early(timeline.before_the_start(years)),
        _steady(timeline.steady_state(years, accrued)),
        _after(timeline.after_the_end(years, accrued)),
    ]
    return "\n".join(part for part in parts if part)


def _early(early: Early | None) -> str:
    if early is None:
        return ""
    what = "of cost" if early.effect < 0 else "of yield"
    return (
        f"{size(early.effect)} {what} falls in {financial_year_name(early.year)}, before the start on "
        f"{day_in_words(early.starts)}: it is {early.share:.0%} of the {size(early.of_periods)} of\n"
        "accounting periods under way on that day, because the tax of a period accrues over its months."
    )


def _steady(steady: Steady | None) -> str:
    if steady is None or steady.complete_from is None:
        return ""
    last, complete = financial_year_name(steady.year), financial_year_name(steady.complete_from)
    if not steady.is_reached:
        return f"Take-up is complete from {complete} only: {last} does not show yet what it comes to in the long run."
    return f"Take-up is complete from {complete}, so that {last} is the steady state: it {in_words(steady.effect)} a year."


def _after(after: After | None) -> str:
    if after is None:
        return ""
    years = " to ".join(dict.fromkeys(financial_year_name(year) for year in (after.years[0], after.years[-1])))
    return (
        f"After the end on {day_in_words(after.ends)}, what is left in {years} {in_words(sum(after.effect))}: accounting "
        "periods\nthat straddle the end, tax settled late, losses and allowances carried forward, spending brought forward."
    )


def value_for_money(result: CostingResult) -> str:
    """What the money buys, a sentence a line; nothing where nothing is induced."""
    value = result.value_for_money()
    if not value or value["exchequer_cost_per_extra_pound"] is None:
        return ""
    over = " to ".join(dict.fromkeys((result.financial_years[0], result.financial_years[-1])))
    found = (
        f"Value for money over {over}: £{value['exchequer_cost_per_extra_pound']:.2f} of public money for each extra £1 "
        f"of training;\n{value['deadweight_share']:.0%} of the training relieved would have happened anyway."
    )
    return "\n".join([found, *_by_trainee(value), _present(value["net_present_value"])])


def _by_trainee(value: Mapping[str, Any]) -> list[str]:
    """Cost for each trainee, and for each additional one; nothing where they are not held."""
    each, more = value["cost_per_trainee"], value["cost_per_additional_trainee"]
    if each is None or more is None:
        return []
    return [f"It costs £{each:,.0f} for each person trained with it in a year, £{more:,.0f} for each one it adds."]


def _present(present: Mapping[str, Any]) -> str:
    return (
        f"In present value the relief {in_words(present['exchequer_effect'])} (prices of {present['prices_and_value_of']}, "
        f"{present['discount_rate']:.1%} a year)."
    )


def ends_of_interval(result: CostingResult) -> tuple[str, str]:
    """What the ends of the interval are called, the lower figure's first: ``80% interval, costs at most``."""
    found = result.uncertainty
    if found is None:
        return "", ""
    amounts = (*found.low, *result.post_behavioural, *found.high)
    if max(amounts) <= 0:
        ends = "costs at most", "costs at least"
    elif min(amounts) >= 0:
        ends = "raises at least", "raises at most"
    else:
        ends = "worst for the Exchequer", "best for the Exchequer"
    low, high = (f"{found.level:.0%} interval, {end}" for end in ends)
    return low, high


def uncertainty(result: CostingResult) -> str:
    """What drives the interval, and the rating, a sentence each; nothing where there is neither."""
    return "\n".join(line for line in (driver(result), rating(result)) if line)


def driver(result: CostingResult) -> str:
    """The assumption that moves the effect most, and by how much over all years; nothing where there is no interval."""
    found = result.uncertainty
    if found is None or found.driver is None:
        return ""
    one = found.driver
    _, central, _ = one.in_words
    ends = " and ".join(f"{rounded(sum(effect))} if it is {words}" for words, effect in one.at_the_ends if words != central)
    return (
        f"What drives the interval: {one.label[:1].lower()}{one.label[1:]}, here {central}; {ends} (£ million, all years "
        f"together). {len(found.sensitivity)} assumptions vary, in {found.draws:,} draws."
    )


def rating(result: CostingResult) -> str:
    """The rating, in a sentence; nothing where no kind of measure at hand has one."""
    found = result.rating
    if found is None:
        return ""
    return (
        f"Uncertainty: {found.overall} (data {found.data}, modelling {found.modelling}, behaviour {found.behaviour}; a "
        "judgement on the OBR's scale)."
    )
