"""Outside files that are wrong or meant to harm: reforms, companies, tables of companies, run records, and requests.

A written list, each made on demand and none stored. What the package says of each is recorded in `hostile_messages.txt`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Any

Made = Callable[[], bytes]

HEADER = """\
reform: mine
title: Mine
summary: A reform of my own.
status: proposal
source: Nobody
requires: ">=0.1"
"""
MAIN_RATE = "corporation_tax.main_rate"
LIMITS = "corporation_tax.marginal_relief"
HEADING = "company,start,end"
BUILDING = "cost: 5, incurred: 2028-01-01, brought_into_use: 2028-02-01"
ROW = "A,2028-01-01,2028-12-31"
ITEM = "{on: 2027-02-14, external_course_fees: 12000}"


def text(content: str) -> Made:
    """A file with this content."""
    return content.encode


def reform(parameters: str, header: str = HEADER) -> Made:
    """A reform file with the parameters given from line 8 on; indentation is added."""
    return text(header + "parameters:\n" + "".join(f"  {line}\n" for line in parameters.strip().splitlines()))


def rate(value: str, path: str = MAIN_RATE) -> Made:
    """A reform that sets one parameter from one day."""
    return reform(f"{path}:\n  2027-04-01: {value}")


def header(line: str) -> Made:
    """A reform with one line of its header changed."""
    key = line.split(":", 1)[0]
    changed = (line if old.split(":", 1)[0] == key else old for old in HEADER.splitlines())
    return reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2", "".join(f"{one}\n" for one in changed))


def without(key: str) -> Made:
    """A reform without one line of its header."""
    kept = "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(f"{key}:"))
    return reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2", kept)


def period(*facts: str) -> Made:
    """A company file of one period with these lines in it."""
    lines = ["accounting_periods:", "  - start: 2028-01-01", "    end: 2028-12-31", *(f"    {fact}" for fact in facts)]
    return text("\n".join(lines) + "\n")


def periods(*spans: tuple[str, str]) -> Made:
    """A company file of accounting periods, each on one line."""
    return text("accounting_periods:\n" + "".join(f"  - {{start: {start}, end: {end}}}\n" for start, end in spans))


def file(period: str = "", top: str = "", more: str = "") -> Made:
    """A company file with one good accounting period: its own facts begin on line 4."""
    parts = ["accounting_periods:", "  - start: 2027-01-01", "    end: 2027-12-31", *period.splitlines()]
    indented = [*parts[:3], *(f"    {line}" for line in parts[3:]), *more.splitlines(), *top.splitlines()]
    return text("\n".join([*indented, ""]))


def items(*lines: str) -> Made:
    """The same with dated items, the first on line 5."""
    return file("\n".join(["expenditure:", *(f"  - {line}" for line in lines)]))


def buildings(*lines: str) -> Made:
    """The same with buildings, the first on line 5."""
    return file("\n".join(["structures_and_buildings:", *(f"  - {line}" for line in lines)]))


def bomb() -> bytes:
    """Nine lists, each of nine of the one before: a billion values from a few lines."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{here}: &{here} [{', '.join(repeat(f'*{before}', 9))}]"
        for before, here in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    return "\n".join(lines).encode()


def one(heading: str, cells: str) -> Made:
    """A table of one good row and a further column or more."""
    return text(f"{HEADING},{heading}\n{ROW},{cells}\n")


def rows(*lines: str, heading: str = HEADING) -> Made:
    """A table of these rows."""
    return text("\n".join([heading, *lines, ""]))


def record(**changed: Any) -> Made:
    """A record of a run with some of it changed; None leaves a part out."""
    good = {
        "model_version": "0.7.0",
        "reforms": [{"name": "mine", "text": HEADER}],
        "baseline": [],
        "years": ["2026-27", "2027-28"],
        "behaviour": "central",
        "basis": "accruals",
        "forecast": "latest",
        "settings": [],
        "population": {"name": "default"},
        "result": {},
    }
    kept = {name: value for name, value in (good | changed).items() if value is not None}
    return text(json.dumps(kept))


def mapping(**facts: Any) -> dict[str, Any]:
    """A company as Python data, with one good accounting period."""
    return {"accounting_periods": [{"start": "2027-01-01", "end": "2027-12-31", **facts}]}


