"""The report of a costing: one function a section, in the order of an official note; and several costings in one table.

The words of its sentences stand in ``costing_words``, what leads back to parameters, official figures and assumptions in
``trail``, its charts in the modules of charts, which are imported when they are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import BASIS, BY_EMPLOYEES, BY_REGION, BY_SECTION
from openfisca_goodwork.costing.official import NAME as OFFICIAL
from openfisca_goodwork.costing.value_for_money import DEFINITIONS
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.number_formats import (
    EFFECT,
    FACTOR,
    MILLION,
    MILLION_1,
    POUNDS,
    ROUNDED_EFFECT,
    ROUNDING,
    SIGN,
    SOURCE,
    THREE_FIGURES,
    rounded,
)
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.costing_key_figures import figures_beside, value_for_money
from openfisca_goodwork.reports.costing_live import live
from openfisca_goodwork.reports.costing_note import note
from openfisca_goodwork.reports.costing_tables import section as appraisal
from openfisca_goodwork.reports.population import NOTES as NOTES_OF_FIT
from openfisca_goodwork.reports.population import by_block, in_order
from openfisca_goodwork.reports.sections import (
    EVERYWHERE,
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
    facts,
    figure_of,
)
from openfisca_goodwork.version import model_version

CHANGES_READ = 40
BY_YEAR, STEPS_CHART, BY_HEAD = "cost-by-year", "steps", "cost-by-head"
DRIVERS = "what-drives-it"
BY_SIZE, BY_SECTION_CHART = "who-gains-by-size", "who-gains-by-section"
WHO_GAINS = "Who gains"
_STATIC_AND_POST = (
    "Static is the effect if companies change nothing but their claims; post-behavioural, the effect once they respond."
)
ANSWER = "Answer"
DISCLOSURE = "Disclosure control"
GAPS = "What the companies leave out"
_YEAR, _EFFECT = Column("Financial year"), Column("£ million", EFFECT)
# All charts by name, of which a result has those that it has something for: what makes each, and its columns.
CHARTS: dict[str, tuple[str, dict[str, Column]]] = {
    BY_YEAR: (
        "cost_by_year",
        {"measure": Column("Measure"), "financial_year": _YEAR, "value": _EFFECT}
        | {"low": Column("Range from", EFFECT), "high": Column("Range to", EFFECT)},
    ),
    STEPS_CHART: (
        "steps_of_a_year",
        {"step": Column("Step"), "start": Column("From", EFFECT), "end": Column("To", EFFECT)}
        | {"value": _EFFECT, "is_total": Column("Total")},
    ),
    BY_HEAD: ("cost_by_head", {"head": Column("Type of training cost"), "financial_year": _YEAR, "value": _EFFECT}),
    DRIVERS: ("tornado", {"assumption": Column("Assumption"), "end": Column("End of its range"), "value": _EFFECT}),
    BY_SIZE: ("by_size", tables.GAIN_COLUMNS),
    BY_SECTION_CHART: ("by_section", tables.GAIN_COLUMNS),
}
_OTHER_READING = (
    "To cost the other reading, change the assumption “Survey includes levy” under “Years, response and assumptions”."
)
_FEW = "* Few records stand behind the row: do not quote it."


def report_of(result: CostingResult) -> Report:
    """The report of a costing."""
    title = " + ".join(reform.title for reform in result.reforms) or "Settings of this run"
    full = (
        _measure(result, title),
        answer(result),
        _points(GAPS, "What your own companies' file does not tell, and what that leaves out", result.population.gaps),
        _points(
            DISCLOSURE,
            "Disclosure control: what was suppressed and rounded",
            result.disclosure.notes if result.disclosure else (),
        ),
        _cost(result),
        _steps(result),
        _heads(result),
        _cash(result),
        _base(result),
        Section("Method", "How the figures were made", tuple(map(Note, words.method(result))), on=Medium.DOCUMENT),
        _value(result),
        appraisal(result),
        _range(result),
        _rating(result),
        who_gains(result),
        _falsifiers(result),
        _changes(result),
        _assumptions(result),
        _fit(result),
        _notes(),
        _reproduce(result),
    )
    sections = (*note(result), *(replace(section, is_annex=True) for section in full), live(result))
    return Report(title, words.standing(result), sections, result.command, "costing")


def _figure(result: CostingResult, name: str, on: Medium) -> Figure:
    make, columns = CHARTS[name]
    return figure_of(name, "costing_charts", make, (result,), columns, on)


def _measure(result: CostingResult, title: str) -> Section:
    starts, ends = trail.days_of_change(result)
    lines: dict[str, Value | Cell] = {
        "Measure": title,
        "Reform": " + ".join(reform.name for reform in result.reforms) or "settings of this run",
        "What it does": " ".join(reform.summary for reform in result.reforms),
        "Standing": words.standing(result),
        "Compared with": words.against(result),
        "Commencement": starts,
        "Sunset": ends,
        "Where it comes from": " ".join(reform.source for reform in result.reforms),
        "Measured": words.measured(result),
        "Years": words.span(result),
        "Behaviour": result.behaviour,
        "Settings": "; ".join(result.settings) or "none",
        "OBR forecast": words.forecast(result),
        "Population": words.population(result),
        "No effect": result.no_effect,
        "Model": f"openfisca-goodwork {model_version()}",
        "Reproduce": result.command,
    }
    return Section("Measure", words.finding(result), (facts("", lines),), sheet="Cover", on=Medium.FILES)


def answer(result: CostingResult) -> Section:
    """The answer: the finding, the headline rounded as official costings are, how to read it."""
    finding = words.finding(result)
    if result.no_effect:
        note = Note(result.no_effect, on=Medium.TERMINAL | Medium.FILES)
        return Section(ANSWER, finding, (note,), f"{finding}.", sheet="Summary")
    places = {tables.STATIC: "static", tables.post_behavioural(result): "post", words.WITHOUT_RESPONSE: "elasticity 0"}
    rows = [
        Row((name, *amounts), formula=f"{{Cost by year!{places[name]}}}")
        for name, amounts in tables.headline(result).items()
    ]
    caption = f"Cost by financial year, {tables.MILLION_BY_YEAR}"
    columns = tables.years(result, ROUNDED_EFFECT, first="£ million, rounded to £5 million", total=False)
    chart = f"{tables.post_behavioural(result)} effect by financial year, {tables.MILLION_BY_YEAR}."
    lines = "" if result.uncertainty is None else f" The lines on the columns are the {result.uncertainty.level:.0%} range."
    parts: list[Part] = [
        Note(words.warning(result), Style.STRONG),
        Note(trail.assumptions_set(result), Style.STRONG),
        Note(words.part(result)),
        Table(caption, columns, rows, turned=True, on=Medium.INTERACTIVE),
        Note(f"{words.measured(result)} {ROUNDING}", on=Medium.SCREEN),
        Note(_STATIC_AND_POST, on=Medium.SCREEN),
        Note(words.in_all(result)),
        Note(words.likely(result), on=Medium.TERMINAL | Medium.FILES),
        Note(words.trust_in_short(result), on=Medium.TERMINAL | Medium.SCREEN),
        Note(" ".join(words.otherwise(result))),
        Note(words.carried_on(result)),
        Note(words.measured(result), on=~Medium.SCREEN),
        Note(f"{ROUNDING} {words.TIMING[result.basis]} {words.standing(result)}", on=Medium.TERMINAL),
        Note(ROUNDING, on=Medium.WORKBOOK),
        Note(f"{chart}{lines}", Style.SMALL, on=Medium.SCREEN),
        _figure(result, BY_YEAR, Medium.NOT_TERMINAL),
        *_official(result),
        *(Note(text, on=Medium.NOT_TERMINAL) for text in words.in_time(result)),
    ]
    return Section(ANSWER, finding, tuple(parts), finding, sheet="Summary")


def _official(result: CostingResult) -> Iterator[Part]:
    official = result.official
    if official is None:
        return
    if official.can_stand_beside:
        rows = (Row((OFFICIAL, *official.amounts)), Row((tables.post_behavioural(result), *result.post_behavioural)))
        caption = f"The official costing beside this one, {tables.MILLION_BY_YEAR}"
        yield Table(caption, tables.years(result, total=False), rows, turned=True, on=Medium.NOT_TERMINAL)
    yield Note(words.official(official), on=Medium.FILES)
    yield Note(words.official(official, in_app=True), on=Medium.SCREEN)


def _cost(result: CostingResult) -> Section:
    rows = tuple(tables.lines_of_cost(result))
    parts: tuple[Part, ...] = (
        Table("", tables.years(result), rows, name="Cost by year", on=Medium.FILES if result.no_effect else EVERYWHERE),
        Note(f"{words.measured(result)} {ROUNDING} {words.TOTALS}", Style.SMALL, on=Medium.DOCUMENT),
        *(Note(text, on=Medium.TERMINAL) for text in words.in_time(result)),
        _figure(result, STEPS_CHART, Medium.DOCUMENT),
    )
    question = "Effect on the public finances by financial year, £ million"
    return Section("Cost", question, parts, sheet="Cost by year", on=Medium.TERMINAL | Medium.FILES)


def _steps(result: CostingResult) -> Section:
    rows: list[Row] = []
    for is_behavioural, name, key, total in (
        (False, tables.STATIC, "static", result.static),
        (True, tables.post_behavioural(result), "post", result.post_behavioural),
    ):
        added = [step for step in result.steps if step.is_behavioural is is_behavioural]
        keys = [f"{key} {number}" for number in range(len(added))]
        rows += [
            tables.row(words.step_in_words(step.name), step.effect, key=named, indent=1)
            for step, named in zip(added, keys, strict=True)
        ]
        summed = f"SUM({{{keys[0]}}}:{{{keys[-1]}}})" if keys else "0"
        formula = f"{{static}}+{summed}" if is_behavioural else summed
        rows.append(tables.row(name, total, key=key, formula=formula, is_total=True))
    parts: tuple[Part, ...] = (
        Note("The steps add up before rounding.", on=Medium.SCREEN),
        Table(f"Steps of the costing, {tables.MILLION_BY_YEAR}", tables.years(result), rows, name="Steps"),
        _figure(result, STEPS_CHART, Medium.INTERACTIVE),
    )
    return Section("Steps", "From full entitlement to the cost, step by step", parts, on=Medium.INTERACTIVE)


def _heads(result: CostingResult) -> Section:
    amounts = tables.by_head(result)
    rows = [tables.row(name, effect, key=str(number)) for number, (name, effect) in enumerate(amounts.items())]
    if rows:
        total = tuple(sum(year) for year in zip(*amounts.values(), strict=True))
        added = f"SUM({{0}}:{{{len(amounts) - 1}}})"
        rows.append(tables.row("All types", total, formula=added, is_total=True, on=Medium.WORKBOOK))
    is_training = bool(rows) or bool(result.training)
    caption = "Static effect of the relief by type of training cost"
    parts: tuple[Part, ...] = (
        Note(SIGN if rows else "", Style.SMALL, on=Medium.SCREEN),
        Table(caption if rows else "", tables.years(result), rows, empty=words.NO_HEADS if is_training else ""),
        Note("" if is_training else words.NO_HEADS, on=Medium.INTERACTIVE),
        _figure(result, BY_HEAD, Medium.INTERACTIVE),
    )
    return Section("By type of training cost", caption, parts, sheet="By head", folded=True)


def _cash(result: CostingResult) -> Section:
    rows: list[Row] = []
    if result.bridge is not None:
        lines = {tables.ACCRUALS: result.bridge.accruals}
        lines |= {tables.KINDS_OF_PAYMENT[kind]: amounts for kind, amounts in result.bridge.timing.items()}
        rows = [tables.row(name, amounts, key=str(number)) for number, (name, amounts) in enumerate(lines.items())]
        added = f"SUM({{0}}:{{{len(rows) - 1}}})"
        rows.append(tables.row(tables.CASH, result.bridge.cash, key="cash", formula=added, is_total=True))
    how = (
        f"The figures above are on the {result.basis} basis. Tax accrues over the months of an accounting period and falls "
        "due later; the rows between the two totals say what the dates of each kind of payment move."
    )
    by_year = tables.years(result, MILLION_1)
    to_cash = f"From accruals to cash, {tables.MILLION_BY_YEAR}"
    running = [tables.row(tables.RUNNING_COST, result.administration)] if any(result.administration) else []
    parts: tuple[Part, ...] = (
        Note(how, on=Medium.SCREEN),
        Table(to_cash, tables.years(result), rows, name="Cash", empty=words.NO_BRIDGE),
        Table(f"Running cost of the relief, {tables.MILLION_BY_YEAR}", by_year, running, on=Medium.SCREEN),
    )
    question = "From what accrues to what falls due, post-behavioural"
    return Section("Accruals and cash", question, parts, sheet="Cash", folded=True, on=Medium.INTERACTIVE)


def _base(result: CostingResult) -> Section:
    growth = f"Growth to {result.financial_years[words.year_of_finding(result)]}"
    columns = (
        Column("What", width=46),
        Column("Amount", MILLION, width=14),
        Column("Unit", width=11),
        Column("Year", width=11),
        Column(growth, FACTOR, width=12),
        Column("Source", SOURCE, width=60),
        Column("Status", width=14),
    )
    reading, setting = words.reading_of_levy(result)
    parts: tuple[Part, ...] = (
        Table("", columns, tuple(tables.lines_of_base(result, growth)), name="Tax base", empty=words.NO_BASE),
        Note(f"{reading}. The other reading: --set {setting}." if reading else "", Style.SMALL, on=Medium.DOCUMENT),
        Note(
            "The workbook beside this note holds the trail in full: the sheets Tax base, Parameters changed, Assumptions "
            "(every value with its source and status) and Fit (official figures against the model's).",
            Style.SMALL,
            on=Medium.DOCUMENT,
        ),
    )
    return Section("Tax base", "What the change bears upon, and where that comes from", parts, on=Medium.FILES)


def _value(result: CostingResult) -> Section:
    sentences = value_for_money(result)
    kinds = [(tables.CLAIMANTS, THREE_FIGURES, result.claimants)] if result.claimants else []
    kinds += [(f"{tables.TRAINING[name]}, £m", MILLION, amounts) for name, amounts in result.training.items()]
    media = EVERYWHERE if result.training or result.claimants else Medium.FILES
    parts: tuple[Part, ...] = (
        Table(
            "Companies that claim, by the financial year in which their accounting period ends, and training, £ million",
            tables.years(result, MILLION),
            [tables.row(name, amounts, total=False, kind=kind) for name, kind, amounts in kinds],
            turned=True,
            empty="No company claims a training relief.",
            on=Medium.SCREEN,
        ),
        Note(_claimed_before_any_claims(result), on=Medium.READ),
        *(Note(text, on=Medium.TERMINAL | Medium.SCREEN) for text in sentences),
        Table(
            f"Over {words.span(result)}",
            (Column(f"Over {words.span(result)}", width=tables.NAME_WIDTH), Column("Amount", POUNDS, width=20)),
            tuple(tables.lines_of_value(result)),
            empty=words.NO_VALUE,
            on=Medium.NOT_TERMINAL if sentences else Medium.FILES,
        ),
        *(Note(text, Style.SMALL, on=Medium.READ) for text in (DEFINITIONS.values() if sentences else ())),
    )
    return Section("Value for money", "What the money buys", parts, folded=True, on=media)


def _claimed_before_any_claims(result: CostingResult) -> str:
    """Why training is claimed in years in which no company is counted as claiming; nothing without such a year."""
    claimed = result.training.get("claimed", ())
    by_year = zip(result.financial_years, result.claimants, claimed, strict=False)
    years = [year for year, companies, amount in by_year if amount and companies == 0]
    if not years or result.disclosure is not None:  # disclosure control may have rounded a few companies to 0
        return ""
    return (
        f"No company is counted as claiming in {and_joined(years)}, as no accounting period with a claim ends by then. The "
        "training claimed then is part of claims for periods that end later: it is spread over the months of a period, as "
        "tax is."
    )


def _range(result: CostingResult) -> Section:
    uncertainty = result.uncertainty
    question = "How far the effect may be from this, and what drives it"
    if uncertainty is None:
        none = Note(words.NO_RANGE, on=Medium.NOT_TERMINAL)
        return Section("Range", question, (none,), folded=True)
    low, high = tables.ends_of_range(result, EVERYWHERE)
    name, formula = tables.post_behavioural(result), "{Cost by year!post}"
    central = tables.row(name, result.post_behavioural, formula=formula, is_total=True)
    least, most = map(rounded, uncertainty.total)
    drawn = f"All years together: from {least} to {most} (£ million). {SIGN} "
    drawn += f"{uncertainty.draws:,} draws, seed {uncertainty.seed}."
    unmoved = f"Moved, and changed nothing: {', '.join(uncertainty.idle)}." if uncertainty.idle else ""
    caption = f"The {uncertainty.level:.0%} range of the costing by financial year, {tables.MILLION_BY_YEAR}"
    parts: tuple[Part, ...] = (
        Table(caption, tables.years(result), (low, central, high), turned=True, on=Medium.NOT_TERMINAL),
        Note(words.driver(result)),
        Note(drawn, Style.SMALL, on=Medium.NOT_TERMINAL),
        _figure(result, DRIVERS, Medium.NOT_TERMINAL),
        tables.each_alone(uncertainty),
        Table("", tables.years(result), tuple(tables.each_by_year(uncertainty)), on=Medium.WORKBOOK),
        Note(unmoved, Style.SMALL, on=Medium.NOT_TERMINAL),
    )
    return Section("Range", question, parts, folded=True)


def _rating(result: CostingResult) -> Section:
    """How sure: data, modelling, behaviour, overall; and how far off the model was where it can be held against others."""
    parts: tuple[Part, ...] = (
        Note(words.rating(result), on=Medium.TERMINAL),
        tables.rating(result, Medium.NOT_TERMINAL),
        Note(words.official(result.official) if result.official and not result.no_effect else "", on=Medium.TERMINAL),
        Note(words.trust(result), on=Medium.NOT_TERMINAL),
    )
    question = "How sure this is"
    return Section("Uncertainty rating", question, parts, sheet="Range", folded=True)


def who_gains(result: CostingResult) -> Section:
    """Who gains: every classification in a workbook, by size, sector and region to read."""
    shown = result.distribution
    if shown is None:
        note = Note(words.NO_DISTRIBUTION, on=Medium.NOT_TERMINAL)
        return Section(WHO_GAINS, "Who gains", (note,), sheet="Distribution", folded=True)
    read = [shown.table(name) for name in (BY_EMPLOYEES, BY_SECTION, BY_REGION)]
    few = [table.name for table in read if any(row.has_few_records for row in table.rows)]
    has_gain = bool(shown.total().gain)
    in_terminal = Medium.READ | (Medium.TERMINAL if has_gain else Medium(0))
    parts: list[Part] = [
        *(Note(text, on=in_terminal) for text in words.who_gains(result)),
        *map(Note, result.surprises),
        Note(words.largest(result), on=Medium.READ | Medium.TERMINAL),
        Note(BASIS, on=Medium.READ),
        _figure(result, BY_SIZE, Medium.DOCUMENT),
    ]
    for table in read:
        on = Medium.PROSE if table.name == BY_EMPLOYEES and has_gain else Medium.DOCUMENT
        parts += [tables.classes(table, on), Note(table.basis, Style.SMALL, on=Medium.DOCUMENT)]
    parts += [
        Note(_FEW if few else "", Style.SMALL, on=Medium.READ),
        Note(_FEW if BY_EMPLOYEES in few else "", Style.SMALL, on=in_terminal & Medium.TERMINAL),
        tables.every_class(shown.tables),
        *(tables.all_companies(total) for total in shown.totals),
        *tables.priority_areas(shown.priority_areas),
        Note(BASIS, on=Medium.WORKBOOK),
        _figure(result, BY_SIZE, Medium.WORKBOOK),
        _figure(result, BY_SECTION_CHART, Medium.WORKBOOK),
    ]
    question = f"Who gains in {shown.financial_year}"
    return Section(WHO_GAINS, question, tuple(parts), sheet="Distribution", folded=True)


def _points(name: str, question: str, texts: Sequence[str]) -> Section:
    """What is to be known of the companies, a point each; nothing where there is nothing."""
    points = tuple(Note(text, Style.POINT) for text in texts)
    return Section(name, question, points, f"{question}:" if points else "", sheet="Cover")


def _falsifiers(result: CostingResult) -> Section:
    changed = (difference.path for difference in trail.changes(result))
    points = tuple(Note(text, Style.POINT) for text in words.falsifiers(result, changed))
    question = "What would show this costing to be wrong"
    return Section("What would falsify this costing", question, points, on=Medium.DOCUMENT)


def _changes(result: CostingResult) -> Section:
    law = trail.changes(result)
    more = f"And {len(law) - CHANGES_READ:,} more, in the workbook's sheet Parameters changed."
    parts: tuple[Part, ...] = (
        trail.table_of_changes(law, trail.changes_of_assumptions(result), CHANGES_READ),
        Note(more if len(law) > CHANGES_READ else "", Style.SMALL, on=Medium.READ),
    )
    question = "Every figure of law in which the two laws differ"
    return Section("Parameters changed", question, parts, folded=True, on=Medium.NOT_TERMINAL)


def _assumptions(result: CostingResult) -> Section:
    """The assumptions that the response read; in a workbook every one of the reformed law."""
    reading, setting = words.reading_of_levy(result)
    other = f"The other reading: --set {setting}" if reading else ""
    level = f"Behaviour: {result.behaviour}."
    parts: tuple[Part, ...] = (
        Note(level, on=Medium.SCREEN),
        trail.assumptions_used(result.assumptions),
        Note(reading, on=Medium.TERMINAL),
        Note(other, Style.CODE, on=Medium.TERMINAL),
        Note(f"{reading} {_OTHER_READING}" if reading else "", on=Medium.SCREEN),
        trail.every_assumption(result),
    )
    return Section("Assumptions", "Every assumption, with its source", parts, folded=True)


def _fit(result: CostingResult) -> Section:
    question = "How well the population meets the official figures, block by block"
    report = result.fit
    if report is None:
        return Section("Fit", question, (Note(words.NO_FIT),), on=Medium.WORKBOOK)
    more = "Every figure: goodwork population report --xlsx fit.xlsx"
    parts = (by_block(in_order(report), ""), Note(words.fit(report)), Note(more))
    return Section("Fit", question, parts, on=Medium.WORKBOOK)


def _notes() -> Section:
    texts = (*words.NOTES, *DEFINITIONS.values(), *NOTES_OF_FIT)
    return Section("Notes", "Notes", tuple(map(Note, texts)), on=Medium.WORKBOOK)


def _reproduce(result: CostingResult) -> Section:
    set_here = [f"Set: {setting}" for setting in result.settings]
    set_here += [
        f"{override.later} replaces {override.path} of {override.earlier} from {override.date}"
        for override in result.overrides
    ]
    fit = "" if result.population.source else " How well it fits: goodwork population report."
    used = f"{words.population(result)}{fit}"
    parts: tuple[Part, ...] = (
        *(Note(text, Style.CODE, on=Medium.TERMINAL) for text in set_here),
        Note(used, on=Medium.TERMINAL),
        Note(f"Reproduce: {result.command}", Style.CODE, on=Medium.TERMINAL),
        Note(f"Made by openfisca-goodwork {model_version()} with the command:", on=Medium.DOCUMENT),
        Note(result.command, Style.CODE, on=Medium.DOCUMENT),
        Note(
            "The run record beside it (run-record.json) gives the same result again: goodwork cost --record "
            "run-record.json.",
            on=Medium.DOCUMENT,
        ),
    )
    return Section("Reproduce", "How to have this again", parts, on=Medium.PROSE)


def named(result: CostingResult) -> str:
    """The reforms of a result by their titles, with their standing in brackets."""
    return f"{' + '.join(reform.title for reform in result.reforms)} ({words.standing(result).rstrip('.').lower()})"


def compared(results: Sequence[CostingResult]) -> Report:
    """Several costings of the same years as one report: a row a reform, and their figures for a file.

    Raises:
        IndexError: for none.
    """
    first = results[0]
    beside = Table(
        "Post-behavioural effect of each reform by financial year, £ million",
        tables.years(first, first="Reform"),
        tuple(tables.row(named(result), result.post_behavioural) for result in results),
        name="reforms-by-year",
    )
    columns = tuple(map(Column, ("reform", "title", "status", "behaviour", "basis", "financial_year")))
    tidy = Table(
        "Every figure, £ million",
        (*columns, Column("static", EFFECT), Column("post_behavioural", EFFECT)),
        tuple(line for result in results for line in _tidy(result)),
        name="every-figure",
        on=Medium.WORKBOOK,
    )
    alone = "Each reform alone: the rows do not add up to what all of them would cost together."
    parts: tuple[Part, ...] = (
        *(Note(f"{result.name}: {said}", Style.STRONG) for result in results if (said := words.warning(result))),
        Note(f"{tables.POST_BEHAVIOURAL}. {words.measured(first)} {ROUNDING}"),
        beside,
        Note(alone, Style.SMALL),
        figures_beside(results),
        *(Note(f"{result.name}: no effect. {result.no_effect}") for result in results if result.no_effect),
    )
    standing = " ".join(dict.fromkeys(words.standing(result) for result in results))
    sections = (
        Section("Reforms by year", "Several reforms, year by year", parts),
        Section("Figures", "Every figure, £ million", (tidy,), on=Medium.WORKBOOK),
    )
    return Report("Several reforms", standing, sections, "\n".join(result.command for result in results), "reforms-by-year")


def _tidy(result: CostingResult) -> Iterator[tuple[Value, ...]]:
    title = " + ".join(reform.title for reform in result.reforms)
    status = " + ".join(dict.fromkeys(reform.status for reform in result.reforms))
    for place, year in enumerate(result.financial_years):
        yield (
            result.name,
            title,
            status,
            result.behaviour,
            result.basis,
            year,
            result.static[place],
            result.post_behavioural[place],
        )
