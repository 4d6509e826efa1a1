"""Who gains from a reform, as charts: what each class of companies has of the gain."""

from __future__ import annotations

from functools import partial

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.classes import BY_EMPLOYEES, BY_SECTION
from openfisca_goodwork.costing.distribution import Row
from openfisca_goodwork.costing.summary import rounded
from openfisca_goodwork.reports.charts import Chart, Spec, bars, room_for_labels, values_of
from openfisca_goodwork.reports.words import ROUNDING, status

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW = 34


def gain_by(name: str, result: CostingResult) -> Chart | None:
    """Bars of the gain of each class of a table, the largest first where classes have no order; None where nobody gains."""
    shown = result.distribution
    if shown is None or not shown.total().gain:
        return None
    table = shown.table(name)
    rows = sorted(table.rows, key=lambda row: -abs(row.gain)) if name == BY_SECTION else list(table.rows)
    most = max(rows, key=lambda row: abs(row.gain))
    data = _data(rows)
    what = "gain" if shown.total().gain > 0 else "loss"
    title = f"{_subject(most.name)} {most.share_of_gain or 0.0:.0%} of the {what} in {shown.financial_year}"
    subtitle = (
        f"{status(result)} Tax no longer due and credits paid out by {name.lower()} ({table.marked}), post-behavioural, "
        f"£ million, accounting periods that end in {shown.financial_year}, UK companies. Minus is a loss to companies. "
        f"{ROUNDING}"
    )
    said = "; ".join(f"{row.name} {label}" for row, label in zip(rows, data["label"], strict=True))
    alt = f"Bars of the gain by {name.lower()}, £ million, {shown.financial_year}. {said}."
    return Chart(title, subtitle, alt, _spec(data), data)


by_size, by_section = partial(gain_by, BY_EMPLOYEES), partial(gain_by, BY_SECTION)


def _subject(name: str) -> str:
    """A class as the subject of a sentence: a band of employees says what it counts."""
    return f"Companies with {name} employees have" if name[0].isdigit() else f"{name} has"


def _data(rows: list[Row]) -> pandas.DataFrame:
    figures = [(row.name, row.gain, rounded(row.gain)) for row in rows]
    return pandas.DataFrame(figures, columns=["name", "value", "label"])


def _spec(data: pandas.DataFrame) -> Spec:
    spec = {"$schema": _SCHEMA, "data": {"values": values_of(data)}, "height": {"step": _ROW}}
    return spec | {"config": {"view": {"stroke": None}}} | bars(room_for_labels(data["value"]), "name")