REFORMS: Mapping[str, Made] = {
    "a path nobody knows": reform("corporation_tax.man_rate:\n  2027-04-01: 0.2"),
    "a group of parameters": reform(f"{LIMITS}:\n  2027-04-01: 0.2"),
    "a path twice": reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2\n{MAIN_RATE}:\n  2028-04-01: 0.3"),
    "a date twice": reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2\n  2027-04-01: 0.3"),
    "a percentage": reform(f"{MAIN_RATE}:\n  2027-04-01: 20"),
    "a percent sign": reform(f"{MAIN_RATE}:\n  2027-04-01: 20%"),
    "text for a number": reform(f"{MAIN_RATE}:\n  2027-04-01: low"),
    "a number in quotation marks": reform(f"{MAIN_RATE}:\n  2027-04-01: '0.2'"),
    "a truth value for a number": reform(f"{MAIN_RATE}:\n  2027-04-01: true"),
    "nothing for a number": reform(f"{MAIN_RATE}:\n  2027-04-01:"),
    "a list for a number": reform(f"{MAIN_RATE}:\n  2027-04-01: [0.2]"),
    "infinity where a limit is finite": reform(f"{MAIN_RATE}:\n  2027-04-01: .inf"),
    "no number": reform(f"{MAIN_RATE}:\n  2027-04-01: .nan"),
    "a rate below nothing": reform(f"{MAIN_RATE}:\n  2027-04-01: -0.1"),
    "money below nothing": reform("human_investment.caps.per_group:\n  2027-04-01: -250000"),
    "money as people type it": reform("human_investment.caps.per_group:\n  2027-04-01: £250,000"),
    "a number for a truth value": reform("human_investment.incremental.enabled:\n  2027-04-01: 1"),
    "yes for a truth value": reform("human_investment.incremental.enabled:\n  2027-04-01: yes"),
    "a word that is no option": reform("human_investment.form:\n  2027-04-01: crdit"),
    "a word like no option": reform("human_investment.form:\n  2027-04-01: grant"),
    "a day that is none": reform("human_investment.incremental.fixed_from:\n  2027-04-01: 2024-02-30"),
    "a year for a day": reform("human_investment.incremental.fixed_from:\n  2027-04-01: 2024"),
    "a window that ends before it begins": reform("human_investment.incremental.fixed_from:\n  2027-04-01: 2024-04-01"),
    "half a month": reform("losses.carry_back_months:\n  2027-04-01: 12.5"),
    "a date before the parameter": reform("corporation_tax.small_profits_rate:\n  2022-04-01: 0.19"),
    "a date after the horizon": reform(f"{MAIN_RATE}:\n  2034-01-01: 0.2"),
    "a day that is not": reform(f"{MAIN_RATE}:\n  2027-02-30: 0.2"),
    "a year for a date": reform(f"{MAIN_RATE}:\n  2027: 0.2"),
    "no date": reform(f"{MAIN_RATE}: 0.2"),
    "a lower limit above the upper": reform(f"{LIMITS}.lower_limit:\n  2027-04-01: 60000\n  2028-04-01: 300000"),
    "an upper limit below the lower": reform(f"{LIMITS}.upper_limit:\n  2027-04-01: 40000"),
    "half a cap": reform("human_investment.payable.cap_fixed:\n  2027-04-01: 20000"),
    "an assumption common to both laws": reform("assumptions.growth.profits:\n  2027-04-01: 0.05"),
    "a straddle its law does not know": reform(f"{MAIN_RATE}:\n  2027-04-01: {{value: 0.2, straddle: by_date_incurred}}"),
    "a straddle without a value": reform(f"{MAIN_RATE}:\n  2027-04-01: {{straddle: day_weighted}}"),
    "no parameter": reform("{}"),
    "another name than its file": header("reform: yours"),
    "a name with spaces": header("reform: My reform"),
    "a status nobody knows": header("status: draft"),
    "no range of versions": header("requires: newest"),
    "a newer version": header('requires: ">=9"'),
    "an older version": header('requires: "<0.1"'),
    "an empty title": header("title:"),
    "a list of sources": header("source: [a, b]"),
    "a key nobody knows": reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2", HEADER + "titles: Mine\n"),
    "a key twice": reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2", HEADER + "title: Mine\n"),
    **{f"no {key}": without(key) for key in ("reform", "title", "summary", "status", "source", "requires")},
    "a header alone": text(HEADER),
    "six faults at once": reform(
        f"corporation_tax.man_rate:\n  2027-04-01: 0.2\n{MAIN_RATE}:\n  2027-04-01: 20\n  2027-04-31: 0.2\n"
        "  2040-04-01: 0.2\nhuman_investment.incremental.enabled:\n  2027-04-01: 3",
        HEADER.replace("status: proposal", "status: draft"),
    ),
    "None for a limit": rate("None", "human_investment.caps.per_group"),
    "null for a limit": rate("null", "human_investment.caps.per_group"),
    "no limit in words": rate("no limit", "human_investment.caps.per_group"),
    "unlimited": rate("unlimited", "human_investment.caps.per_group"),
    "fifty thousand pounds as people type it": rate("£50k", f"{LIMITS}.lower_limit"),
    "thousands with commas": rate("200,000", f"{LIMITS}.upper_limit"),
    "millions in short": rate("1.5m", f"{LIMITS}.upper_limit"),
    "five pounds and a penny": rate("£5.01", f"{LIMITS}.lower_limit"),
    "underscores": rate("50_000", f"{LIMITS}.lower_limit"),
    "a leading 0": rate("019"),
    "a fraction": rate("1/4"),
    "a percentage of four figures": rate("12.25%"),
    "a tab": text(HEADER + f"parameters:\n\t{MAIN_RATE}:\n\t\t2027-04-01: 0.2\n"),
    "a tab after the path": text(HEADER + f"parameters:\n  {MAIN_RATE}:\n\t2027-04-01: 0.2\n"),
    "a colon in a title": header("title: Growth: a plan"),
    "a date at the margin": text(HEADER + f"parameters:\n  {MAIN_RATE}:\n  2028-04-01: 0.2\n"),
    "a value beside its path": reform(f"{MAIN_RATE}: 0.2"),
    "a header key among the parameters": reform(f"{MAIN_RATE}:\n  2027-04-01: 0.2\nnotes: mine"),
    "a parameter in the header": text(HEADER + f"{MAIN_RATE}:\n  2027-04-01: 0.2\n"),
    "a year in two figures": reform(f"{MAIN_RATE}:\n  27-04-01: 0.2"),
    "a date with the day first": reform(f"{MAIN_RATE}:\n  01/04/2027: 0.2"),
    "a date in words": reform(f"{MAIN_RATE}:\n  1 April 2027: 0.2"),
    "a day before the law": reform(f"{MAIN_RATE}:\n  2005-04-01: 0.2"),
    "a start on 6 April": reform(f"{MAIN_RATE}:\n  2027-04-06: 0.2"),
    "a small profits rate above the main rate": rate("0.3", "corporation_tax.small_profits_rate"),
    "130% in all as what is added": reform(
        "human_investment.additional_deduction:\n  2027-04-01: 1.30\n"
        "human_investment.qualifying.external_course_fees.inclusion:\n  2027-04-01: 1"
    ),
    "a choice nobody can make": rate("tiny", "human_investment.form"),
    "a company file": period("turnover: 5"),
    "a workbook": lambda: b"PK\x03\x04" + bytes(1_000),
    "a tag that runs a command": rate("!!python/object/apply:os.system [ls]"),
    "a tag in place of a path": reform("? !!python/name:os.system\n: {2027-04-01: 0.2}"),
    "a list that explodes": bomb,
    "an anchor": rate("&a 0.2"),
    "an alias": rate("*a"),
    "a path of a thousand letters": reform(f"{'x' * 1_000}:\n  2027-04-01: 0.2"),
    "two thousand near names": reform("".join(f"{MAIN_RATE}{number}:\n  2027-04-01: 0.2\n" for number in range(1_999))),
    "more values than a reform may hold": reform(
        "".join(f"{MAIN_RATE}{number}:\n  2027-04-01: 0.2\n" for number in range(2_001))
    ),
    "an open quotation mark": header("title: 'Mine"),
    "an open brace": reform(f"{MAIN_RATE}: {{2027-04-01: 0.2"),
    "wrong indentation": text(HEADER + f"parameters:\n  {MAIN_RATE}:\n     2027-04-01: 0.2\n    2028-04-01: 0.3\n"),
    "nothing": text(""),
    "binary noise": lambda: bytes(range(256)),
    "UTF-16": lambda: HEADER.encode("utf-16"),
    "a megabyte of braces": lambda: b"{" * 1_000_000,
    "two megabytes": lambda: b"a: 1\n" * 500_000,
    "an escape sequence for the terminal": lambda: b"\x1b[2Jreform: mine",
}

