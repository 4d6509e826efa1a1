"""The result of one company on a page: what it would pay, when, and why. The sections of its report, shown."""

from __future__ import annotations

import streamlit

from openfisca_goodwork import company
from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.steps import Reference
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.reports import company_working, html, text
from openfisca_goodwork.reports.company import (
    DISCLAIMER,
    report_of,
    sections_of_period,
    write_company_workbook,
)
from openfisca_goodwork.reports.company_headline import finding, saving_in_words
from openfisca_goodwork.reports.company_papers import papers_of
from openfisca_goodwork.reports.company_schedules import section_of_assumed
from openfisca_goodwork.reports.company_working import Sources, span_of
from openfisca_goodwork.reports.sections import Medium
from openfisca_goodwork.screens import downloads, render, widgets
from openfisca_goodwork.screens.plain_text import plain

RELIEF = "company_relief"
_LAWS = {"current_law": "Current law", "reform": "With the relief"}
_LINKED = "https://"


def show(content: bytes, name: str) -> None:
    """The result of a company file, with a relief of the library set against current law."""
    try:
        result = company.calculate_company(content, name)
    except GoodworkError as error:
        widgets.faults(error.faults, "Change the answers or the file.")
        return
    reform = result.reforms[0]
    streamlit.header(plain(finding(result)))
    streamlit.markdown(f"**{plain(saving_in_words(result.accounting_periods))}**")
    streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")
    if result.no_effect:
        streamlit.info(f"No effect. {plain(result.no_effect)}")
    assumed = section_of_assumed(result)
    if assumed.parts:
        streamlit.subheader(assumed.name)
        render.parts(assumed)
    place = _period(result)
    for section in sections_of_period(result, place):
        if Medium.SCREEN in section.on:
            streamlit.subheader(section.name)
            render.parts(section)
    for sentence in result.assumed:
        streamlit.info(f"Assumed. {plain(sentence)}")
    _working(result, place)
    _take_away(result, content)


def _text(result: CompanyResult) -> str:
    """The result of a company as text to print: the computation, the working of every step under both laws."""
    return f"{text.render(report_of(result, working=True))}\n\n{DISCLAIMER}\n"


def _period(result: CompanyResult) -> int:
    """The accounting period to show, of those there are."""
    spans = list(map(span_of, result.accounting_periods))
    if len(spans) == 1:
        streamlit.markdown(f"Accounting period: {spans[0]}. Pounds; {DISCLAIMER[0].lower()}{DISCLAIMER[1:]}")
        return 0
    streamlit.markdown(f"All {len(spans)} accounting periods together. {DISCLAIMER}")
    return int(
        streamlit.selectbox("Accounting period", range(len(spans)), format_func=spans.__getitem__, key="company_period")
    )


def _working(result: CompanyResult, place: int) -> None:
    """The working of an accounting period under the law chosen, step by step, with links to the law."""
    streamlit.subheader("Working, step by step")
    law = streamlit.radio("Under", result.laws, format_func=_LAWS.__getitem__, horizontal=True, key="company_law")
    streamlit.caption("Steps that come to nothing are left out here; JSON has them all.")
    sources: Sources = {}
    for section in company_working.sections_of(result.working(law)[place], sources):
        with streamlit.expander(section.name):
            render.parts(section)
    with streamlit.expander("Sources of the figures of law"):
        for (path, start, references), number in sources.items():
            titles = "; ".join(map(_linked, references))
            streamlit.markdown(f"{number}. {plain(path)}, from {day_in_words(start)}: {titles}")


def _linked(reference: Reference) -> str:
    """A source, as a link where it has an address of the web."""
    return f"[{plain(reference.title)}]({reference.href})" if reference.href.startswith(_LINKED) else plain(reference.title)


def _take_away(result: CompanyResult, content: bytes) -> None:
    """The workbook, the text to print, and the company file to come back with."""
    streamlit.subheader("Take away")
    with streamlit.container(horizontal=True):
        downloads.workbook("Download the workbook (live formulas)", write_company_workbook, result, "company.xlsx")
        streamlit.download_button(
            "Download the papers to file (page to print)",
            lambda: html.render(papers_of(result)),
            "papers.html",
            "text/html",
            on_click="ignore",
        )
        streamlit.download_button(
            "Download to print (text)", lambda: _text(result), "company.txt", "text/plain", on_click="ignore"
        )
        streamlit.download_button("Save the company file", content, "company.yaml", "application/yaml", on_click="ignore")
    streamlit.markdown("The same by command, with the saved file:")
    command = f"goodwork calculate company.yaml --reform {result.reforms[0].name} --working"
    streamlit.code(command, language=None, wrap_lines=True)
