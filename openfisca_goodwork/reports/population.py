"""How well the population fits, as a report: errors block by block, every figure with its source, weights, pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from openfisca_goodwork.errors import GoodworkError, counted, upper_first
from openfisca_goodwork.number_formats import COUNT, NUMBER, PERCENTAGE, PERCENTAGE_1, Kind, percentage
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import FITTED, HEADINGS, HELD_OUT, NOT_HELD, BlockFit, Line, in_words
from openfisca_goodwork.reports.charts import QUIET, STRONG, Spec, spec_of
from openfisca_goodwork.reports.sections import (
    EVERYWHERE,
    Cell,
    Chart,
    Column,
    Figure,
    Medium,
    Note,
    Report,
    Section,
    Style,
    Table,
    Value,
    facts,
)

if TYPE_CHECKING:
    import pandas

COMMAND = "goodwork population report"
ROLES = {HELD_OUT: "kept back", NOT_HELD: "no official figure"}
STANDING = "A model's companies beside official figures."
NOTES = """\
The model's figures are those of the companies of the population, added up by their weights; tax and allowances are what \
the law makes of them.
Fitted: the population was made to meet these figures. Held out: in no step of the fit. Check: in no step either, and not \
quite a count of what the model counts; its note says how, and it has no bound. Not held: no official figure is on file, \
and the model's stands alone.
Error is the model's figure over the official one, less 1. Together is the sum of absolute errors over the sum of official \
figures; mean and worst leave out official figures of 0 and counts under 100 companies, which are published rounded to 5.
Bound is the mean error that a block is allowed; tolerance, the error of one figure. A figure known as a range has no \
tolerance: it is within where the model's is in the range.
Status of a source. Seen: in the source itself. Second-hand: the source as reported by another. Derived: worked out from \
sources.
Effective sample size: the number of records that, drawn with equal weights, would tell as much.""".splitlines()
_WEIGHTS = {
    "records": "Records",
    "companies": "Companies they stand for",
    "certain": "Records that stand for themselves",
    "effective_size": "Effective sample size",
    "least_factor": "Least calibration factor",
    "greatest_factor": "Greatest calibration factor",
    "share_at_bounds": "Share of records at a bound",
    "greatest_weight": "Greatest weight",
}
_SHARE = "/1"
TO_A_HUNDREDTH = Kind("percentage to a hundredth", lambda share: percentage(share, 2), "0.00####%")
SIGNED = Kind("signed percentage to a tenth", lambda share: f"{share:+.1%}", "+0.0####%;-0.0####%;0.0%")
AMOUNT = Kind("amount to a tenth", lambda amount: f"{amount:,.1f}")
AMOUNT_OF_SHARES = Kind("share to a thousandth", lambda share: f"{share:,.3f}")
_HEIGHT = 420
_NAMED = 3
_STEP, _ROOM_FOR_LABELS, _ROOM_AROUND = 26, 1.15, 1.3
_POINTS = {
    "target": Column("Figure"),
    "official": Column("Official", AMOUNT),
    "model": Column("Model", AMOUNT),
}


def report_of(fit: FitReport) -> Report:
    """The errors block by block; in files every figure, the weights and what the words mean."""
    words = Section("Notes", "What the words mean", tuple(Note(note, Style.POINT) for note in NOTES), on=Medium.FILES)
    figures = tuple(Figure(file_name(block), partial(fit_of, fit, block), _POINTS) for block in fit.blocks())
    pictures = Section("Pictures", "Each figure beside the model's", figures, on=Medium.DOCUMENT)
    made = (_cover(fit), _blocks(fit), _whole(fit), _differing(fit), _figures(fit), _weights(fit))
    parts = (*made, words, pictures)
    return Report("How well the population fits the official figures", STANDING, parts, COMMAND, "fit")


def listing_of(fit: FitReport) -> Report:
    """Every figure under its block: official, the model's, error, status of the source; then the errors by block."""
    parts = [_listed(fit, block) for block in fit.blocks()]
    short = report_of(fit)
    return Report(short.title, STANDING, (*parts, *short.sections), COMMAND, "fit")