COMPANIES: Mapping[str, Made] = {
    "a tag that runs a command": period("turnover: !!python/object/apply:os.system [ls]"),
    "a tag that opens a file": period("turnover: !!python/name:open"),
    "a list that explodes": bomb,
    "an anchor": period("turnover: &a 5"),
    "a merge key": text("a: &a {b: 1}\nc: {<<: *a}\n"),
    "ten megabytes of comment": lambda: b"# " + b"x" * 10_000_000,
    "ten megabytes of nothing": lambda: b" " * 10_000_000,
    "two hundred thousand values": text("a: [" + "1," * 200_000 + "1]"),
    "a thousand brackets": text("a: " + "[" * 1_000 + "]" * 1_000),
    "a hundred thousand brackets that never close": text("a: " + "[" * 100_000),
    "binary noise": lambda: bytes(range(256)) * 10,
    "UTF-16": lambda: "company: {}".encode("utf-16"),
    "a NUL": text("company: {name: A\0}"),
    "a bell": text('company: {name: "A\a"}\n'),
    "an escape sequence for the terminal": text("\x1b[2Jcompany: 1"),
    "nothing": text(""),
    "a comment alone": text("# nothing\n"),
    "a list at the top": text("- 1\n- 2\n"),
    "a word at the top": text("company"),
    "two documents": text("company: {name: A}\n---\ncompany: {name: B}\n"),
    "a tab for indentation": text("company:\n\tname: A\n"),
    "JSON that is cut off": text('{"accounting_periods": [{"start": "2028-01-01"'),
    "a key that is a list": text("? [a, b]\n: 1\n"),
    "a key twice": period("turnover: 5", "turnover: 6"),
    "an unknown fact": period("turnovr: 5"),
    "a name of a thousand letters": period(f"{'x' * 1_000}: 5"),
    "an output given": period("corporation_tax: 0"),
    "text for money": period("turnover: plenty"),
    "a formula for money": period('turnover: "=1+1"'),
    "a sum for money": period("turnover: 1+1"),
    "dollars": period("turnover: $500"),
    "an octal number for a number": period("employees: 0o17"),
    "a number by sixty": period("turnover: 12:30:45"),
    "NaN": period("turnover: .nan"),
    "infinity": period("turnover: -.inf"),
    "nothing for money": period("turnover: ~"),
    "a list for money": period("turnover: [5]"),
    "a number of a thousand digits": period(f"turnover: {'9' * 1_000}"),
    "a number beyond all reason": period("turnover: 1e300"),
    "a loss beyond all reason": period("trading_profit_before_capital_allowances: -1e14"),
    "negative spending": period("main_rate_plant_new: -1"),
    "minus one associated company": period("associated_companies: -1"),
    "half an associated company": period("associated_companies: 0.5"),
    "a share of 101%": period("annual_investment_allowance_share: 1.01"),
    "a share below 0": period("loss_absorbed_by_group_share: -0.01"),
    "a share in percent": period("loss_absorbed_by_group_share: 30%"),
    "on for true": period("is_uk_resident: on"),
    "a year that ends before it starts": periods(("2028-12-31", "2028-01-01")),
    "eighteen months": periods(("2028-01-01", "2029-06-30")),
    "before the law": periods(("1999-01-01", "1999-12-31")),
    "after the law": periods(("2040-01-01", "2040-12-31")),
    "the year 9999": periods(("9999-01-01", "9999-12-31")),
    "the year 0": periods(("0000-01-01", "0000-12-31")),
    "30 February": periods(("2028-02-30", "2028-12-31")),
    "a date with the day first": periods(("01/04/2028", "31/03/2029")),
    "a time with the date": periods(("2028-01-01T00:00:00", "2028-12-31")),
    "overlap": periods(("2028-01-01", "2028-12-31"), ("2028-12-31", "2029-12-30")),
    "the same period twice": periods(("2028-01-01", "2028-12-31"), ("2028-01-01", "2028-12-31")),
    "a gap": periods(("2027-01-01", "2027-12-31"), ("2028-01-02", "2028-12-31")),
    "a hundred periods": periods(*repeat(("2028-01-01", "2028-12-31"), 100)),
    "an item on another day": period("expenditure: [{on: 2027-12-31, trainer_pay: 5}]"),
    "an item and an amount": period("trainer_pay: 5", "expenditure: [{on: 2028-01-01, trainer_pay: 5}]"),
    "an item that is never right": period("expenditure: [{on: 2028-01-01, turnover: 5}]"),
    "a car of nothing": period("expenditure: [{on: 2028-01-01, car: ~, co2_emissions: ~, new: ~}]"),
    "a car of infinite emissions": period("expenditure: [{on: 2028-01-01, car: 5, co2_emissions: .inf, new: true}]"),
    "a car of emissions that are no number": period(
        "expenditure: [{on: 2028-01-01, car: 5, co2_emissions: .nan, new: true}]"
    ),
    "a car below nothing": period("expenditure: [{on: 2028-01-01, car: 5, co2_emissions: -0.001, new: true}]"),
    "a car that is a list": period("expenditure: [{on: 2028-01-01, car: [5], co2_emissions: [0], new: [true]}]"),
    "a car beyond all reason": period("expenditure: [{on: 2028-01-01, car: 1e300, co2_emissions: 0, new: true}]"),
    "a car with a tag that runs a command": period(
        "expenditure: [{on: 2028-01-01, car: 5, co2_emissions: !!python/object/apply:os.system [ls], new: true}]"
    ),
    "a car twice in one item": period("expenditure: [{on: 2028-01-01, car: 5, car: 6, co2_emissions: 0, new: true}]"),
    "emissions by themselves": period("expenditure: [{on: 2028-01-01, co2_emissions: 0}]"),
    "a building sold in the year 9999": period(f"structures_and_buildings: [{{{BUILDING}, sold: 9999-12-31, proceeds: 5}}]"),
    "a building sold in the year 1": period(f"structures_and_buildings: [{{{BUILDING}, sold: 0001-01-01, proceeds: 5}}]"),
    "a building sold on 30 February": period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-02-30, proceeds: 5}}]"),
    "a building sold for nothing anybody said": period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-03-01}}]"),
    "a building sold for less than nothing": period(
        f"structures_and_buildings: [{{{BUILDING}, sold: 2028-03-01, proceeds: -1}}]"
    ),
    "a building sold for infinity": period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-03-01, proceeds: .inf}}]"),
    "a final period that is not the last": text(
        "accounting_periods:\n  - {start: 2027-01-01, end: 2027-12-31, is_final_accounting_period: true}\n"
        "  - {start: 2028-01-01, end: 2028-12-31}\n"
    ),
    "a tag of a thousand letters": period(f"expenditure: [{{on: 2028-01-01, trainer_pay: 5, tags: [{'x' * 1_000}]}}]"),
    "tags that are lists": period("expenditure: [{on: 2028-01-01, trainer_pay: 5, tags: [[green]]}]"),
    "tags that are one word": period("expenditure: [{on: 2028-01-01, trainer_pay: 5, tags: green}]"),
    "tags by themselves": period("expenditure: [{on: 2028-01-01, tags: [green]}]"),
    "ten thousand times one tag": period(
        "expenditure: [{on: 2028-01-01, trainer_pay: 5, tags: [" + "green, " * 10_000 + "]}]"
    ),
    "twenty thousand items": period("expenditure: [" + "{on: 2028-01-01, trainer_pay: 1}, " * 20_000 + "]"),
    "an item of twenty thousand": period("expenditure: [" + "{on: 2028-01-01, trainer_pay: 1}, " * 12_000 + "]"),
    "unknown variable": file("extrnal_course_fees: 5"),
    "a variable of another spelling in an item": items("{on: 2027-02-14, trainee_pey: 5}"),
    "unknown key at the top": file(top="companny: {name: A}"),
    "unknown key of the company": file(top="company: {nam: A}"),
    "a figure that the model works out": file("corporation_tax: 5"),
    "the twin of a dated variable": file("external_course_fees_on: 5"),
    "the law's own name for the first day": file("accounting_period_start: 2027-01-01"),
    "the law's own name for the first period": file("first_accounting_period: 2027"),
    "text for money among others": file("turnover: lots"),
    "nothing for money among others": file("turnover:"),
    "NaN among others": file("turnover: .nan"),
    "infinity among others": file("turnover: .inf"),
    "a number beyond all reason among others": file("turnover: 1e300"),
    "text for a number": file("employees: many"),
    "half a company": file("associated_companies: 1.5"),
    "a word for true": file("is_uk_resident: on"),
    "negative spending among others": file("external_course_fees: -500"),
    "negative spending in an item": items("{on: 2027-02-14, trainee_pay: -£5}"),
    "a share above 1": file("annual_investment_allowance_share: 30"),
    "a share in percent among others": file("annual_investment_allowance_share: 30%"),
    "apportionment by weeks": file(top="apportionment: weeks"),
    "an amount and items of one variable": file(f"trainer_pay: 5\nexternal_course_fees: 7\nexpenditure:\n  - {ITEM}"),
    "an amount and a building": file(
        "structures_and_buildings_expenditure: 5\nstructures_and_buildings:\n"
        "  - {cost: 5, incurred: 2027-01-01, brought_into_use: 2027-01-01}"
    ),
    "an item outside its accounting period": items("{on: 2026-12-31, trainee_pay: 5}"),
    "an item of a variable that has no dates": items("{on: 2027-02-14, turnover: 5}"),
    "an item of two variables": items("{on: 2027-02-14, trainee_pay: 5, trainer_pay: 6}"),
    "an item of no variable": items("{on: 2027-02-14}"),
    "an item without a day": items("{trainee_pay: 5}"),
    "an item on a day that does not exist": items("{on: 2027-02-30, trainee_pay: 5}"),
    "a date as people write it": items("{on: 14/02/2027, trainee_pay: 5}"),
    "an item that is a number": items("7"),
    "expenditure that is no list": file("expenditure: 5"),
    "an unknown tag": items("{on: 2027-02-14, trainee_pay: 5, tags: [gren]}"),
    "a building without its first use": buildings("{cost: 5, incurred: 2027-01-01}"),
    "a building first used after the period": buildings("{cost: 5, incurred: 2027-01-01, brought_into_use: 2028-01-01}"),
    "a building older than the allowance": buildings("{cost: 5, incurred: 2018-10-28, brought_into_use: 2027-01-01}"),
    "a building of negative cost": buildings("{cost: -5, incurred: 2027-01-01, brought_into_use: 2027-01-01}"),
    "a final period that another follows": file(
        "is_final_accounting_period: true", more="  - start: 2028-01-01\n    end: 2028-12-31"
    ),
    "the training of before the first period in the second": file(
        more="  - {start: 2028-01-01, end: 2028-12-31, is_new_company: true}"
    ),
    "an opening balance in the second period": file(
        more="  - start: 2028-01-01\n    end: 2028-12-31\n    trading_losses_brought_forward: 5"
    ),
    "no accounting periods": text("company: {name: A}"),
    "an empty list of them": text("accounting_periods: []"),
    "an accounting period that is a number": text("accounting_periods: [5]"),
    "an accounting period without dates": text("accounting_periods: [{turnover: 5}]"),
    "an accounting period without an end": text("accounting_periods: [{start: 2027-01-01}]"),
    "a period that ends before it starts": periods(("2027-01-01", "2026-12-31")),
    "a period over twelve months": periods(("2027-01-01", "2028-01-01")),
    "a period before the law held": periods(("2010-03-31", "2011-03-30")),
    "a period after the law held": periods(("2033-01-02", "2034-01-01")),
    "a period at the end of the calendar": periods(("9999-12-31", "9999-12-31")),
    "periods that overlap": periods(("2027-01-01", "2027-12-31"), ("2027-12-31", "2028-12-30")),
    "periods in the wrong order": periods(("2028-01-01", "2028-12-31"), ("2027-01-01", "2027-12-31")),
    "periods with a gap": periods(("2027-01-01", "2027-12-31"), ("2028-01-03", "2028-12-31")),
    "a key twice among others": file("turnover: 5\nturnover: 6"),
    "a tag": file("turnover: !!python/object/apply:os.system [ls]"),
    "an anchor among others": file("turnover: &a 5"),
    "four faults at once": text(
        "accounting_periods:\n  - start: 2027-01-01\n    end: 2027-12-31\n    expenditure:\n"
        "      - {on: 2026-02-14, trainee_pay: lots}\n      - {on: 2027-02-14, turnover: 5}\napportionment: weeks\n"
    ),
    "profit": period("profit: 240000"),
    "profits": period("profits: 240000"),
    "training": period("training: 240000"),
    "a tab in a value's place": period("turnover:\t"),
    "a colon in a name": text("company: {name: A}\ncompany name: B: C\n"),
    "a name with a colon": text("company:\n  name: Growth: a plan\n"),
    "a reform in the place of a company": text(HEADER + f"parameters:\n  {MAIN_RATE}:\n    2027-04-01: 0.2\n"),
    "a workbook": lambda: b"PK\x03\x04" + bytes(1_000),
    "a building without anything": buildings("{}"),
    "a building with a key nobody knows": buildings(
        "{cost: 5, incurred: 2027-01-01, brought_into_use: 2027-01-01, used: 1}"
    ),
    "a building that is a word": buildings("shed"),
    "a building sold with disposals beside": file(
        "structures_and_buildings: [{cost: 5, incurred: 2027-01-01, brought_into_use: 2027-01-01, sold: 2027-06-01, "
        "proceeds: 5}]\nexpenditure: [{on: 2027-02-01, structures_and_buildings_disposals: 5}]"
    ),
    "a car with its class": items("{on: 2027-02-14, car: 5, co2_emissions: 0, new: true, main_rate_cars: 5}"),
    "a car with another variable": items("{on: 2027-02-14, car: 5, co2_emissions: 0, new: true, trainer_pay: 5}"),
    "a class of cars with emissions": items("{on: 2027-02-14, main_rate_cars: 5, co2_emissions: 0}"),
    "training with emissions": items("{on: 2027-02-14, trainer_pay: 5, new: true}"),
    "a car in the period": file("car: 5"),
    "a car and its class for the period": file(
        "main_rate_cars: 5\nexpenditure: [{on: 2027-02-14, car: 5, co2_emissions: 60, new: true}]"
    ),
    "tags for plant": items("{on: 2027-02-14, main_rate_plant_new: 5, tags: [green]}"),
    "tags and a share": file(f"green_share: 0.5\nexpenditure: [{ITEM[:-1]}, tags: [green]}}]"),
    "a tag twice": items(f"{ITEM[:-1]}, tags: [green, green]}}"),
    "periods that are a mapping": text("accounting_periods: {start: 2027-01-01, end: 2027-12-31}"),
    "a company that is a word": file(top="company: Example Ltd"),
    "a name that is a list": file(top="company: {name: [A]}"),
}

