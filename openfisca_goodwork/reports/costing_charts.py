"""Charts of a costing: the cost by year, by type of training cost, step by step, what drives its range, and who gains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import accumulate

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import BY_EMPLOYEES, BY_SECTION, POST_BEHAVIOURAL, UNREGISTERED_NAME, Row
from openfisca_goodwork.costing.uncertainty import Sensitivity, Uncertainty
from openfisca_goodwork.errors import lower_first
from openfisca_goodwork.number_formats import ROUNDING, in_words, rounded, rounded_range, size, three_figures
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports.charts import (
    OTHER,
    QUIET,
    STRONG,
    Spec,
    amounts,
    axis_of_names,
    bars,
    label,
    names,
    room_for_labels,
    spec_of,
)
from openfisca_goodwork.reports.costing_words import finding, measured, standing, whose, year_of_finding
from openfisca_goodwork.reports.sections import Chart

_INTERVAL = (("#ffffff", 4), ("#1f2a36", 2))
_HEIGHT = 240
_ROWS, _BAR = {"step": 34}, {"type": "bar", "height": {"band": 0.62}}
_ZERO = {"mark": {"type": "rule", "color": QUIET}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}}
# The parts of a bar are distinguished by their order and words too, not by colour alone.
_PARTS = {"gaining": "Gain", "losing": "Lose", "unaffected": "No change"}
_LEAST_SHOWN = 0.06
_FEWEST = 2
_MOST = 10
_ROOM = 0.4
_BESIDE_ZERO = 0.01
_NARROW = 300
Rows = Mapping[str, Mapping[str, float]]  # by financial year, £ million


def cost_by_year(result: CostingResult) -> Chart:
    """Columns by financial year of the post-behavioural effect, with the range drawn upon each."""
    effect, drawn = result.post_behavioural, result.uncertainty
    rows = {tables.post_behavioural(result): dict(zip(result.financial_years, effect, strict=True))}
    data = _tidy(rows, "measure").assign(low=drawn.low if drawn else effect, high=drawn.high if drawn else effect)
    # A column's figure stands on the other side of zero, as at the end of the range's line it would read as that end.
    data["label_at"] = data["high"].clip(lower=0).where(data["value"] < 0, data["low"].clip(upper=0))
    span = room_for_labels([*data["value"], *data["low"], *data["high"], *-_BESIDE_ZERO * data["value"]])
    alt = f"Columns by financial year, £ million. {_in_words(rows)}{_interval_in_words(result)}"
    lines = f" Lines: {drawn.level:.0%} range." if drawn else ""
    subtitle = f"{standing(result)} {measured(result)} {ROUNDING}{lines}"
    return Chart(finding(result), subtitle, alt, spec_of(data, **_columns(span)), data)


def _interval_in_words(result: CostingResult) -> str:
    """The ends of the interval by year, for those who cannot see it."""
    uncertainty = result.uncertainty
    if uncertainty is None:
        return ""
    ends = zip(result.financial_years, uncertainty.low, uncertainty.high, strict=True)
    said = "; ".join(f"{year} {rounded_range(low, high)}" for year, low, high in ends)
    return f" {uncertainty.level:.0%} range: {said}."


def cost_by_head(result: CostingResult) -> Chart | None:
    """Bars of the static effect by type of training cost in the year of the finding; None where no head has any."""
    place = year_of_finding(result)
    year = result.financial_years[place]
    effects = {name: effect[place] for name, effect in tables.by_head(result).items()}
    if not any(effects.values()):
        return None
    rows = {name: {year: effects[name]} for name in sorted(effects, key=effects.__getitem__)}
    data, most = _tidy(rows, "head"), next(iter(rows))
    spec = spec_of(data, height={"step": 44}, **bars(room_for_labels(data["value"]), "head"))
    title = f"{most} makes up {effects[most] / sum(effects.values()):.0%} of the static effect in {year}"
    subtitle = f"{standing(result)} Static effect by type of training cost in {year}. {measured(result)} {ROUNDING}"
    return Chart(title, subtitle, f"Bars by type of training cost, £ million, {year}. {_in_words(rows)}", spec, data)


def _tidy(rows: Rows, name: str) -> pandas.DataFrame:
    """One row a figure: the row's name, the financial year, the value (£ million), its rounded label."""
    figures = [(row, year, value, rounded(value)) for row, years in rows.items() for year, value in years.items()]
    return pandas.DataFrame(figures, columns=[name, "financial_year", "value", "label"])