def _cover(fit: FitReport) -> Section:
    missed = [
        f"{block.block} ({block.role}): {_share(block.mean)}, bound {_share(block.bound, 0)}" for block in fit.missed()
    ]
    lines: dict[str, Value] = {
        "Population": f"{fit.weights.records:,} records for {fit.weights.companies:,.0f} companies",
        "Fingerprint": fit.fingerprint,
        "Figures": f"{len(fit.lines):,}; {in_words(fit.statuses())}",
        "Blocks over their bound": "; ".join(missed) or "none",
    }
    title = "How well the population fits the official figures"
    return Section("Cover", title, (facts("The population", lines),), on=Medium.FILES)


COLUMNS_OF_BLOCKS = (
    Column("Official figures", width=48, of="block"),
    Column("Role", width=11, on=Medium.NOT_TERMINAL, of=lambda block: ROLES.get(block.role, block.role)),
    Column("Figures", COUNT, 10, of="figures"),
    Column("Together", TO_A_HUNDREDTH, 11, on=Medium.TERMINAL | Medium.FILES, of="aggregate"),
    Column("Mean", PERCENTAGE_1, 11, of="mean"),
    Column("Worst", PERCENTAGE_1, 11, of="worst"),
    Column("Worst at", width=40, on=Medium.TERMINAL | Medium.FILES, of="worst_target"),
    Column("Bound", PERCENTAGE, 9, on=Medium.NOT_TERMINAL, of="bound"),
    Column("Is met", width=9, on=Medium.FILES, of="is_met"),
    Column(
        "Within tolerance",
        COUNT,
        11,
        on=Medium.NOT_TERMINAL,
        of=lambda block: None if block.role == NOT_HELD else block.within,
    ),
    Column("Status of sources", width=34, on=Medium.FILES, of=lambda block: in_words(block.statuses)),
    Column("Note", width=90, on=Medium.WORKBOOK, of="note"),
)


def by_block(blocks: Sequence[BlockFit], caption: str, *, name: str = "", on: Medium = EVERYWHERE) -> Table:
    """The errors of blocks of official figures, a row a block."""
    return Table.of(caption, COLUMNS_OF_BLOCKS, blocks, name, on=on)


def in_order(fit: FitReport) -> tuple[BlockFit, ...]:
    """The blocks of a fit by their roles, in the order in which these are shown."""
    return tuple(block for role in HEADINGS for block in fit.blocks(role))


def _blocks(fit: FitReport) -> Section:
    roles = {heading: fit.blocks(role) for role, heading in HEADINGS.items()}
    tables = (by_block(blocks, heading, on=Medium.TERMINAL) for heading, blocks in roles.items() if blocks)
    caption = "How well the population meets official figures, block by block"
    whole = by_block(in_order(fit), caption, name="blocks", on=Medium.NOT_TERMINAL)
    return Section("Fit", "Errors by block: fitted, held out, checks", (*tables, whole))


def _whole(fit: FitReport) -> Section:
    held = fit.weights
    weights = (
        f"{held.records:,} records stand for {held.companies:,.0f} companies; {held.certain:,} stand for themselves. "
        f"Effective sample size {held.effective_size:,.0f}. Calibration factors {held.least_factor:.2f} to "
        f"{held.greatest_factor:.2f}, {held.share_at_bounds:.1%} at a bound. Greatest weight {held.greatest_weight:,.0f}."
    )
    missed = (
        Note(
            f"Over its bound of {_share(block.bound, 0)}: {block.block} ({block.role}), {_share(block.mean)} on average.",
            Style.POINT,
        )
        for block in fit.missed()
    )
    notes = (Note(weights), Note(f"Sources of the figures: {in_words(fit.statuses())}."), *missed)
    name = "What stands behind the errors"
    return Section(name, name, notes, on=Medium.TERMINAL | Medium.READ)


def _differing(fit: FitReport) -> Section:
    notes = (Note(reason, Style.POINT) for reason in differences(fit))
    name = "Figures that do not count quite the same as the model"
    return Section(name, name, tuple(notes), on=Medium.READ)


