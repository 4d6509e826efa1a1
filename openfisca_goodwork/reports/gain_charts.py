"""Who gains from a reform, as charts: what each class of companies has of the gain."""

from __future__ import annotations

from functools import partial

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.classes import BY_EMPLOYEES, BY_SECTION, UNREGISTERED_NAME
from openfisca_goodwork.costing.distribution import POST_BEHAVIOURAL, Row
from openfisca_goodwork.number_formats import rounded, three_figures
from openfisca_goodwork.reports.charts import Spec, bars, room_for_labels, values_of
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.reports.words import ROUNDING, status

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW = 34


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
        f"{status(result)} Tax no longer due and credits paid out by {name.lower()} ({table.marked}), {step}, "
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
    spec = {"$schema": _SCHEMA, "data": {"values": values_of(data)}, "height": {"step": _ROW}}
    return spec | {"config": {"view": {"stroke": None}}} | bars(room_for_labels(data["value"]), "name")