def _in_words(rows: Rows) -> str:
    said = {name: "; ".join(f"{year} {rounded(value)}" for year, value in row.items()) for name, row in rows.items()}
    return " ".join(f"{name}: {row}." for name, row in said.items())


def _columns(span: list[float]) -> Spec:
    x = {"field": "financial_year", "type": "ordinal", "axis": {"labelAngle": 0, "title": None, "orient": "bottom"}}
    return {
        "height": _HEIGHT,
        "encoding": {"x": x, "y": amounts("value", span)},
        "layer": [
            {"mark": {"type": "bar", "color": STRONG, "width": {"band": 0.7}}},
            _whiskers(),
            label("datum.value >= 0", {"baseline": "top", "dy": 4}, y="label_at"),
            label("datum.value < 0", {"baseline": "bottom", "dy": -4}, y="label_at"),
        ],
    }


def _whiskers() -> Spec:
    """A line from one end of the interval to the other, where it has any length; dark on the column, with a light edge."""
    ends = {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    where = [{"filter": "datum.low != datum.high"}]
    lines = [{"mark": {"type": "rule", "color": tint, "size": width}} for tint, width in _INTERVAL]
    return {"transform": where, "encoding": ends, "layer": lines}


def steps_of_a_year(result: CostingResult) -> Chart | None:
    """Bars from where each step begins to where it ends, in the year of the finding; None where there is one step only.

    The totals begin at nothing and are marked by bold words as well as by their colour.
    """
    if sum(any(step.effect) for step in result.steps) < _FEWEST:
        return None
    place = year_of_finding(result)
    year = result.financial_years[place]
    shown = {name: effect[place] for name, effect in tables.steps(result).items()}
    data = _data_of_steps(shown, totals=list(tables.headline(result))[:2])
    before, after = (result.static[place], result.post_behavioural[place])
    first, then = in_words(before), in_words(after)
    verb = first.partition(" ")[0]
    title = f"{first.capitalize()} before companies respond and {then.removeprefix(f'{verb} ')} after, in {year}"
    subtitle = f"From full entitlement to the post-behavioural effect in {year}, each step from where the last one ended. "
    alt = f"Waterfall of the costing in {year}, £ million. " + "; ".join(
        f"{row.step} {row.label}" for row in data.itertuples()
    )
    return Chart(title, f"{standing(result)} {subtitle}{measured(result)} {ROUNDING}", f"{alt}.", _spec_of_steps(data), data)


def _data_of_steps(shown: Mapping[str, float], totals: Sequence[str]) -> pandas.DataFrame:
    """One row a step or total: where its bar begins and ends (£ million), its value and its rounded label."""
    is_total = [name in totals for name in shown]
    moves = [0.0 if total else value for value, total in zip(shown.values(), is_total, strict=True)]
    ends = list(accumulate(moves))
    starts = [0.0 if total else end - move for total, end, move in zip(is_total, ends, moves, strict=True)]
    labels = list(map(rounded, shown.values()))
    columns = {"step": list(shown), "start": starts, "end": ends, "value": list(shown.values()), "label": labels}
    return pandas.DataFrame({**columns, "is_total": is_total})


def _spec_of_steps(data: pandas.DataFrame) -> Spec:
    bounds = room_for_labels([*data["start"], *data["end"]], only_right=True)
    x = amounts("start", bounds)
    bold = {"condition": {"test": f"indexof({list(data.loc[data['is_total'], 'step'])}, datum.value) >= 0", "value": "bold"}}
    y = names("step")
    y["axis"] |= {"labelFontWeight": {**bold, "value": "normal"}}
    colour = {"condition": {"test": "datum.is_total", "value": STRONG}, "value": QUIET}
    weight = {"type": "text", "fontSize": 13, "align": "left", "dx": 4}
    right = {"calculate": "max(datum.start, datum.end)", "as": "right"}
    layers = [
        {"mark": _BAR, "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": colour}},
        {
            "transform": [right],
            "mark": weight,
            "encoding": {"y": y, "x": {**x, "field": "right"}, "text": {"field": "label"}},
        },
        _ZERO,
    ]
    return spec_of(data, height=_ROWS, layer=layers)


