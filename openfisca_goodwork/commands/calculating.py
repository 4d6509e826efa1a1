"""What `goodwork calculate` answers: company files and tables of many, as text, CSV, JSON and workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from openfisca_goodwork import company, policy
from openfisca_goodwork.commands.terminal import Answer
from openfisca_goodwork.company import CompanyResult, GroupResult
from openfisca_goodwork.company.many import CompaniesResult, calculate_many
from openfisca_goodwork.errors import GoodworkError, fault_report
from openfisca_goodwork.reports import companies, text
from openfisca_goodwork.reports.company import report_of, write_company_workbook
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.workbook import check_workbook, write_report

TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")
COMPANY_FILES = (".yaml", ".yml")
Result = CompanyResult | GroupResult | CompaniesResult


class Asked(NamedTuple):
    """The forms in which an answer is wanted; plain text where none of csv and json is."""

    working: bool = False
    xlsx: Path | None = None
    csv: bool = False
    json: bool = False
    advise: bool = False
    schedules: bool = False
    papers: Path | None = None
    next_year: Path | None = None

    @property
    def of_one(self) -> tuple[str, ...]:
        """What was asked for that is of one company, each with its verb."""
        given = {
            "the working is": self.working,
            "advice is": self.advise,
            "schedules are": self.schedules,
            "papers are": self.papers is not None,
            "a next period is": self.next_year is not None,
        }
        return tuple(what for what, is_given in given.items() if is_given)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files to write."""
        return tuple(path for path in (self.xlsx, self.papers, self.next_year) if path is not None)


def answer(files: Sequence[Path], reforms: Sequence[str], asked: Asked) -> Answer:
    """Work out the companies of the files; a workbook is written before anything is printed.

    Raises:
        GoodworkError: for files or forms that do not go together, and with every fault of a file.
    """
    if not files:
        raise GoodworkError("Name a company file (YAML) or a table of companies (CSV). --template companies.csv writes one.")
    _check(files, asked)
    results = [calculate_many(file, reforms) if _is_table(file) else company.calculate(file, reforms) for file in files]
    _write_files(results[0], asked)
    notes = tuple(_notes(results))
    if asked.csv:
        return Answer(csv_of(results[0].to_dataframe()), notes=notes)
    if not asked.json:
        return Answer("\n\n".join(_as_text(result, asked) for result in results), notes=notes)
    of_one: dict[str, Any] = {"working": asked.working, "schedules": asked.schedules, "advice": asked.advise}
    data = [result.to_dict(**({} if isinstance(result, CompaniesResult) else of_one)) for result in results]
    if len(data) == 1:
        return Answer(data=data[0], notes=notes)
    names = [{"company": result.company.name} if isinstance(result, CompanyResult) else {} for result in results]
    whose = [{"file": str(file), **name} for file, name in zip(files, names, strict=True)]
    return Answer(data=[named | entry for named, entry in zip(whose, data, strict=True)], notes=notes)


def write_template(path: Path, files: Sequence[Path]) -> str:
    """Write a template to begin with, and say so. Raises GoodworkError for what no template can be written to."""
    from openfisca_goodwork.company import next_year, shape

    if files:
        raise GoodworkError("--template writes a file to begin with. Leave out the files to compute, or --template.")
    kind = path.suffix.lower()
    if kind not in {".csv", ".json", *COMPANY_FILES}:
        raise GoodworkError(
            f"{path.name} must end in .csv, for a table of companies, in .yaml, for one company, or in .json."
        )
    if path.exists():
        raise GoodworkError(f"{path} is there already. Name another file, or remove it first.")
    if kind == ".json":
        write_together(path.parent, {path.name: json.dumps(shape.company_schema(), indent=2, ensure_ascii=False).encode()})
        return f"Written to {path}: the JSON Schema of company files, for an editor that completes and checks them."
    write_together(path.parent, {path.name: (next_year.TABLE if kind == ".csv" else next_year.template()).encode()})
    return f"Written to {path}. Fill it in, then: goodwork calculate {path}"


def _notes(results: Sequence[Result]) -> Iterator[str]:
    """Warnings about the reforms, and why they have no effect on a company where that is so."""
    warnings = policy.advice_on(results[0].reforms)
    if warnings:
        yield fault_report(warnings)
    for result in results:
        if isinstance(result, GroupResult) and all(company_result.no_effect for company_result in result.companies):
            yield f"{' + '.join(reform.name for reform in result.reforms)} has no effect on any company of the group."
        if isinstance(result, CompanyResult) and result.no_effect:
            names = " + ".join(reform.name for reform in result.reforms)
            yield f"{names} has no effect on {result.company.name}. {result.no_effect}"


def _check(files: Sequence[Path], asked: Asked) -> None:
    if asked.csv and asked.json:
        raise GoodworkError("Ask for --json or for --csv, not for both.")
    if len(files) > 1 and (asked.csv or asked.files):
        raise GoodworkError(
            "--csv, --xlsx, --papers and --next-year are for one file at a time: a company file, or, for --csv and --xlsx, "
            "one table of many companies."
        )
    tables = [file for file in files if _is_table(file)]
    if tables and asked.of_one:
        raise GoodworkError(f"{tables[0]} is a table of companies, and {asked.of_one[0]} of one. Write its file in YAML.")
    if asked.xlsx is not None:
        check_workbook(asked.xlsx)
    if asked.papers is not None:
        from openfisca_goodwork.reports.printed import check_printed

        check_printed(asked.papers)
    if asked.next_year is not None and asked.next_year.suffix.lower() not in COMPANY_FILES:
        raise GoodworkError(f"{asked.next_year.name} must end in .yaml: it is a company file.")


def _is_table(file: Path) -> bool:
    return file.suffix.lower() in TABLES


def _write_files(result: Result, asked: Asked) -> None:
    if isinstance(result, CompaniesResult):
        if asked.xlsx is not None:
            from openfisca_goodwork.reports.companies import write_companies_workbook

            write_companies_workbook(result, asked.xlsx)
        return
    opening = None
    if asked.next_year is not None:  # refused before any file is written
        from openfisca_goodwork.company.next_year import next_year

        opening = next_year(result)
    if asked.xlsx is not None and isinstance(result, GroupResult):
        write_report(companies.report_of_group(result, advice=asked.advise), asked.xlsx)
    elif asked.xlsx is not None and isinstance(result, CompanyResult):
        write_company_workbook(result, asked.xlsx, advice=asked.advise)
    if asked.papers is not None:
        from openfisca_goodwork.reports.company_papers import papers_of
        from openfisca_goodwork.reports.printed import write_printed

        write_printed(papers_of(result), asked.papers)
    if asked.next_year is not None and opening is not None:
        write_together(asked.next_year.parent, {asked.next_year.name: opening.encode()})


def _as_text(result: Result, asked: Asked) -> str:
    """The result in words and, where they are wanted, its working, its schedules and advice on claims.

    Of a group, working and schedules of each company come after it.
    """
    if isinstance(result, CompanyResult):
        return text.render(report_of(result, working=asked.working, schedules=asked.schedules, advice=asked.advise))
    if isinstance(result, GroupResult):
        members = result.companies if asked.working or asked.schedules else ()
        reports = (report_of(member, working=asked.working, schedules=asked.schedules) for member in members)
        return "\n\n".join(map(text.render, (companies.report_of_group(result, advice=asked.advise), *reports)))
    return str(result)