def differences(fit: FitReport) -> list[str]:
    """Each reason why official figures and the model's differ, before the blocks of figures that it is of."""
    blocks: dict[str, list[str]] = {}
    for block in fit.blocks():
        if block.note:
            blocks.setdefault(block.note, []).append(block.block)
    return [f"{note} ({'; '.join(dict.fromkeys(names))})" for note, names in blocks.items()]


def _figures(fit: FitReport) -> Section:
    columns = (
        Column("Block", width=48, of="block"),
        Column("Role", width=11, of="role"),
        Column("Figure", width=44, of="target"),
        Column("Year", width=10, of="year"),
        Column("Unit", width=13, of="unit"),
        Column("Official", NUMBER, 18, of=lambda line: _amount(line, line.official)),
        Column("Model", NUMBER, 18, of=lambda line: _amount(line, line.model)),
        Column("Error", SIGNED, 11, of="error"),
        Column("Tolerance", PERCENTAGE, 11, of="tolerance"),
        Column("Lowest", NUMBER, 11, of=lambda line: _amount(line, line.lowest)),
        Column("Highest", NUMBER, 11, of=lambda line: _amount(line, line.highest)),
        Column("Is within", width=9, of="within"),
        Column("Status", width=13, of="status"),
        Column("Source", width=90, of="source"),
        Column("Note", width=90, of="note"),
    )
    name = "Every official figure and the model's"
    return Section("Figures", name, (Table.of(name, columns, fit.lines, "figures", filtered=True),), on=Medium.WORKBOOK)


def _amount(line: Line, value: float | None) -> Cell:
    return Cell(value, PERCENTAGE_1 if line.unit == _SHARE else NUMBER)


def _weights(fit: FitReport) -> Section:
    rows = [
        (_WEIGHTS[name], Cell(value, PERCENTAGE_1) if name == "share_at_bounds" else value)
        for name, value in asdict(fit.weights).items()
    ]
    name = "What the weights look like"
    table = Table(name, (Column("", width=40), Column(" ", NUMBER, 18)), rows, "weights")
    return Section("Weights", name, (table,), on=Medium.WORKBOOK)


def _listed(fit: FitReport, block: BlockFit) -> Section:
    columns = (
        Column("Figure"),
        Column("year"),
        Column("official", AMOUNT),
        Column("model", AMOUNT),
        Column("error", SIGNED),
        Column("unit, status of the source"),
    )
    rows = [_line(line) for line in fit.lines if (line.block, line.role) == (block.block, block.role)]
    table = Table(f"{block.block} ({block.role})", columns, rows)
    return Section(block.block, block.block, (table, Note(block.note)), on=Medium.TERMINAL)


def _line(line: Line) -> tuple[Value | Cell, ...]:
    kind = AMOUNT_OF_SHARES if line.unit == _SHARE else AMOUNT
    mark = "" if line.within else " outside its tolerance" if line.lowest is None else " outside its range"
    official = NOT_HELD if line.official is None else line.official
    error = "" if line.error is None else line.error
    return (line.target, line.year, Cell(official, kind), Cell(line.model, kind), error, f"{line.unit}, {line.status}{mark}")


def _share(value: float | None, places: int = 1) -> str:
    return "–" if value is None else percentage(value, places)


def file_name(block: BlockFit) -> str:
    """A block's name as that of a file."""
    words = re.sub(r"[^a-z0-9]+", "-", block.block.lower()).strip("-")
    return words if block.role == FITTED else f"{words}-{block.role.replace(' ', '-')}"