def tornado(result: CostingResult) -> Chart | None:
    """Bars of the ten assumptions that move the total of all years most; None where there is no interval.

    The two ends of an assumption are marked by the words at their bars as well as by their colour.
    """
    uncertainty = result.uncertainty
    if uncertainty is None or uncertainty.driver is None:
        return None
    data = _data_of_ends(uncertainty)
    years = " to ".join(dict.fromkeys((result.financial_years[0], result.financial_years[-1])))
    title = f"{uncertainty.driver.label} moves the effect most: {_reach(result, uncertainty.driver)} over {years}"
    subtitle = (
        f"By how much the post-behavioural effect of {years} together moves with one assumption alone, at the low and the "
        f"high end of its range. {measured(result)} {ROUNDING}"
    )
    said = "; ".join(f"{row.assumption}, {row.label}" for row in data.itertuples())
    return Chart(
        title, f"{standing(result)} {subtitle}", f"Bars by assumption, £ million. {said}.", _spec_of_ends(data), data
    )


def _reach(result: CostingResult, driver: Sensitivity) -> str:
    centre = sum(result.post_behavioural)
    least, most = sorted((centre + sum(driver.effect_low), centre + sum(driver.effect_high)), key=abs)
    return f"it {in_words(least)} {f'to {size(most)}' if least * most > 0 else f'or {in_words(most)}'}"


def _data_of_ends(uncertainty: Uncertainty) -> pandas.DataFrame:
    """One row an end: the assumption, low or high, the move (£ million) and its label with the value assumed."""
    rows = [
        (assumption.label, end, sum(effect), f"{words}: {rounded(sum(effect))}")
        for assumption in uncertainty.sensitivity[:_MOST]
        for end, (words, effect) in zip(("low", "high"), assumption.at_the_ends, strict=True)
        if any(effect)
    ]
    return pandas.DataFrame(rows, columns=["assumption", "end", "value", "label"])


def _spec_of_ends(data: pandas.DataFrame) -> Spec:
    least, most = room_for_labels(data["value"])
    wide = _ROOM * max(most, -least)
    x, y = amounts("value", [least - wide, most + wide]), names("assumption")
    colour = {"condition": {"test": "datum.end == 'low'", "value": QUIET}, "value": STRONG}
    layers = [
        {"mark": _BAR, "encoding": {"x": x, "y": y, "color": colour}},
        _label_of_end("datum.value >= 0", {"align": "left", "dx": 4}, {"x": x, "y": y}),
        _label_of_end("datum.value < 0", {"align": "right", "dx": -4}, {"x": x, "y": y}),
        _ZERO,
    ]
    return spec_of(data, height=_ROWS, layer=layers)


def _label_of_end(where: str, place: Spec, at: Spec) -> Spec:
    """The label at the end of a bar; on a narrow screen the move alone, as the value assumed has no room there."""
    text = {"expr": f"width < {_NARROW} ? slice(datum.label, lastindexof(datum.label, ': ') + 2) : datum.label"}
    mark = {"type": "text", "fontSize": 13, "text": text, **place}
    return {"transform": [{"filter": where}], "mark": mark, "encoding": at}


