"""A place as a report: what is good, what to work on and how sure, every figure beside others; a reform by place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from openfisca_goodwork.audit.figures import NOT_HELD as UNHELD
from openfisca_goodwork.audit.local import LocalAudit, LocalFigure, PlaceList, PlaceReform, Point
from openfisca_goodwork.audit.local import places as sources
from openfisca_goodwork.audit.local.measures import HEALTH, MEASURES, NOT_HELD
from openfisca_goodwork.audit.local.measures import Figure as Measured
from openfisca_goodwork.audit.local.place import ALIKE, BETTER, MEAN, MIDDLE, UNKNOWN, WORSE
from openfisca_goodwork.audit.local.places import AUTHORITY, KINDS, all_places
from openfisca_goodwork.audit.local.reform import LEVERS, YEAR, PlaceRelief
from openfisca_goodwork.errors import and_joined, upper_first
from openfisca_goodwork.number_formats import COUNT, DASH, LINK, NUMBER, PERCENTAGE, PROPOSED, SOURCE, TEXT, Kind
from openfisca_goodwork.reports import local_words as words
from openfisca_goodwork.reports.sections import (
    Cell,
    Column,
    Figure,
    Medium,
    Note,
    Part,
    Report,
    Row,
    Section,
    Style,
    Table,
    Value,
    figure_of,
    rows_of,
)

REFORM_HERE = "What the reform does here"
STANDING = "Figures of places, official and modelled; no law."
LEGEND = (
    "m: modelled. –: not held. Clearly better or worse: of a survey, the 95% intervals are apart; where no interval is "
    "published, the figures are more than {gap:.0%} apart; of a small count, both. Else no difference is "
    "clear, and no place is ranked."
)
RULE = (
    "To work on: the measures that are clearly worse than the nation's and on which a lever of this model bears, the widest "
    "gap first. A gap is told in the range of the middle half of the nation's authorities; how many are listed, in all and "
    "of a topic, is an assumption (assumptions.audit.local). A lever is a reform that this model can cost, not a forecast "
    f"that it would close the gap. What it brings is modelled, a relief in {YEAR}, for companies with their "
    "head office there, and "
    "proposed, not law."
)
MIDDLE_MARK = "*"
_WORKED_OUT = {
    MEAN: "the mean of its authorities, by people aged 16 and over",
    MIDDLE: "the middle of its authorities, as their numbers of people are not held",
}
MILLION_2 = Kind("million to a hundredth", lambda amount: f"{amount:,.2f}", "#,##0.00")
NUMBER_1 = Kind("number to a tenth", lambda number: f"{number:,.1f}", "#,##0.0")
CHART_COLUMNS = {
    "code": Column("Code"),
    "name": Column("Authority"),
    "region": Column("Region or nation"),
    "figure": Column("As written"),
    "measure": Column("Measure"),
    "beside": Column("Beside the place"),
    "value": Column("Figure", NUMBER_1),
    "lower": Column("Interval from", NUMBER_1),
    "upper": Column("Interval to", NUMBER_1),
}


def report_of(result: LocalAudit) -> Report:
    """The audit of a place."""
    sections = (
        _summary(result),
        _focus(result),
        _strips(result),
        _figures(result),
        _map(result),
        _business(result),
        _neighbours(result),
        *([_reform_here(result, result.reform)] if result.reform is not None else []),
        _not_held(result),
        _all_held(result),
        _sources(result),
        _notes(result),
    )
    standing = f"{PROPOSED}." if result.reform is not None else STANDING
    return Report(f"Good Jobs Audit: {result.place.name}", standing, sections, result.command, "place")


def brief_of(audit: LocalAudit) -> Report:
    """Two pages that a partnership could table: what is good and bad, how sure, what to do; then every figure."""
    whole = report_of(audit)
    # The words first, as they break over the end of a page where a chart and a table cannot.
    said = ["In short", "What to work on", "Not held", "How sure, and from where"]
    shown = [REFORM_HERE if audit.reform is not None else "Where it stands", "The figures"]
    sections = tuple(map(whole.section, [*said, *shown]))
    return Report(whole.title, whole.standing, sections, f"{audit.command} --brief FILE.docx", "brief")


_VERDICTS = {WORSE: "worse", BETTER: "better", ALIKE: "unclear", UNKNOWN: DASH}
_BRIEF, _NOT_BRIEF = Medium.DOCUMENT, Medium.TERMINAL | Medium.INTERACTIVE
_IN_FULL = Medium.TERMINAL | Medium.WORKBOOK


def _summary(audit: LocalAudit) -> Section:
    place = audit.place
    where = f"{upper_first(place.kind)} in {place.region or place.nation}, {place.code}"
    if place.is_area:
        where += f": {and_joined([all_places()[code].name for code in place.members])}"
    unclear = [figure for figure in audit.figures if figure.is_held and figure.band_nation == UNKNOWN]
    missing = [MEASURES[figure.measure].label for figure in audit.figures if figure.status == UNHELD]
    lines = (
        Note(place.note),
        Note(f"{where}."),
        Note(words.strengths(audit.strengths, place.nation, len(audit.ahead))),
        Note(words.business(audit)),
        Note(_left_behind(audit)),
        Note(_how_much(audit, len(unclear), len(missing))),
    )
    return Section("In short", f"{place.name} in short", lines, f"{words.finding(audit)}.")


def _left_behind(audit: LocalAudit) -> str:
    """Whether an uplift for left-behind areas means the place, in a sentence; nothing where it does not."""
    held, members = audit.left_behind, len(audit.place.members)
    if not held:
        return ""
    who = f"{held} of its {members} authorities are" if audit.place.is_area else "It is"
    return (
        f"{who} among the areas that this model's uplift for left-behind areas is meant for: in each nation, the "
        "authorities with most small areas in its most deprived tenth."
    )


def _how_much(audit: LocalAudit, unclear: int, missing: int) -> str:
    """How much is held of a place, and how much of that is compared, in a sentence."""
    measures, context = len(audit.figures), sum(figure.of.topic == HEALTH for figure in audit.figures)
    parts = [f"{context} of health, as context"]
    parts += [f"{unclear} held without an interval, so not compared"] if unclear else []
    parts += [f"{missing} not held"] if missing else []
    return f"Of {measures} measures: {', '.join(parts)}."


def _focus(audit: LocalAudit) -> Section:
    place, sheet = audit.place, Medium.WORKBOOK

    def beside(point: Point) -> str:
        shown, nation = words.with_interval(point.figure), words.beside_nation(point.figure, place.nation)
        return f"{shown}; {nation}. {words.how_sure(point.figure, audit.gap)}."

    def brought(point: Point) -> str:
        return words.brings(point.lever, point.brings, place.kind)

    columns = (
        Column("Point", width=26, of=lambda point: _label(point.figure)),
        Column(f"Here, beside {place.nation}, how sure", width=34, on=Medium.READ, of=beside),
        Column(
            "Lever, and what to do first",
            width=50,
            on=Medium.READ,
            of=lambda point: f"{LEVERS[point.lever].words}. {LEVERS[point.lever].first_step}",
        ),
        Column("Here", width=24, on=sheet, of=lambda point: words.with_interval(point.figure)),
        Column(place.nation, width=13, on=sheet, of=lambda point: point.figure.of.written(point.figure.nation.value)),
        Column("How sure", width=24, on=sheet, of=lambda point: words.how_sure(point.figure, audit.gap)),
        Column("Lever of this model", width=30, on=sheet, of=lambda point: LEVERS[point.lever].words),
        Column("First step", width=60, on=sheet, of=lambda point: LEVERS[point.lever].first_step),
        Column("What it would bring, modelled", width=44, of=lambda point: f"{upper_first(brought(point))}."),
        Column("Reform", width=40, on=sheet, of=lambda point: LEVERS[point.lever].reform),
    )
    lines = [
        f"{number}. {_label(point.figure)}: {beside(point)}\n   {LEVERS[point.lever].words}. Modelled: {brought(point)}.\n"
        f"   Do first: {LEVERS[point.lever].first_step}"
        for number, point in enumerate(audit.focus, start=1)
    ]
    empty = f"No measure with a lever is clearly worse than {place.nation}."
    listed, behind = len(audit.focus), len(audit.behind)
    of = f": the widest {listed} gaps of {behind}" if behind > listed else ""
    caption = f"What is clearly worse than {place.nation}{of}"
    table = Table.of(caption, columns, audit.focus, "focus", empty=empty, on=Medium.NOT_TERMINAL)
    said = (Note(text, on=Medium.TERMINAL) for text in lines or [empty])
    return Section("What to work on", "What to work on, and what would bear on it", (*said, table))


def _figures(audit: LocalAudit) -> Section:
    place = audit.place
    columns = tuple(_columns(audit))
    rows: list[Row] = []
    for topic, figures in groupby(audit.figures, key=lambda figure: figure.of.topic):
        rows.append(Row((topic, topic, *[""] * (len(columns) - 2)), is_total=True, on=_NOT_BRIEF))
        rows += [Row(cells, indent=1) for cells in rows_of(columns, figures)]
    table = Table(f"{place.name} beside others; clearly better or worse than {place.nation}", columns, rows, "figures")
    alike = "Others" if place.is_area else "Nearest ten"
    used = {other.of for figure in audit.figures for other in (figure.region, figure.nation)}
    starred = "; ".join(text for of, text in _WORKED_OUT.items() if of in used)
    said = f" {MIDDLE_MARK}: no official figure, {starred}." if starred else ""
    legend = f"{LEGEND.format(gap=audit.gap)}{said} {alike}: the middle of them. {_SHORT_SAID}"
    return Section("The figures", f"How does {place.name} compare?", (table, Note(legend, Style.SMALL)))


_SHORT_SAID = (
    "Employed, inactive and qualified: of people aged 16 to 64. Pay: gross, of all employees who live there. "
    "Apprentices: per "
    "100,000 people. Income: disposable, of a year. Child poverty: after housing costs. Healthy life: years "
    "from birth. Small "
    "areas: neighbourhoods of the nation's index. Of an area without a figure: the range of its authorities, and how many."
)


def _columns(audit: LocalAudit) -> Iterator[Column]:
    """The columns of the figures, and what stands in each: short in a brief, in full in a workbook."""
    place = audit.place
    yield Column("", width=33, on=_BRIEF, of="of.short")
    yield Column(" ", width=40, on=_NOT_BRIEF, of=_label)
    yield Column("Here", TEXT, 14, on=_IN_FULL, of=words.marked)
    yield Column("95% interval", TEXT, 18, on=_IN_FULL, of=words.interval)
    yield Column("Here (95% interval)", TEXT, 28, on=Medium.READ, of=words.compact)
    if place.region and place.region != place.nation:
        yield Column(place.region, TEXT, 12, of=lambda figure: _beside(figure, figure.region))
    yield Column(place.nation, TEXT, 12, of=lambda figure: _beside(figure, figure.nation))
    yield Column("UK", TEXT, 10, on=Medium.WORKBOOK, of=lambda figure: figure.of.written(figure.uk.value))
    yield Column(
        "Others" if place.is_area else "Nearest ten", TEXT, 10, on=Medium.NOT_TERMINAL, of=lambda figure: _near(figure, 1)
    )
    yield Column("lowest of them", TEXT, 10, on=Medium.WORKBOOK, of=lambda figure: _near(figure, 0))
    yield Column("highest of them", TEXT, 10, on=Medium.WORKBOOK, of=lambda figure: _near(figure, 2))
    yield Column("It is", TEXT, 9, on=_BRIEF, of=lambda figure: _VERDICTS[figure.band_nation])
    yield Column(
        f"Beside {place.nation}",
        TEXT,
        16,
        on=_NOT_BRIEF,
        of=lambda figure: words.BESIDE[figure.band_nation] if figure.is_held else DASH,
    )
    yield Column("Authorities clearly better, worse, of", TEXT, 20, on=Medium.WORKBOOK, of=_counts)
    yield Column("Year", TEXT, 10, of=words.short_year)
    yield Column("How known", SOURCE, 24, on=Medium.INTERACTIVE, of=_known)


def _label(figure: LocalFigure) -> str:
    """The label of a measure, with its unit where the figures do not have it."""
    measure = figure.of
    return measure.label + (f" ({measure.unit})" if measure.unit[0] not in "%£" else "")


def _beside(figure: LocalFigure, other: Measured) -> str:
    """The figure of a region or nation, starred where it is worked out from its authorities."""
    return figure.of.written(other.value) + (MIDDLE_MARK if other.of in _WORKED_OUT else "")


def _near(figure: LocalFigure, place: int) -> str:
    return DASH if figure.neighbours is None else figure.of.written(figure.neighbours[place])


def _counts(figure: LocalFigure) -> str:
    standing = figure.standing
    return f"{standing.better}, {standing.worse}, {standing.held}" if standing.held else DASH


def _known(figure: LocalFigure) -> str:
    """How a figure is known: observed and how it was seen, of which area, or modelled and how."""
    if not figure.is_held:
        return UNHELD
    seen = str(sources.register().loc[figure.of.table, "status"])
    of = f", of {figure.here.of}" if figure.here.of else ""
    note = f": {figure.of.note}" if figure.of.note else ""
    return f"{figure.status}, {seen}{of}{note}"


def _strips(audit: LocalAudit) -> Section:
    chosen = tuple(point.figure.measure for point in (*audit.focus, *audit.strengths)) or ("median_pay",)
    strip = figure_of("place-strips", "place_charts", "strips", (audit, chosen), CHART_COLUMNS)
    return Section("Where it stands", "Beside all authorities", (strip,), on=Medium.READ)


def map_of(audit: LocalAudit, measure: str) -> Figure:
    """The place of the map of a measure: every authority as a hexagon, by how it compares with the place."""
    return figure_of(f"place-map-{measure}", "place_charts", "hexagons", (audit, measure), CHART_COLUMNS)


def _map(audit: LocalAudit) -> Section:
    measure = audit.focus[0].figure.measure if audit.focus else "median_pay"
    return Section("Map", "Which authorities are like it", (map_of(audit, measure),), on=Medium.READ)


def _business(audit: LocalAudit) -> Section:
    place = audit.place
    columns = (
        Column("", width=44, of=itemgetter("name")),
        Column("Enterprises", COUNT, 12, of=itemgetter("count")),
        Column("Share here", PERCENTAGE, 12, of=itemgetter("share_here")),
        Column(f"Share in {place.region or place.nation}", PERCENTAGE, 16, of=itemgetter("share_region")),
        Column("Share in the UK", PERCENTAGE, 14, of=itemgetter("share_uk")),
    )
    rows = {by: [row for row in audit.business if row["by"] == by] for by in ("industry", "size")}
    tables = [
        Table.of(f"Enterprises by {name}, March 2025", columns, rows[by], f"business-{by}")
        for by, name in (("industry", "industry"), ("size", "number of staff"))
    ]
    note = Note("Where the head office is registered; rounded to 5; industry and size are not crossed.", Style.SMALL)
    return Section("Business", "Which businesses are there", (*tables, note), folded=True)


_KEYS = {
    "employment": "Employed",
    "inactivity": "Inactive",
    "median_pay": "Pay a week",
    "level_3": "Level 3",
    "productivity": "GVA an hour",
    "child_poverty": "Child poverty",
}


def _neighbours(audit: LocalAudit) -> Section:
    place = audit.place
    others = [all_places()[code] for code in place.members] if place.is_area else list(audit.neighbours)
    columns = [Column("", width=34), *(Column(name, TEXT, 14) for name in _KEYS.values())]
    rows = []
    for other in (*([] if place.is_area else [place]), *others):
        shown = (MEASURES[key].figures.get(other.code) for key in _KEYS)
        texts = (DASH if held is None else MEASURES[key].written(held.value) for key, held in zip(_KEYS, shown, strict=True))
        rows.append(Row((other.name, *texts), is_total=other.code == place.code))
    name = "Its authorities" if place.is_area else "Its ten nearest neighbours by the ONS (economic similarity)"
    note = Note("In the order of the ONS or of codes, none of merit; surveys have intervals not shown here.", Style.SMALL)
    return Section("Beside", name, (Table(name, tuple(columns), rows, "neighbours"), note), folded=True)


def _reform_here(audit: LocalAudit, reform: PlaceReform) -> Section:
    name = REFORM_HERE
    if reform.no_effect:
        return Section(name, name, (Note(f"{reform.title}: {reform.no_effect}"),))
    held = reform.at(audit.place)
    rows: list[tuple[Value | Cell, ...]] = [
        ("Companies that claim", Cell(held.claimants, COUNT), Cell(reform.total.claimants, COUNT)),
        ("Training that qualifies, £m", held.training, reform.total.training),
        ("Extra training, £m", held.extra_training, reform.total.extra_training),
        ("Corporation tax no longer due, £m", held.gain, reform.total.gain),
        ("the same, spread by sites, £m", held.by_sites, reform.total.by_sites),
        ("for each employee of its companies, £", held.per_employee, reform.total.per_employee),
    ]
    aimed = [value for code in audit.place.members if (value := reform.aimed_at(code)) is not None]
    if reform.aim is not None:
        rows.append(("with the uplift for the areas meant alone, £m", sum(aimed), sum_by_aim(reform)))
    columns = (Column("", width=44), Column(audit.place.name, MILLION_2, 14), Column("United Kingdom", MILLION_2, 16))
    table = Table(f"{reform.title}, {reform.year}, modelled", columns, rows, "reform")
    notes = [Note(reform.method, Style.SMALL), *map(Note, _aim_said(reform))]
    return Section(name, name, (table, *notes))


def sum_by_aim(reform: PlaceReform) -> float:
    """Gain in the country, were an uplift for left-behind areas for training there alone (£ million)."""
    return sum(reform.aimed_at(code) or 0.0 for code in reform.by_authority)


def _aim_said(reform: PlaceReform) -> Iterator[str]:
    aim = reform.aim
    if aim is None:
        return
    yield (
        f"The uplift for left-behind areas: the costing gives it to {aim.assumed:.0%} of all training, wherever that "
        f"is; £{words.two_figures(aim.uplift_there)}m of its £{words.two_figures(aim.uplift)}m ({aim.there:.0%}) reaches "
        f"companies in the {len(aim.meant)} authorities meant (of each nation the fifth with most small areas in its most "
        f"deprived tenth). For training in these alone it would cost £{words.two_figures(aim.aimed)}m, all of it there."
    )


class _ReformThere(NamedTuple):
    """What a reform does in an authority, or in the country: in all, and with an uplift for the areas meant alone."""

    name: str
    region: str
    held: PlaceRelief
    aimed: float | None


_GAIN_AND_COST = (
    "Tax no longer due is what companies gain, for accounting periods that end in the year. The cost to the Exchequer in a "
    "costing is another figure: it goes by month, and has incorrect claims as well."
)


def report_of_reform(reform: PlaceReform) -> Report:
    """A reform in every authority."""
    title = f"{reform.title}: by local authority, {reform.year}"
    if reform.no_effect:
        return _by_authority(reform, title, (Note(reform.no_effect),), title)
    has_aim = reform.aim is not None
    columns = (
        Column("Authority", width=38, of="name"),
        Column("Region or nation", width=26, on=Medium.INTERACTIVE, of="region"),
        Column("Companies that claim", COUNT, 14, of="held.claimants"),
        Column("Training that qualifies, £m", MILLION_2, 14, of="held.training"),
        Column("Extra training, £m", MILLION_2, 12, of="held.extra_training"),
        Column("Tax no longer due, £m", MILLION_2, 14, of="held.gain"),
        Column("the same by sites, £m", MILLION_2, 14, of="held.by_sites"),
        Column("a head of staff, £", MILLION_2, 12, of="held.per_employee"),
        *([Column("with uplift for areas meant alone, £m", MILLION_2, 16, of="aimed")] if has_aim else []),
    )
    of_authorities = [
        _ReformThere(place.name, place.region, reform.by_authority[place.code], reform.aimed_at(place.code))
        for place in all_places().values()
        if place.kind == AUTHORITY
    ]
    whole = _ReformThere("United Kingdom", "", reform.total, sum_by_aim(reform))
    rows = [*map(Row, rows_of(columns, of_authorities)), *(Row(cells, is_total=True) for cells in rows_of(columns, [whole]))]
    table = Table(
        "In the order of codes; the sum is what companies gain in the costing", columns, rows, "authorities", filtered=True
    )
    notes = (
        *map(Note, _aim_said(reform)),
        Note(_GAIN_AND_COST),
        Note(f"{reform.method} Nothing here ranks authorities.", Style.SMALL),
    )
    finding = (
        f"{reform.title}: £{words.two_figures(reform.total.gain)}m less tax in {reform.year}, by local authority. Modelled"
    )
    return _by_authority(reform, title, (*notes, table), finding)


def _by_authority(reform: PlaceReform, title: str, parts: tuple[Part, ...], finding: str) -> Report:
    return Report(title, f"{PROPOSED}.", (Section("Authorities", title, parts, finding),), reform.command, "places")


def report_of_list(result: PlaceList) -> Report:
    """Every place that has an audit, kind by kind."""
    sections = []
    for kind in KINDS:
        rows = [(place.code, place.name, place.region or place.nation) for place in result.places if place.kind == kind]
        columns = (Column("Code", width=12), Column("Name", width=44), Column("Region or nation", width=28))
        name = f"{upper_first(kind).removesuffix('y')}{'ies' if kind.endswith('y') else 's'}"
        sections.append(Section(name, name, (Table(f"{name}, {len(rows)}", columns, rows),)))
    return Report("Places of the Good Jobs Audit", STANDING, tuple(sections), result.command, "places")


def _not_held(audit: LocalAudit) -> Section:
    missing = [figure for figure in audit.figures if not figure.is_held]
    reasons = {figure.of.label: str(sources.register().loc[figure.of.table, "defects"]) for figure in missing}
    rows = [(name, why) for name, why in {**reasons, **NOT_HELD}.items()]
    columns = (Column("Not held", width=44), Column("Why", width=80))
    table = Table(f"Not held of {audit.place.name}", columns, rows, "not-held", on=Medium.INTERACTIVE)
    said = [f"{name.partition(' (')[0]}" for name in (*NOT_HELD, *reasons)]
    note = Note(f"Nothing is on file, and nothing is made up, of: {'; '.join(said)}.", Style.SMALL, Medium.PROSE)
    return Section("Not held", "What is not held, by name", (note, table), folded=True)


def _all_held(audit: LocalAudit) -> Section:
    held = audit.held()
    names = ("table", "code", "name", "period", "item", "figure", "unit", "lower", "upper", "error")
    columns = [
        Column(name.capitalize(), NUMBER if name in {"figure", "lower", "upper", "error"} else TEXT, 18) for name in names
    ]
    shown = held[list(names)].astype(object).where(held[list(names)].notna(), None)
    rows = list(shown.itertuples(index=False, name=None))
    table = Table(f"Every figure on file of {audit.place.name}", tuple(columns), rows, "all", filtered=True)
    return Section("All on file", "Every figure on file of the place", (table,), on=Medium.WORKBOOK)


def _sources(audit: LocalAudit) -> Section:
    """Each table that a figure of the place comes from: source, date, how it was seen, licence, defects."""
    used = dict.fromkeys(figure.of.table for figure in audit.figures if figure.is_held)
    register = sources.register().loc[[*used, "business_counts_2025_enterprises", "ons_economic_nearest_neighbours"]]
    columns = (
        Column("Table", width=30, of="title"),
        Column("Source", width=60, of="source"),
        Column("Seen", width=14, of="status"),
        Column("Licence", width=26, of="licence"),
        Column("Defects", width=80, of="defects"),
        Column("Copy", LINK, 50, on=Medium.WORKBOOK, of=lambda row: Cell(row.repository, LINK, row.repository)),
        Column("Commit", width=44, on=Medium.WORKBOOK, of="commit"),
        Column("Date", width=12, on=Medium.WORKBOOK, of="date"),
    )
    name = "Where the figures come from"
    table = Table.of(name, columns, sources.each(register), "sources")
    return Section("Sources", name, (table,), folded=True, on=Medium.INTERACTIVE)


def _notes(audit: LocalAudit) -> Section:
    modelled = [figure.of.label.partition(",")[0].lower() for figure in audit.figures if figure.status == "modelled"]
    seen = sources.register()
    used = sorted({figure.of.table for figure in audit.figures if figure.is_held})
    second = [str(seen.loc[name, "title"]).lower() for name in used if seen.loc[name, "status"] != "seen"]
    lines = (
        RULE,
        (
            f"Modelled: {and_joined(modelled or ['nothing'])}. Second-hand (official, after others' processing): "
            f"{'; '.join(second) or 'nothing'}. All else is observed, as published."
        ),
        (
            "Pay is of residents, low pay of jobs, business of head offices. Deprivation, apprenticeships and job-related "
            "training are compared within a nation only. Health is context: no lever here bears on it."
        ),
        f"Open Government Licence v3.0; each source, date and defect is in the workbook. Reproduce: {audit.command}",
    )
    parts: tuple[Part, ...] = tuple(Note(text, Style.SMALL) for text in lines)
    return Section("How sure, and from where", "How sure, and from where", parts)