TABLES: Mapping[str, Made] = {
    "nothing": text(""),
    "empty lines alone": text("\n\n\n"),
    "a heading alone": text(f"{HEADING}\n"),
    "empty rows alone": rows(",,", " , ,"),
    "no company column": text("start,end\n2028-01-01,2028-12-31\n"),
    "none of the columns needed": text("a,b\n1,2\n"),
    "no heading": text(f"{ROW}\n{ROW}\n"),
    "an unknown column": one("turnovr", "5"),
    "an output as a column": one("corporation_tax", "5"),
    "a dated twin as a column": one("trainer_pay_on", "5"),
    "the law's own name for a date": one("accounting_period_start", "2028-01-01"),
    "a column without a name": one("", "5"),
    "a column twice": one("turnover,turnover", "5,6"),
    "a thousand columns": one(",".join(f"x{n}" for n in range(1_000)), ",".join(repeat("1", 1_000))),
    "a million commas": lambda: b"," * 1_000_000,
    "semicolons": text("company;start;end\nA;2028-01-01;2028-12-31\n"),
    "tabs": text("company\tstart\tend\nA\t2028-01-01\t2028-12-31\n"),
    "a row too short": rows(ROW, "B,2028-01-01"),
    "a row too long": rows(ROW, "B,2028-01-01,2028-12-31,5"),
    "quotation marks that never close": rows(f'"{ROW}'),
    "text after a quotation mark": rows('"A"x,2028-01-01,2028-12-31'),
    "a cell of a megabyte": rows(f'"{"x" * 1_000_000}",2028-01-01,2028-12-31'),
    "a cell of many lines": rows('"' + "x\n" * 100_000 + '",2028-01-01,2028-12-31'),
    "ten megabytes in one line": lambda: b"a" * 10_000_000,
    "a hundred megabytes": lambda: b"a,b,c\n" * 17_000_000,
    "a million rows": lambda: f"{HEADING}\n".encode() + f"{ROW}\n".encode() * 1_000_000,
    "a million empty rows": lambda: f"{HEADING}\n".encode() + b",,\n" * 1_000_000,
    "binary noise": lambda: bytes(range(256)) * 10,
    "an old encoding": lambda: f"{HEADING},turnover\n{ROW},£5\n".encode("cp1252"),
    "UTF-16": lambda: f"{HEADING}\n{ROW}\n".encode("utf-16"),
    "a NUL": rows("A\0,2028-01-01,2028-12-31"),
    "a workbook": lambda: b"PK\x03\x04" + bytes(1_000),
    "a formula for money": one("turnover", "=1+1"),
    "a command for money": one("turnover", "\"=cmd|' /C calc'!A0\""),
    "text for money": one("turnover", "plenty"),
    "an error of a spreadsheet": one("turnover", "#REF!"),
    "NaN": one("turnover", "nan"),
    "infinity": one("turnover", "inf"),
    "minus infinity": one("trading_profit_before_capital_allowances", "-inf"),
    "a number of a thousand digits": one("turnover", "9" * 1_000),
    "a number beyond all reason": one("turnover", "1e300"),
    "figures of another script": one("turnover", "١٢٣"),
    "negative spending": one("main_rate_plant_new", "-500"),
    "negative spending in pounds": one("main_rate_plant_new", "-£500"),
    "half an associated company": one("associated_companies", "0.5"),
    "a share in percent": one("annual_investment_allowance_share", "30%"),
    "a share of 30": one("annual_investment_allowance_share", "30"),
    "on for true": one("is_uk_resident", "on"),
    "weeks": one("apportionment", "weeks"),
    "no company": rows(",2028-01-01,2028-12-31"),
    "a company of a thousand letters": rows(f"{'A' * 1_000},2028-01-01,2028-12-31"),
    "no end": rows("A,2028-01-01,"),
    "30 February": rows("A,2028-02-30,2028-12-31"),
    "a date as spreadsheets like it": rows("A,01/01/2028,31/12/2028"),
    "a serial number for a date": rows("A,46753,47118"),
    "a period backwards": rows("A,2028-12-31,2028-01-01"),
    "a period of two years": rows("A,2028-01-01,2029-12-31"),
    "before the law": rows("A,1999-01-01,1999-12-31"),
    "after the law": rows("A,2040-01-01,2040-12-31"),
    "the same row twice": rows(ROW, ROW),
    "two rows of one start": rows(ROW, "A,2028-01-01,2028-06-30"),
    "overlap": rows("A,2028-06-01,2028-12-31", "A,2028-01-01,2028-06-30"),
    "a gap": rows("A,2030-01-01,2030-12-31", ROW),
    "41 periods": rows(
        *(f"A,20{10 + n // 3}-{4 + 2 * (n % 3):02}-01,20{10 + n // 3}-{4 + 2 * (n % 3):02}-28" for n in range(50))
    ),
    "an opening balance in the second period": rows(
        f"{ROW},5", "A,2029-01-01,2029-12-31,5", heading=f"{HEADING},trading_losses_brought_forward"
    ),
    "a car": one("car", "30000"),
    "the emissions of a car": one("co2_emissions", "0"),
    "tags": one("tags", "green"),
    "a list of buildings": one("structures_and_buildings", "[]"),
    "dated items": one("expenditure", "[]"),
    "a final period that is not the last": rows(
        f"{ROW},true", "A,2029-01-01,2029-12-31,", heading=f"{HEADING},is_final_accounting_period"
    ),
    "two hundred thousand faults": lambda: (
        f"{HEADING},turnover\n".encode() + b"".join(f"C{n},2028-01-01,2028-12-31,x{n}\n".encode() for n in range(150_000))
    ),
    "YAML under the name of a table": period("turnover: 5"),
    "a thousand dates with the day first": rows(*(f"C{n},01/01/2028,31/12/2028" for n in range(1_000))),
    "five faults at once": text(
        f"{HEADING},turnover,is_uk_resident\nA,2028-01-01,2028-12-31,lots,on\n\nB,2028-01-01,,5,\n"
        "A,2029-01-02,2029-12-31,-5,\n"
    ),
    "profit as a column": one("profit", "5"),
    "a baseline in the second row": rows(
        f"{ROW},0", "A,2029-01-01,2029-12-31,7", heading=f"{HEADING},baseline_training_expenditure"
    ),
}