def gain_by(name: str, result: CostingResult, step: str = POST_BEHAVIOURAL) -> Chart | None:
    """Bars of the gain of each class of a table, the largest first where classes have no order; None where nobody gains."""
    shown = result.distribution
    if shown is None or not shown.total(step).gain:
        return None
    table = shown.table(name, step)
    left = [row for row in table.rows if not row.is_suppressed]
    if not left:
        return None
    rows = sorted(left, key=lambda row: -abs(row.gain)) if name == BY_SECTION else left
    most = max(rows, key=lambda row: abs(row.gain))
    labels = [rounded(row.gain).lstrip("+") + " (few records)" * row.has_few_records for row in rows]
    figures = zip((row.name for row in rows), (row.gain for row in rows), labels, strict=True)
    data = pandas.DataFrame(figures, columns=["name", "value", "label"])
    title = f"{_who_has_most(most, rows)} in {shown.financial_year}"
    subtitle = (
        f"{standing(result)} Tax no longer due and credits paid out by {name.lower()} ({table.marked}), {step}, "
        f"£ million, accounting periods that end in {shown.financial_year}, {whose(result)} companies. "
        f"What companies gain is a cost to the Exchequer; a minus is what companies lose. {ROUNDING}"
    )
    said = "; ".join(f"{row.name} {label}" for row, label in zip(rows, labels, strict=True))
    alt = f"Bars of the gain by {name.lower()}, £ million, {shown.financial_year}. {said}."
    spec = spec_of(data, height=_ROWS, **bars(room_for_labels(data["value"]), "name"))
    return Chart(title, subtitle, alt, spec, data)


by_size, by_section = partial(gain_by, BY_EMPLOYEES), partial(gain_by, BY_SECTION)


def _who_has_most(most: Row, rows: list[Row]) -> str:
    """Who has most of it; in pounds where some classes gain and others lose, so that a share would mislead."""
    what = "gain" if most.gain > 0 else "loss"
    one_sign = min(row.gain for row in rows) * max(row.gain for row in rows) >= 0
    amount = f"a {what} of £{three_figures(abs(most.gain))}m"
    part = f"{most.share_of_gain or 0.0:.0%} of the {what}" if one_sign else amount
    has, bears = ("has", "bears")
    who = most.name
    if most.name == UNREGISTERED_NAME or most.name[0].isdigit():  # a band of employees says what it counts
        has, bears = ("have", "bear")
        who = f"Companies with {who} employees" if who[0].isdigit() else f"Companies {lower_first(who)}"
    return f"{who} {has if most.gain > 0 else bears} {part}"


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
    most = max(rows, key=lambda row: row.gaining / row.companies)
    which = f"with {most.name} employees" if most.name[0].isdigit() else f"in “{most.name}”"
    title = f"{most.gaining / most.companies:.0%} of companies {which} gain in {shown.financial_year}"
    subtitle = (
        f"{standing(result)} Share of companies that gain, lose or see no change, by {name.lower()} "
        f"({shown.table(name, step).marked}), {step}, accounting periods that end in {shown.financial_year}."
    )
    shares = "; ".join(
        f"{row.name}: {row.gaining / row.companies:.1%} gain, {row.losing / row.companies:.1%} lose" for row in rows
    )
    alt = f"Bars of 100% by {name.lower()}, {shown.financial_year}. {shares}."
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


def _stacked(data: pandas.DataFrame) -> Spec:
    x = {"field": "value", "type": "quantitative", "stack": "normalize", "axis": None}
    y = {"field": "class", "type": "nominal", "sort": list(dict.fromkeys(data["class"])), "axis": axis_of_names()}
    scale = {"domain": list(_PARTS.values()), "range": [STRONG, OTHER, QUIET]}
    legend = {"title": None, "orient": "top", "direction": "vertical"}
    order = {"field": "place", "type": "quantitative"}
    colour = {"field": "outcome", "type": "nominal", "scale": scale, "legend": legend}
    layers = [
        {"mark": _BAR, "encoding": {"x": x, "color": colour}},
        {
            "mark": {"type": "text", "fontSize": 12, "color": "black"},
            "encoding": {"x": x | {"bandPosition": 0.5}, "text": {"field": "label"}, "detail": {"field": "outcome"}},
        },
    ]
    return spec_of(data, height=_ROWS, encoding={"y": y, "order": order}, layer=layers)
