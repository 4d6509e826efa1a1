"""Methods and data: how it works, what is covered, how well it fits, what it rests on, who can use it."""

from __future__ import annotations

import streamlit

from openfisca_goodwork import validation
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import population, trail
from openfisca_goodwork.reports import validation as validation_report
from openfisca_goodwork.reports.sections import Figure
from openfisca_goodwork.screens import downloads, render, shared, widgets
from openfisca_goodwork.screens.widgets import plain
from openfisca_goodwork.version import model_version

METHOD = """\
**The law** is a set of dated parameters, each with its reference, and formulas in the order of the statute. The same law is
used for one company and for all of them.

**A reform** is a dated edit of parameters, in a file. Two laws are compared by running both in full; no effect is taken from
a rule of thumb.

**The population** is a weighted sample that stands for every company of the United Kingdom. It is drawn from official
tables and fitted to official totals; figures kept back from the fit show how far it can be trusted. Companies of your own
take its place on the command line, `goodwork cost … --companies FILE`, and in Python: they never pass through this page.

**A costing** runs both laws over the population, year by year, and spreads each accounting period over financial years. It
begins with full entitlement at the main rate and goes, step by step, by what companies can use, by who claims, and by how
they respond. Minus is a cost to the Exchequer.

For example, £20,000 of course fees under an extra deduction of 30% takes £6,000 off the profit. Between the limits of
marginal relief £1 less of profit saves 26.5p, so the tax is £1,590 less. **That deduction is proposed, not law.**
"""
STATUSES = """\
*seen*: in the source itself. *second-hand*: the source as another reports it. *derived*: worked out from sources.
*memory*: recalled, to be checked. *assumption*: nobody’s figure but ours.
"""
ACCESSIBILITY = """\
Every page works by keyboard alone and at the width of a phone, in light and in dark, and is tested for that in a browser
with axe, against the rules of WCAG at level AA. Every chart has its finding as its title, its figures in words for screen
readers, as a table and as CSV; nothing is shown by colour alone.

Known limits: menus of choices and uploads are those of Streamlit; a wide table scrolls sideways in a box of its own. The
commands and the files give everything that the pages show. Nothing of a reform or a company that is typed or uploaded is
written to disk.
"""
FIT = "methods_fit"


def show_fit(fit: FitReport) -> None:
    """The errors block by block, each figure as CSV and workbook, and a picture of a block."""
    report = population.report_of(fit)
    render.sections(report, is_page=False)
    streamlit.markdown(words.fit(fit))
    figures = {f"{block.block} ({block.role})": figure for block, figure in zip(fit.blocks(), report.figures(), strict=True)}
    block = streamlit.selectbox("Picture of", list(figures))
    if block is not None:
        picture(figures[block])
    render.files(report, fit)


def picture(figure: Figure) -> None:
    """The figures of a block beside the model's; in words where there is none above 0 to draw."""
    try:
        render.figure(figure)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))


def show_validation() -> None:
    """The errors, the verdicts in words, and a measure by year."""
    kept = validation.kept()
    report = validation_report.report_of(kept)
    with streamlit.expander("Every official costing on file, one by one, with bounds and reasons"):
        render.parts(report.section("All measures"))
    render.sections(report, leave_out=("All measures",), is_page=False)
    figures: dict[str, Figure] = {figure.name: figure for figure in report.figures()}
    titles = {error.measure.name: error.measure.title for error in kept.errors}
    name = streamlit.selectbox(
        "Measure, year by year", list(figures), format_func=titles.__getitem__, key="validation_measure"
    )
    if name is not None:
        render.figure(figures[name])
    downloads.offer("Download the validation (CSV)", kept.to_dataframe(), "validation.csv")


streamlit.title("Methods and data")
streamlit.caption(f"openfisca-goodwork, version {model_version()}")
streamlit.header("How it works")
streamlit.markdown(METHOD)
streamlit.header("What is covered")
for heading, body in trail.coverage().items():
    with streamlit.expander(heading):
        streamlit.markdown(body)
streamlit.header("How well the population fits")
button, failed = "Read the population and show its fit", "The population could not be read."
fit = shared.worked_out(FIT, button, failed, lambda stages: shared.desk().of_population("report", stages))
if fit is not None:
    show_fit(fit)
streamlit.header("How far off it is on official costings")
show_validation()
streamlit.header("Effective tax rates")
streamlit.markdown("What tax does to £1 spent on a machine, a building or training, without any population.")
widgets.way("rates", "Effective tax rates")
streamlit.header("Good Jobs Audit")
streamlit.markdown("Pay, security and training of jobs, by region, section or place, each figure with how it is known.")
widgets.way("audit", "Good Jobs Audit")
widgets.way("procurement", "Good Work First")
streamlit.header("Sources")
streamlit.markdown(STATUSES)
streamlit.subheader("Official figures")
official = trail.official_figures()
with streamlit.expander("Sources of the official figures"):
    widgets.texts(
        official[["Table", "Figures", "Status"]], "How many official figures each table holds, and how they are known"
    )
    for address in dict.fromkeys(official["Address"]):
        listed = official[official["Address"] == address]
        tables, source = ("; ".join(dict.fromkeys(listed[column])) for column in ("Table", "Source"))
        streamlit.markdown(f"- **{plain(tables)}**: {plain(source)}{f', <{address}>' if address else ''}")
streamlit.subheader("Law, proposals and forecasts")
widgets.texts(trail.values_of_law(), "Dated values of parameters by kind and status")
streamlit.subheader("Assumptions")
register = trail.assumptions()
group = streamlit.selectbox("Group", list(dict.fromkeys(register["Group"])), key="assumptions_group")
of_group = register[register["Group"] == group]
widgets.texts(of_group[["Assumption", "Value", "Status"]], f"Assumptions: {group}")
with streamlit.expander("Sources of these assumptions"):
    widgets.sources(zip(of_group["Assumption"], of_group["Source"], strict=True))
downloads.offer("Download all assumptions (CSV)", register, "assumptions.csv")
streamlit.header("Accessibility")
streamlit.markdown(ACCESSIBILITY)
