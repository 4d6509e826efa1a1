"""What the money of a costing buys, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.value_for_money import per
from openfisca_goodwork.number_formats import in_words, three_figures
from openfisca_goodwork.reports.costing_words import span


def value_for_money(result: CostingResult) -> tuple[str, ...]:
    """What the money buys, in sentences; nothing where nothing is induced."""
    value = result.value_for_money()
    if not value or value["exchequer_cost_per_extra_pound"] is None:
        return ()
    each = value["exchequer_cost_per_extra_pound"]
    first = (
        f"Value for money over {span(result)}: £{each:.2f} of public money for each extra £1 of training"
        f"{_from_to(value['public_money_per_extra_pound_range'])}; £{value['whole_cost_per_extra_pound']:.2f}"
        f"{_from_to(value['whole_cost_per_extra_pound_range'])} with what HMRC and companies spend on claims; "
        f"{value['deadweight_share']:.0%} of the training relieved would have happened anyway. {extra_pound(result)}"
    )
    return first, *_by_trainee(value), _present(value["net_present_value"])


def extra_pound(result: CostingResult) -> str:
    """What an extra £1 of training counts, beside the share that would have happened anyway; nothing of none."""
    relieved = per(sum(result.training.get("induced_relieved", ())), sum(result.training.get("induced", ())))
    if relieved is None:
        return ""
    return (
        f"An extra £1 counts every cost of training, trainees' time included: the relief is given on {100 * relieved:.0f}p "
        "of it. The share that would have happened anyway counts only what the relief is given on."
    )


def _from_to(ends: Sequence[float | None] | None) -> str:
    """The range of a cost for each extra £1, in brackets; nothing without one."""
    if ends is None:
        return ""
    least, most = ends
    return f" (from £{least:.2f} {'up, without an end' if most is None else f'to £{most:.2f}'})"


def _by_trainee(value: Mapping[str, Any]) -> Iterator[str]:
    """Cost for each trainee, and for each additional one; nothing where they are not held."""
    each, more = value["cost_per_trainee"], value["cost_per_additional_trainee"]
    if each is not None and more is not None:
        extra = three_figures(more)
        yield f"It costs £{each:,.0f} for each person trained with it in a year, £{extra} for each extra person trained."


def _present(present: Mapping[str, Any]) -> str:
    return (
        f"In present value the relief {in_words(present['exchequer_effect'])} (prices of {present['prices_and_value_of']}, "
        f"{present['discount_rate']:.1%} a year)."
    )