def fit_of(report: FitReport, block: BlockFit) -> Chart:
    """A block's figures, official across, the model's up, in logs; on the line they are equal. Bars of the model's alone."""
    lines = [line for line in report.lines if (line.block, line.role) == (block.block, block.role)]
    if block.role == NOT_HELD:
        return _alone(block, lines)
    shown = [line for line in lines if (line.official or 0) > 0 and line.model > 0]
    if not shown:
        raise GoodworkError(f"{block.block} has no figure above 0 to draw.")
    data = _data(shown)
    how_many = "1 figure," if block.figures == 1 else f"{block.figures:,} figures, on average"
    official = "the official one" if block.figures == 1 else "the official ones"
    title = f"{upper_first(block.block)}: {how_many} {_share(block.mean)} from {official}"
    subtitle = (
        f"Official figure (across) and the model's (up), both on scales in which equal lengths are equal proportions; "
        f"on the line they are equal. {upper_first(block.role)}. The figures furthest off are named. "
        f"Unit: {_units(shown)}. {block.note}"
    ).rstrip()
    alt = f"Points, one a figure, around the line of equality. {title}; worst {_share(block.worst)}, {block.worst_target}."
    return Chart(title, subtitle, alt, _spec(data, of_shares=all(line.unit == _SHARE for line in shown)), data)


def _alone(block: BlockFit, lines: Sequence[Line]) -> Chart:
    import pandas  # here, because it takes longer to import than the report takes to make

    data = pandas.DataFrame(
        [(line.target, line.model, _in_words(line)) for line in lines], columns=["target", "model", "label"]
    )
    title = f"{upper_first(block.block)}: no official figure is held, the model has {counted(block.figures, 'figure')}"
    subtitle = f"Of the model alone, {lines[0].year}. Unit: {_units(lines)}. {block.note}"
    alt = f"Bars. {title}. " + "; ".join(f"{line.target}: {_in_words(line)}" for line in lines) + "."
    most = max(line.model for line in lines) * _ROOM_FOR_LABELS
    y = {"field": "target", "type": "nominal", "sort": None, "axis": {"title": None, "ticks": False, "domain": False}}
    x = {"field": "model", "type": "quantitative", "axis": None, "scale": {"domain": [0, most]}}
    layers = [
        {"mark": {"type": "bar", "color": STRONG, "height": {"band": 0.7}}},
        {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"text": {"field": "label"}}},
    ]
    spec = spec_of(data, height={"step": _STEP}, encoding={"x": x, "y": y}, layer=layers)
    return Chart(title, subtitle, alt, spec, data)


def _in_words(line: Line) -> str:
    return f"{line.model:.1%}" if line.unit == "/1" else f"{line.model:,.0f}"


def _units(lines: Sequence[Line]) -> str:
    words = {"/1": "share"}
    return ", ".join(dict.fromkeys(words.get(line.unit, line.unit) for line in lines))


def _data(lines: Sequence[Line]) -> pandas.DataFrame:
    """One row a figure; those furthest off have a label."""
    import pandas  # here, because it takes longer to import than the report takes to make

    furthest = sorted(lines, key=lambda line: -abs(line.error or 0))[:_NAMED]
    rows = [
        (line.target, line.official, line.model, f"{line.target} {line.error or 0:+.1%}" if line in furthest else "")
        for line in lines
    ]
    return pandas.DataFrame(rows, columns=["target", "official", "model", "label"])


def _spec(data: pandas.DataFrame, *, of_shares: bool) -> Spec:
    least = float(min(data["official"].min(), data["model"].min())) / _ROOM_AROUND
    most = float(max(data["official"].max(), data["model"].max())) * _ROOM_AROUND
    scale = {"type": "log", "domain": [least, most], "nice": False}
    axis = {"format": ".0%" if of_shares else "~s", "grid": False}
    x = {"field": "official", "type": "quantitative", "scale": scale, "axis": {**axis, "title": "Official"}}
    y = {"field": "model", "type": "quantitative", "scale": scale, "axis": {**axis, "title": "Model"}}
    ends = [{"official": least, "model": least}, {"official": most, "model": most}]
    layers = [
        {"data": {"values": ends}, "mark": {"type": "line", "color": QUIET}},
        {"mark": {"type": "point", "color": STRONG, "filled": True, "size": 45, "opacity": 0.8}},
        {
            "transform": [{"filter": "datum.label != ''"}],
            "mark": {"type": "text", "align": "left", "dx": 7, "dy": -4, "fontSize": 12},
            "encoding": {"text": {"field": "label"}},
        },
    ]
    return spec_of(data, height=_HEIGHT, encoding={"x": x, "y": y}, layer=layers)
