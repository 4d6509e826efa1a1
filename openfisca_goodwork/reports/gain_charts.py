"""Who gains from a reform, as charts: what each class of companies has of the gain, how many in it gain and lose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.classes import BY_EMPLOYEES, BY_SECTION, UNREGISTERED_NAME
from openfisca_goodwork.costing.distribution import POST_BEHAVIOURAL, Row
from openfisca_goodwork.number_formats import ROUNDING, rounded, three_figures
from openfisca_goodwork.reports.charts import QUIET, SCHEMA, STRONG, Spec, axis_of_names, bars, room_for_labels, values_of
from openfisca_goodwork.reports.costing_words import standing
from openfisca_goodwork.reports.sections import Chart

_ROW, _ROW_OF_SHARES = 34, 30
# 3:1 on the light ground and the dark one; the parts of a bar are told apart by their order and words too.
_LOSS = "#b5652a"
_PARTS = {"gaining": "Gain", "losing": "Lose", "unaffected": "No change"}
_LEAST_SHOWN = 0.06


def gain_by(name: str, result: CostingResult, step: str = POST_BEHAVIOURAL) -> Chart | None:
    """Bars of the gain of each class of a table, the largest first where classes have no order; None where nobody gains."""
    shown = result.distribution
    if shown is None or not shown.total(step).gain:
        return None
    table = shown.table(name, step)
    rows = sorted(table.rows, key=lambda row: -abs(row.gain)) if name == BY_SECTION else list(table.rows)
    most = max(rows, key=lambda row: abs(row.gain))
    data = _data(rows)
    title = f"{_finding(most, rows)} in {shown.financial_year}"
    subtitle = (
        f"{standing(result)} Tax no longer due and credits paid out by {name.lower()} ({table.marked}), {step}, "
        f"£ million, accounting periods that end in {shown.financial_year}, UK companies. Minus is a loss to companies. "
        f"{ROUNDING}"
    )
    said = "; ".join(f"{row.name} {label}" for row, label in zip(rows, data["label"], strict=True))
    alt = f"Bars of the gain by {name.lower()}, £ million, {shown.financial_year}. {said}."
    return Chart(title, subtitle, alt, _spec(data), data)


by_size, by_section = partial(gain_by, BY_EMPLOYEES), partial(gain_by, BY_SECTION)


def _finding(most: Row, rows: list[Row]) -> str:
    """Who has most of it; in pounds where some classes gain and others lose, so that a share would mislead."""
    what = "gain" if most.gain > 0 else "loss"
    one_sign = min(row.gain for row in rows) * max(row.gain for row in rows) >= 0
    part = f"{most.share_of_gain or 0.0:.0%} of the {what}" if one_sign else f"a {what} of {_in_pounds(most.gain)}"
    companies = most.name == UNREGISTERED_NAME or most.name[0].isdigit()
    verb = ("have" if companies else "has") if most.gain > 0 else ("bear" if companies else "bears")
    return f"{_subject(most.name)} {verb} {part}"


def _subject(name: str) -> str:
    """A class as the subject of a sentence: a band of employees says what it counts."""
    if name == UNREGISTERED_NAME:
        return f"Companies {name[0].lower()}{name[1:]}"
    return f"Companies with {name} employees" if name[0].isdigit() else name


def _in_pounds(amount: float) -> str:
    return f"£{three_figures(abs(amount))}m"


def _data(rows: list[Row]) -> pandas.DataFrame:
    """One row a class: its gain (£ million) and a label, which tells where few records stand behind it."""
    figures = [(row.name, row.gain, rounded(row.gain) + (" (few records)" if row.has_few_records else "")) for row in rows]
    return pandas.DataFrame(figures, columns=["name", "value", "label"])


def _spec(data: pandas.DataFrame) -> Spec:
    spec = {"$schema": SCHEMA, "data": {"values": values_of(data)}, "height": {"step": _ROW}}
    return spec | {"config": {"view": {"stroke": None}}} | bars(room_for_labels(data["value"]), "name")


def winners_and_losers(name: str, result: CostingResult, step: str = POST_BEHAVIOURAL) -> Chart | None:
    """Bars of 100% of each class: the shares of companies that gain, lose and are left as they were; None without any.

    Args:
        name: of a table of who gains. result: the costing. step: static or post-behavioural.
    """
    shown = result.distribution
    rows = [] if shown is None else [row for row in shown.table(name, step).rows if row.companies]
    if shown is None or not any(row.gaining or row.losing for row in rows):
        return None
    data = _shares(rows)
    most = max(rows, key=lambda one: one.gaining / one.companies)
    title = f"{most.gaining / most.companies:.0%} of companies in “{most.name}” gain in {shown.financial_year}"
    subtitle = (
        f"{standing(result)} Share of companies that gain, lose or see no change, by {name.lower()} "
        f"({shown.table(name, step).marked}), {step}, accounting periods that end in {shown.financial_year}."
    )
    told = "; ".join(
        f"{one.name}: {one.gaining / one.companies:.1%} gain, {one.losing / one.companies:.1%} lose" for one in rows
    )
    alt = f"Bars of 100% by {name.lower()}, {shown.financial_year}. {told}."
    return Chart(title, subtitle, alt, _stacked(data), data.drop(columns="place"))


def _shares(rows: Sequence[Row]) -> pandas.DataFrame:
    """Three rows a class: the share of its companies with each outcome, and its label where there is room for one."""
    parts = [
        (row.name, said, getattr(row, field) / row.companies, place)
        for row in rows
        for place, (field, said) in enumerate(_PARTS.items())
    ]
    data = pandas.DataFrame(parts, columns=["class", "outcome", "value", "place"])
    return data.assign(label=[f"{share:.0%}" if share >= _LEAST_SHOWN else "" for share in data["value"]])


def _names(data: pandas.DataFrame) -> dict[str, Any]:
    axis = axis_of_names()
    return {"field": "class", "type": "nominal", "sort": list(dict.fromkeys(data["class"])), "axis": axis}


def _stacked(data: pandas.DataFrame) -> Spec:
    x = {"field": "value", "type": "quantitative", "stack": "normalize", "axis": None}
    scale = {"domain": list(_PARTS.values()), "range": [STRONG, _LOSS, QUIET]}
    legend = {"title": None, "orient": "top", "direction": "vertical"}
    order = {"field": "place", "type": "quantitative"}
    colour = {"field": "outcome", "type": "nominal", "scale": scale, "legend": legend}
    return {
        "$schema": SCHEMA,
        "data": {"values": values_of(data)},
        "height": {"step": _ROW_OF_SHARES},
        "encoding": {"y": _names(data), "order": order},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.62}}, "encoding": {"x": x, "color": colour}},
            {
                "mark": {"type": "text", "fontSize": 12, "color": "black"},
                "encoding": {"x": x | {"bandPosition": 0.5}, "text": {"field": "label"}, "detail": {"field": "outcome"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }
