"""The timeline of a parameter: its value on every day, in one law or in two, as steps."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas

from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy import ParameterHistory
from openfisca_goodwork.policy.parameter_history import Dated
from openfisca_goodwork.reports.charts import OTHER, STRONG, Spec, spec_of
from openfisca_goodwork.reports.sections import Chart

_COLOURS = (STRONG, OTHER)
_DASHES = ([1, 0], [7, 4])
_HEIGHT = 240


def timeline(history: ParameterHistory, until: datetime.date) -> Chart | None:
    """Steps of a parameter from its first value until a day, a line for each law; None where it is no finite number.

    Args:
        history: of one parameter. until: the last day drawn.
    """
    if len(history.paths) != 1 or not all(_is_number(dated.value) for dated in history.values):
        return None
    by_law = {law: list(values) for law, values in groupby(history.values, key=lambda dated: dated.law)}
    rows = [row for law, values in by_law.items() for row in _steps(law, values, until)]
    data = pandas.DataFrame(rows, columns=["law", "from", "value", "label"])
    first = history.values[0]
    values_in_words = " ".join(f"{law}: {_in_words(values)}." for law, values in by_law.items())
    laws = ", ".join("current law" if law == "law" else law for law in by_law)
    subtitle = f"Value in force from each day, {laws}."
    return Chart(
        _finding(by_law), subtitle, f"Steps over time of {first.label}. {values_in_words}", _spec(data, first.unit), data
    )


def _finding(by_law: dict[str, list[Dated]]) -> str:
    """From what to what, in the last law."""
    law, values = list(by_law.items())[-1]
    first, last = values[0], values[-1]
    where = f" in {law}" if len(by_law) > 1 else ""
    if len(values) == 1:
        return f"{first.label} is {first.in_words}{where} throughout"
    if first.in_words != last.in_words:
        return f"{first.label} goes from {first.in_words} to {last.in_words}{where}"
    between = max(values, key=lambda dated: abs(float(dated.value) - float(first.value)))
    return f"{first.label} goes from {first.in_words} to {between.in_words} and back{where}"


def _steps(law: str, values: Sequence[Dated], until: datetime.date) -> list[tuple[str, str, float, str]]:
    rows = [(law, dated.starts.isoformat(), float(dated.value), dated.in_words) for dated in values]
    return [*rows, (law, max(until, values[-1].starts).isoformat(), float(values[-1].value), values[-1].in_words)]


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and abs(value) != float("inf")


def _in_words(values: Sequence[Dated]) -> str:
    return "; ".join(f"{dated.in_words} from {day_in_words(dated.starts)}" for dated in values)


def _spec(data: pandas.DataFrame, unit: str) -> Spec:
    laws = list(dict.fromkeys(data["law"]))
    axis = {"title": None, "grid": False, "format": ".0%" if unit == SHARE else ",.0f", "tickCount": 5}
    scale = {"domain": laws, "range": list(_COLOURS[: len(laws)])}
    dash = {"domain": laws, "range": list(_DASHES[: len(laws)])}
    legend = {"title": None, "orient": "top", "labelLimit": 300} if len(laws) > 1 else None
    encoding = {
        "x": {"field": "from", "type": "temporal", "axis": {"title": None, "grid": False, "format": "%Y"}},
        "y": {"field": "value", "type": "quantitative", "axis": axis},
        "color": {"field": "law", "type": "nominal", "scale": scale, "legend": legend},
        "strokeDash": {"field": "law", "type": "nominal", "scale": dash, "legend": legend},
    }
    mark = {"type": "line", "interpolate": "step-after", "strokeWidth": 3}
    return spec_of(data, height=_HEIGHT, mark=mark, encoding=encoding)
