"""The result of a costing on a page: the finding, the table, the chart, what stands behind them, and its files."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import BASIS, POST_BEHAVIOURAL, STEPS
from openfisca_goodwork.policy import in_library
from openfisca_goodwork.reports import costing, costing_files, costing_tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.costing_key_figures import key_figures
from openfisca_goodwork.reports.costing_tables import NAME as APPRAISAL
from openfisca_goodwork.reports.sections import EVERYWHERE, Figure, Medium, Note, Report, Section, Style, Table, figure_of
from openfisca_goodwork.screens import downloads, render
from openfisca_goodwork.screens.widgets import heading, plain

MOST_REPORTS = 8
_REPORTS: dict[int, tuple[CostingResult, Report]] = {}
CLASSES, STEP, TAB = "gains_table", "gains_step", "result_tab"
DOCUMENTS = {
    costing_files.NOTE: "Download the costing note (Word)",
    costing_files.WORKBOOK: "Download the workbook (Excel)",
}


DOWNLOADS = "Downloads"
# What stands in each tab, by the names of sections; the first begins with what follows the answer's chart.
LONGEST_NAME = 80
TABS: dict[str, tuple[str, ...]] = {
    "Year by year": (costing.ANSWER,),
    "Steps": ("Steps", "By type of training cost"),
    "Who gains": (costing.WHO_GAINS,),
    "What it buys": ("Value for money", APPRAISAL),
    "How sure": ("Range", "Uncertainty rating"),
    "Cash": ("Accruals and cash",),
    "Assumptions": ("Assumptions", "Parameters changed"),
    DOWNLOADS: (),
}


def headline(result: CostingResult) -> None:
    """The finding, whether it is law, and the figures to read first."""
    streamlit.subheader(heading(costing.answer(result).finding.rstrip(".")))
    streamlit.markdown(f"**{words.standing(result)}**")
    if result.no_effect:
        streamlit.info(f"No effect. {plain(result.no_effect)}")
    if warning := words.warning(result):
        streamlit.warning(plain(warning))
    figures = list(key_figures(result))
    for place in range(0, len(figures), 2):
        for column, shown in zip(streamlit.columns(2), figures[place : place + 2], strict=False):
            what, figure, more = map(plain, (shown.heading, shown.figure, shown.more))
            column.markdown(f"{what}  \n**{figure}**  \n{more}")  # the figure stands out by the styles of every page


def by_year(result: CostingResult) -> None:
    """The table by financial year, and what is said of it."""
    answer = costing.answer(result).shown_on(Medium.SCREEN)
    for part in answer.parts:
        if isinstance(part, Table) or (isinstance(part, Note) and part.style is Style.PLAIN):
            render.part(part)


def report_of(result: CostingResult) -> Report:
    """The report of a result, made once for the last few, as a page is drawn anew at every click."""
    held = _REPORTS.get(id(result))
    if held is None or held[0] is not result:
        held = _REPORTS[id(result)] = (result, costing.report_of(result))
        while len(_REPORTS) > MOST_REPORTS:
            with suppress(KeyError, RuntimeError):  # another visitor's page drops one at the same moment
                del _REPORTS[next(iter(_REPORTS))]
    return held[1]


def show(result: CostingResult, fit: str, seconds: float) -> None:
    """The whole result; `fit` is a sentence on the population, `seconds` what the run took."""
    headline(result)
    if result.no_effect:
        by_year(result)
        _take_away(result, seconds)
        return
    answer, *sections = report_of(result).shown_on(Medium.SCREEN).sections
    for part in answer.parts:
        if isinstance(part, Figure) or (isinstance(part, Note) and part.style is Style.SMALL):
            render.part(part, finding=answer.finding)
    _tabs(result, {section.name: section for section in sections}, seconds)
    streamlit.caption(f"{words.population(result)} {fit}")


@streamlit.fragment
def _tabs(result: CostingResult, shown: dict[str, Section], seconds: float) -> None:
    """The tabs, of which the open one alone is drawn; another is drawn when it is opened, and nothing else of the page."""
    for name, tab in zip(TABS, streamlit.tabs(list(TABS), key=TAB, on_change="rerun"), strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "Year by year":
                by_year(result)
            elif name == DOWNLOADS:
                _take_away(result, seconds)
            for section in (shown[title] for title in TABS[name] if title in shown):
                streamlit.markdown(f"#### {heading(section.question)}")
                _who_gains(result, section) if section.name == costing.WHO_GAINS else render.parts(section)


def _who_gains(result: CostingResult, section: Section) -> None:
    """How many gain and lose, then a table and two charts of the classification and the step chosen."""
    gains = result.distribution
    if gains is None:
        render.parts(section)
        return
    for text in (*words.who_gains(result), *result.surprises, words.largest(result)):
        streamlit.markdown(plain(text))
    names = list(dict.fromkeys(group.name for group in gains.tables))
    name = str(streamlit.selectbox("By", names, key=CLASSES))
    steps = list(STEPS)
    step = str(streamlit.radio("Step", steps, index=steps.index(POST_BEHAVIOURAL), horizontal=True, key=STEP))
    table = gains.table(name, step)
    render.table(costing_tables.classes(table))
    if few := ", ".join(row.name for row in table.rows if row.has_few_records):
        streamlit.caption(plain(f"* Few records stand behind these rows, so do not quote them: {few}."))
    marked = table.marked.capitalize()
    basis = table.basis.removeprefix(marked).lstrip(",: ")  # most say themselves that they are modelled
    streamlit.markdown(f"**{marked}.** {plain(basis[:1].upper() + basis[1:])}")
    streamlit.caption(plain(BASIS))
    downloads.offer("Download this table (CSV)", table.to_dataframe(), "who-gains.csv", key="csv_who")
    for file, make_chart, columns in (
        ("gains", "gain_by", costing_tables.GAIN_COLUMNS),
        ("winners", "winners_and_losers", costing_tables.WINNER_COLUMNS),
    ):
        render.figure(figure_of(file, "costing_charts", make_chart, (name, result, step), columns, EVERYWHERE))
    if gains.priority_areas is not None:
        streamlit.caption(plain(gains.priority_areas.basis))


def _take_away(result: CostingResult, seconds: float) -> None:
    streamlit.markdown("#### Reproduce and take away")
    for reform in (proposal for proposal in (*result.reforms, *result.baseline) if not in_library(proposal)):
        streamlit.markdown(f"The command needs the file of {plain(reform.title)}:")
        file = f"{reform.name}.yaml"
        downloads.offer(f"Download {file}", reform.text, file)
    streamlit.code(result.command, language=None, wrap_lines=True)
    with streamlit.expander("The same in Python"):
        streamlit.code(result.request.python, language="python", wrap_lines=True)
    _files(result)
    took = f"{seconds:.1f}"
    streamlit.caption("The same run was made before, and is shown again." if took == "0.0" else f"Run in {took} seconds.")


def table_name(reform: str) -> str:
    """The name of the CSV of a costing, after what was costed: several in one folder can be told apart."""
    about = re.sub(r"[^a-z0-9]+", "-", reform.lower())[:LONGEST_NAME].strip("-")
    return f"{about}-{costing_files.TABLE}"


def _files(result: CostingResult) -> None:
    with streamlit.container(horizontal=True):
        for file, label in DOCUMENTS.items():
            if costing_files.can_be_written(file):
                downloads.offer(label, partial(costing_files.document_of, result, file), file, key=f"take_{file}")
        downloads.offer("Download every figure (CSV)", result.to_dataframe(), table_name(result.name))
        downloads.offer("Download the run record (JSON)", costing_files.run_record(result), costing_files.RECORD)
    for file in DOCUMENTS:
        if not costing_files.can_be_written(file):
            streamlit.caption(plain(costing_files.no_document(file)))
