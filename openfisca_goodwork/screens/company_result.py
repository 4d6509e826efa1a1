"""The result of one company on a page: what it pays under both laws, when, and why. Shown, not computed."""

from __future__ import annotations

import datetime

import streamlit

from openfisca_goodwork import company
from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.next_training import NextTraining
from openfisca_goodwork.company.plain_text import figure
from openfisca_goodwork.company.summary import finding, saving_in_words
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.training_text import NOT_KNOWN, next_lines
from openfisca_goodwork.company.what_if import what_if
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.reports import company_tables
from openfisca_goodwork.reports.company_charts import what_if_chart
from openfisca_goodwork.reports.company_workbook import write_company_workbook
from openfisca_goodwork.screens import company_working, downloads, reform_picker, widgets
from openfisca_goodwork.screens.plain_text import plain

RELIEF = "company_relief"
POINTS: widgets.Form = (
    {"training": "Spent on training that counts (£)", "saved": "Saved by the relief (£)"},
    {"Spent on training that counts (£)": figure, "Saved by the relief (£)": figure},
)
DISCLAIMER = "This is a model’s computation, not advice and not a return."


def show(content: bytes) -> None:
    """The result of a company file, with the relief chosen here set against current law."""
    name = reform_picker.choose_relief(RELIEF)
    try:
        result = company.calculate(content, name)
    except GoodworkError as error:
        widgets.faults(error.faults, "Change the answers or the file.")
        return
    reform = result.reforms[0]
    streamlit.header(plain(finding(result)))
    streamlit.markdown(f"**{plain(saving_in_words(result.accounting_periods))}**")
    streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")
    if result.no_effect:
        streamlit.info(f"No effect. {plain(result.no_effect)}")
    place = _period(result)
    _side_by_side(result, place)
    _training(result, place)
    _what_if(result, place)
    _payment(result, place)
    _losses(result, place)
    company_working.show(result, place)
    _take_away(result, content)


def _text(result: CompanyResult) -> str:
    """All of it on paper: the computation, the working of every step under both laws."""
    return f"{result.summary()}\n\n{result.working_in_words()}\n\n{DISCLAIMER}\n"


def _period(result: CompanyResult) -> int:
    """The accounting period to show, of those there are."""
    spans = [f"{day_in_words(one.start)} to {day_in_words(one.end)}" for one in result.accounting_periods]
    if len(spans) == 1:
        streamlit.markdown(f"Accounting period: {spans[0]}. Pounds; {DISCLAIMER[0].lower()}{DISCLAIMER[1:]}")
        return 0
    streamlit.markdown(f"All {len(spans)} accounting periods together. {DISCLAIMER}")
    return int(
        streamlit.selectbox("Accounting period", range(len(spans)), format_func=spans.__getitem__, key="company_period")
    )


def _side_by_side(result: CompanyResult, place: int) -> None:
    streamlit.subheader("Tax under both laws")
    table = company_tables.computation_of(result, place)
    totals = [name for name in ("Corporation tax", "Net corporation tax") if name in table.index]
    widgets.figures(table, "£", figure, "The computation under current law and with the relief", totals)
    if len(result.accounting_periods) > 1:
        streamlit.markdown(plain(saving_in_words([result.accounting_periods[place]])))


def _training(result: CompanyResult, place: int) -> None:
    relief, more = result.training[place], result.next_training[place]
    if relief is None:
        return
    streamlit.subheader("Relief for training")
    table = company_tables.training_of(relief)
    if not table.empty:
        widgets.figures(table, "£", figure, "Relief for training by head of cost", ["All training"])
    for cut in relief.left_out:
        streamlit.markdown(f"- Left out, {plain(cut.reason[0].lower() + cut.reason[1:])}: £{figure(cut.amount)}")
    for limit in relief.limits:
        used = "used up" if limit.binds else "not reached"
        streamlit.markdown(f"- {plain(limit.label)}: £{figure(limit.allowed)}, {used}")
    if relief.why_none:
        streamlit.info(plain(f"The relief is not given in full: {relief.why_none}."))
    _next(relief, more, many=len(result.accounting_periods) > 1)


def _next(relief: TrainingRelief, more: NextTraining | None, *, many: bool) -> None:
    streamlit.markdown(plain(NOT_KNOWN if more is None else " ".join(next_lines(relief, more, many=many))))


def _what_if(result: CompanyResult, place: int) -> None:
    found = what_if(result, place)
    if found is not None:
        streamlit.subheader("What if more, or less, were spent on training?")
        chart = what_if_chart(found, STATUSES[result.reforms[0].status])
        widgets.chart(chart, "what-if", form=POINTS)


def _payment(result: CompanyResult, place: int) -> None:
    streamlit.subheader("When it is paid")
    table = company_tables.instalments_of(result, place)
    if table.empty:
        streamlit.markdown("Nothing to pay for this accounting period.")
        return
    days: dict[datetime.date, str] = {day: day_in_words(day) for day in table.index}
    widgets.figures(table.rename(index=days), "Due, £", figure, "Days of payment and amounts under both laws")


def _losses(result: CompanyResult, place: int) -> None:
    streamlit.subheader("Losses")
    table = company_tables.losses_of(result, place)
    if table.empty:
        streamlit.markdown("No loss is made, used or carried forward in this accounting period.")
        return
    widgets.figures(table, "£", figure, "Losses made, used and carried forward under both laws")


def _take_away(result: CompanyResult, content: bytes) -> None:
    """The workbook, the text to print, and the company file to come back with."""
    streamlit.subheader("Take away")
    with streamlit.container(horizontal=True):
        downloads.workbook("Download the workbook (live formulas)", write_company_workbook, result, "company.xlsx")
        streamlit.download_button(
            "Download to print (text)", lambda: _text(result), "company.txt", "text/plain", on_click="ignore"
        )
        streamlit.download_button("Save the company file", content, "company.yaml", "application/yaml", on_click="ignore")
    streamlit.markdown("The same by command, with the saved file:")
    command = f"goodwork calculate company.yaml --reform {result.reforms[0].name} --working"
    streamlit.code(command, language=None, wrap_lines=True)