RECORDS: Mapping[str, Made] = {
    "no JSON": text("{"),
    "a list": text("[1]"),
    "nested without an end": text("[" * 9_999),
    "a workbook": lambda: b"PK\x03\x04" + bytes(1_000),
    "nothing": text(""),
    "an empty object": text("{}"),
    "eleven megabytes": lambda: b" " * 11_000_000,
    "much that is wrong": record(
        model_version=None, reforms=["x"], years=[], behaviour=3, settings=[1], baseline=None, basis=None, forecast=None
    ),
    "draws that are a word": record(draws="many"),
    "draws that are a truth": record(draws=True),
    "a year of gains that is a number": record(year_of_gains=2027),
    "a population of a number": record(population={"name": 1}),
    "years that are one text": record(years="2026-27:2031-32"),
    "years that are no years": record(reforms=[], years=["a", "b"]),
    "a behaviour nobody knows": record(reforms=[], behaviour="wild"),
    "a reform without text": record(reforms=[{"name": "mine"}]),
    "a reform of a hostile text": record(reforms=[{"name": "mine", "text": "!!python/object/apply:os.system [ls]"}]),
    "a reform that is cut off": record(),
    "a setting that is none": record(reforms=[], settings=["x"]),
}

# A request: the words after `goodwork`.
REQUESTS: Mapping[str, tuple[str, ...]] = {
    "years of the last century": ("cost", "human-investment-super-deduction", "--years", "1800-01:1801-02"),
    "years that are no years": ("cost", "human-investment-super-deduction", "--years", "next"),
    "a setting that is none": ("cost", "human-investment-super-deduction", "--set", "x"),
    "a setting of £50k": ("cost", "human-investment-super-deduction", "--set", f"{LIMITS}.lower_limit@2027-04-01=£50k"),
    "settings with three faults": (
        "cost",
        "human-investment-super-deduction",
        "--set",
        "corporation_tax.man_rate@2027-04-01=0.2",
        "--set",
        f"{MAIN_RATE}@2027-4-1=20%",
        "--set",
        f"{MAIN_RATE}@2027-04-01=20",
    ),
    "a reform nobody knows": ("cost", "human-investment-superdeduction"),
    "a reform of no name": ("cost", "human-investment-super-deduction + "),
    "a file that is not there": ("reforms", "check", "none.yaml"),
    "a folder for a reform": ("reforms", "check", "."),
    "a company that is not there": ("calculate", "none.yaml"),
    "a folder for a company": ("calculate", "."),
    "a record that is not there": ("cost", "--record", "none.json"),
    "the law of a day before all law": ("compare", "law", "law@1999-01-01"),
    "the law of no day": ("compare", "law", "law@2027-02-30"),
    "a comparison on no day": ("compare", "law", "law@2020-04-01", "--on", "1 April 2027"),
}

MAPPINGS: Mapping[str, Callable[[], dict[Any, Any]]] = {
    "NaN": lambda: mapping(turnover=math.nan),
    "infinity": lambda: mapping(turnover=math.inf),
    "negative": lambda: mapping(trainer_pay=-5),
    "unknown": lambda: mapping(trainer_pai=5),
    "a number for a truth": lambda: mapping(is_uk_resident=1),
    "a number of sixty digits": lambda: mapping(turnover=10**60),
    "a set": lambda: mapping(turnover={1}),
    "a name that is a number": lambda: mapping() | {3: 4},
    "an item outside": lambda: mapping(expenditure=[{"on": "2026-01-01", "trainer_pay": 3}]),
    "a text for a number": lambda: mapping(employees="5"),
    "nothing for money": lambda: mapping(turnover=None),
    "no periods": lambda: {"accounting_periods": []},
    "a building of a negative cost": lambda: mapping(
        structures_and_buildings=[{"cost": -5, "incurred": "2027-01-01", "brought_into_use": "2027-01-01"}]
    ),
    "100,001 names": lambda: mapping(**{f"x{number}": 1 for number in range(100_001)}),
}
