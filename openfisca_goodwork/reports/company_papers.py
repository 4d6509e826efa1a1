"""Computations as papers to file: of one company with its boxes, schedules, what was assumed, the law held; of a group all.

A company of an ordinary year fits two pages of A4. Of a group the first page says who
gives and who receives which loss and what all pay; the papers of each company follow, each on a page of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from openfisca_goodwork.company import CompanyResult, GroupResult
from openfisca_goodwork.errors import printable
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.law.tax_return import FORM
from openfisca_goodwork.policy.vocabulary import current_vocabulary, kind_of
from openfisca_goodwork.reports import companies
from openfisca_goodwork.reports.company import BOX, about, computation_of, payment_of, settlement_of
from openfisca_goodwork.reports.company_headline import DISCLAIMER, finding, standing
from openfisca_goodwork.reports.company_training import RELIEF_FOR_TRAINING, sections_of_training
from openfisca_goodwork.reports.company_working import WHOLE_POUNDS, by_law, section_of_assumed, span_of, table_of
from openfisca_goodwork.reports.sections import EVERYWHERE, Note, Part, Report, Section, Style, Table, facts


def papers_of(result: CompanyResult | GroupResult) -> Report:
    """The papers of the result of one company, or of a group with the papers of each of its companies, as a report."""
    law = _LAW.format(day_in_words(_last_day_of_law()))
    if isinstance(result, GroupResult):
        title = f"{printable(result.group.name) or 'The group'}: corporation tax computations of the group"
        sections = (*companies.report_of_group(result).sections, *_members(result))
    else:
        title = f"{result.company.name or 'The company'}: corporation tax computation"
        sections = _sections(result)
    return Report(
        title=title,
        standing=standing(result),
        sections=(*sections, Section("Notes", "Notes", (Note(f"{law} {WHOLE_POUNDS} {DISCLAIMER}", Style.SMALL),))),
        command="goodwork calculate FILE --papers FILE.docx",
        stem="papers",
    )


def _sections(result: CompanyResult) -> tuple[Section, ...]:
    periods = (_period(result, place) for place in range(len(result.accounting_periods)))
    return (_head(result), *periods, section_of_assumed(result))


def _members(result: GroupResult) -> Iterator[Section]:
    for member in result.companies:
        name = printable(member.company.name)
        head, *rest = _sections(member)
        yield replace(head, name=name, new_page=True)
        yield from (replace(section, name=f"{name}: {section.name}") for section in rest)


_LAW = (
    "Law of the United Kingdom as this version holds it; the last figure that is law is in force from {}. "
    f"Boxes are those of {FORM}."
)


def _last_day_of_law() -> date:
    """The last of the days from which a figure of the computation is law."""
    values = (
        (dated, leaf)
        for path, leaf in current_vocabulary().items()
        if path.startswith(("corporation_tax.", "capital_allowances.", "losses.", "research_and_development."))
        for dated in leaf.values
    )
    return max(dated.date for dated, leaf in values if kind_of(dated, leaf) == "law")


def _head(result: CompanyResult) -> Section:
    lines = {
        **about(result),
        "Model": f"openfisca-goodwork {result.model_version}",
        "Prepared by, on": "." * 40,
        "Reviewed by, on": "." * 40,
    }
    return Section("Result", "What is paid?", (facts("", lines),), finding=f"{finding(result)}.")


def _period(result: CompanyResult, place: int) -> Section:
    return Section(span_of(result.accounting_periods[place]), "", tuple(_parts(result, place)))


def _parts(result: CompanyResult, place: int) -> Iterator[Part]:
    yield _with_boxes(computation_of(result, place))
    due = payment_of(result, place)
    yield Note(due.caption, Style.STRONG)
    yield replace(due, caption="")
    for section in sections_of_training(result, place):
        if section.name == RELIEF_FOR_TRAINING:
            yield Note(section.name, Style.STRONG)
            yield from section.parts
    for section in settlement_of(result.accounting_periods[place]):
        yield Note(section.name, Style.STRONG)
        yield from section.parts
    is_last = place == len(result.accounting_periods) - 1
    for schedule, _law, whose in by_law(result, place):
        if schedule.name != "payment" and (is_last or schedule.name != "next_year"):
            yield Note(f"{schedule.title}{f', {whose}' if result.reforms else ''}", Style.STRONG)
            yield table_of(schedule, "")


def _with_boxes(computation: Table) -> Table:
    columns = tuple(replace(column, on=EVERYWHERE) if column.name == BOX else column for column in computation.columns)
    return replace(computation, caption="", columns=columns)
