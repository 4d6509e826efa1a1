"""The result of one company on a page: what it would pay, when, and why. The sections of its report, shown."""

from __future__ import annotations

from functools import partial

import streamlit

from openfisca_goodwork import company
from openfisca_goodwork.company import CompanyResult, GroupResult
from openfisca_goodwork.company.assumed import Assumption
from openfisca_goodwork.company.steps import Reference
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.reports import companies, company_working, html, text
from openfisca_goodwork.reports.company import (
    SETTLED,
    TAX_UNDER_BOTH,
    WHEN_PAID,
    report_of,
    sections_of_period,
    write_company_workbook,
)
from openfisca_goodwork.reports.company_headline import DISCLAIMER, days_assumed, for_the_company, section_of_all_assumed
from openfisca_goodwork.reports.company_papers import papers_of
from openfisca_goodwork.reports.company_training import RELIEF_FOR_TRAINING, WHAT_IF
from openfisca_goodwork.reports.company_working import Sources, span_of
from openfisca_goodwork.reports.sections import Medium
from openfisca_goodwork.screens import downloads, render, widgets
from openfisca_goodwork.screens.company_questions import CHANGES
from openfisca_goodwork.screens.widgets import plain

RELIEF, WORKING = "company_relief", "company_working"
_LAWS = {"current_law": "Current law", "reform": "With the relief"}
_LINKED = "https://"
_ALL = {2: "Both"}
TAKE_AWAY = "Take away"
UNITS = "In pounds. The difference is what the relief changes: a minus beside tax means less to pay."
HEADINGS = {
    RELIEF_FOR_TRAINING: "What qualifies and what does not",
    TAX_UNDER_BOTH: "The working: tax under both laws",
}


def show(content: bytes, name: str, *, has_answers: bool = True) -> None:
    """The result of a company or a group file, with a relief of the library set against current law.

    Args:
        has_answers: whether it was made of answers, which can be changed on the page.
    """
    try:
        result = company.calculate(content, name)
    except GoodworkError as error:
        widgets.problem(error, "Change the answers or the file.")
        return
    if isinstance(result, GroupResult):
        _group(result, content)
        return
    headline, follows = for_the_company(result)
    streamlit.header(plain(headline))
    if follows:
        streamlit.markdown(f"**{plain(follows)}**")
    _relief(result.reforms[0])
    if result.no_effect:
        streamlit.info(f"No effect. {plain(result.no_effect)}")
    _sections(result, has_answers=has_answers)
    _take_away(result, content)


def _relief(reform: Reform) -> None:
    streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")


def _group(result: GroupResult, content: bytes) -> None:
    """What a group would pay, who gives which loss to whom, and each of its companies when it is asked for."""
    report = companies.report_of_group(result)
    streamlit.header(plain(companies.finding(result, places=0).removesuffix(" under the reform")))
    _relief(result.reforms[0])
    streamlit.markdown(f"{UNITS} {DISCLAIMER}")
    render.sections(report, leave_out=("Answer",), is_page=False)
    names = [each.company.name for each in result.companies]
    chosen = streamlit.selectbox(
        "One company of the group", range(len(names)), index=None, format_func=names.__getitem__, key="company_of_group"
    )
    if chosen is not None:
        _sections(result.companies[chosen], in_group=True)
    streamlit.subheader(TAKE_AWAY)
    render.files(report, result)
    downloads.offer("Save the group file", content, "group.yaml")
    _command("group.yaml", result.reforms[0])


def _sections(result: CompanyResult, *, in_group: bool = False, has_answers: bool = False) -> None:
    """What qualifies, when it is paid, what was assumed, the working, and what if, of the accounting period chosen."""
    place = _period(result)
    shown = {section.name: section for section in sections_of_period(result, place) if Medium.SCREEN in section.on}
    say = _with_its_question if has_answers else (lambda each: each.words if in_group else each.with_keys)
    assumed = section_of_all_assumed(result, place, say, in_group=in_group)
    first = [name for name in (RELIEF_FOR_TRAINING, WHEN_PAID, SETTLED) if name in shown]
    last = [name for name in shown if name not in (*first, WHAT_IF)]
    for section in (*map(shown.__getitem__, first), assumed, *map(shown.__getitem__, last)):
        streamlit.subheader(HEADINGS.get(section.name, section.name))
        for doubt in days_assumed(result, place) if section.name == WHEN_PAID else ():
            streamlit.warning(plain(f"These days may be others. {say(doubt)}"))
        render.parts(section)
    widgets.unfolding("Every step of the working, with links to the law", WORKING, partial(_working, result, place))
    if WHAT_IF in shown:
        streamlit.subheader(WHAT_IF)
        render.parts(shown[WHAT_IF])


def _with_its_question(assumption: Assumption) -> str:
    """An assumption in words, and the button that changes the answer which says otherwise, where the page asks for it."""
    change = CHANGES.get(assumption.about)
    return (
        f"{assumption.words} To say so, press “Change the answers” below, then “{change}”." if change else assumption.words
    )


def _text(result: CompanyResult) -> str:
    return f"{text.render(report_of(result, working=True))}\n\n{DISCLAIMER}\n"


def _period(result: CompanyResult) -> int:
    """The accounting period that the visitor chose to see; the only one where there is one."""
    spans = list(map(span_of, result.accounting_periods))
    if len(spans) == 1:
        streamlit.markdown(f"Accounting period: {spans[0]}. {UNITS} {DISCLAIMER}")
        return 0
    streamlit.markdown(f"{_ALL.get(len(spans), f'All {len(spans)}')} accounting periods together. {UNITS} {DISCLAIMER}")
    reliefs = enumerate(result.training)
    relieved = (place for place, relief in reliefs if relief is not None and any(relief.qualifying.values()))
    return int(
        streamlit.selectbox(
            "Accounting period", range(len(spans)), next(relieved, 0), spans.__getitem__, key="company_period"
        )
    )


def _working(result: CompanyResult, place: int) -> None:
    last = len(result.laws) - 1
    law = streamlit.radio("Under", result.laws, last, _LAWS.__getitem__, horizontal=True, key="company_law")
    streamlit.caption("Steps that come to nothing are left out, and figures of law that do nothing to this company.")
    sources: Sources = {}
    for section in company_working.sections_of(result.working(law)[place], sources):
        streamlit.markdown(f"#### {plain(section.name)}")
        render.parts(section)
    streamlit.markdown("#### Sources of the figures of law")
    for (path, start, references), number in sources.items():
        titles = "; ".join(map(_linked, references))
        streamlit.markdown(f"{number}. {plain(path)}, from {day_in_words(start)}: {titles}")


def _linked(reference: Reference) -> str:
    """A source, as a link where it has an address of the web."""
    return f"[{plain(reference.title)}]({reference.href})" if reference.href.startswith(_LINKED) else plain(reference.title)


def _take_away(result: CompanyResult, content: bytes) -> None:
    streamlit.subheader(TAKE_AWAY)
    with streamlit.container(horizontal=True):
        downloads.workbook(
            "Download the workbook (the computation in formulas)", write_company_workbook, result, "company.xlsx"
        )
        downloads.offer("Download the papers to file (page to print)", lambda: html.render(papers_of(result)), "papers.html")
        downloads.offer("Download to print (text)", lambda: _text(result), "company.txt")
        downloads.offer("Save the company file", content, "company.yaml")
    _command("company.yaml", result.reforms[0])


def _command(file: str, reform: Reform) -> None:
    with streamlit.expander("The same on the command line, for those who have installed the model"):
        streamlit.code(f"goodwork calculate {file} --reform {reform.name} --working", language=None, wrap_lines=True)
