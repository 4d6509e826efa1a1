"""Files that are wrong or meant to harm: a written list, each made on demand and none stored.

Each is a content and a piece of the message that must refuse it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

Made = Callable[[], bytes]
Hostile = dict[str, tuple[Made, str]]

HEADING = "company,start,end"
BUILDING = "cost: 5, incurred: 2028-01-01, brought_into_use: 2028-02-01"
ROW = "A,2028-01-01,2028-12-31"


def text(content: str) -> Made:
    return content.encode


def period(*facts: str) -> Made:
    """A company file of one period with these lines in it."""
    lines = ["accounting_periods:", "  - start: 2028-01-01", "    end: 2028-12-31", *(f"    {fact}" for fact in facts)]
    return text("\n".join(lines) + "\n")


def periods(*spans: tuple[str, str]) -> Made:
    return text("accounting_periods:\n" + "".join(f"  - {{start: {start}, end: {end}}}\n" for start, end in spans))


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
    return text("\n".join([heading, *lines, ""]))


COMPANY_FILES: Hostile = {
    "a tag that runs a command": (period("turnover: !!python/object/apply:os.system [ls]"), "Tags"),
    "a tag that opens a file": (period("turnover: !!python/name:open"), "Tags"),
    "a list that explodes": (bomb, "Aliases"),
    "an anchor": (period("turnover: &a 5"), "Anchors"),
    "a merge key": (text("a: &a {b: 1}\nc: {<<: *a}\n"), "Aliases"),
    "ten megabytes of comment": (lambda: b"# " + b"x" * 10_000_000, "larger than 1 MB"),
    "ten megabytes of nothing": (lambda: b" " * 10_000_000, "larger than 1 MB"),
    "two hundred thousand values": (text("a: [" + "1," * 200_000 + "1]"), "more than 100,000 values"),
    "a thousand brackets": (text("a: " + "[" * 1_000 + "]" * 1_000), "nested more than"),
    "a hundred thousand brackets that never close": (text("a: " + "[" * 100_000), "nested more than"),
    "binary noise": (lambda: bytes(range(256)) * 10, "not text in UTF-8"),
    "UTF-16": (lambda: "company: {}".encode("utf-16"), "not text in UTF-8"),
    "a NUL": (text("company: {name: A\0}"), "NUL"),
    "a bell": (text('company: {name: "A\a"}\n'), "not YAML"),
    "an escape sequence for the terminal": (text("\x1b[2Jcompany: 1"), "not YAML"),
    "nothing": (text(""), "empty"),
    "a comment alone": (text("# nothing\n"), "empty"),
    "a list at the top": (text("- 1\n- 2\n"), "must be a mapping"),
    "a word at the top": (text("company"), "must be a mapping"),
    "two documents": (text("company: {name: A}\n---\ncompany: {name: B}\n"), "several documents"),
    "a tab for indentation": (text("company:\n\tname: A\n"), "not YAML"),
    "JSON that is cut off": (text('{"accounting_periods": [{"start": "2028-01-01"'), "not YAML"),
    "a key that is a list": (text("? [a, b]\n: 1\n"), "must be plain text"),
    "a key twice": (period("turnover: 5", "turnover: 6"), "given twice"),
    "an unknown fact": (period("turnovr: 5"), "Did you mean turnover?"),
    "a name of a thousand letters": (period(f"{'x' * 1_000}: 5"), "is not known here"),
    "an output given": (period("corporation_tax: 0"), "what the model works out"),
    "text for money": (period("turnover: plenty"), "must be an amount of money"),
    "a formula for money": (period('turnover: "=1+1"'), "must be an amount of money"),
    "a sum for money": (period("turnover: 1+1"), "must be an amount of money"),
    "dollars": (period("turnover: $500"), "must be an amount of money"),
    "an octal number for a number": (period("employees: 0o17"), "must be a number"),
    "a number by sixty": (period("turnover: 12:30:45"), "must be an amount of money"),
    "NaN": (period("turnover: .nan"), "must be an amount of money"),
    "infinity": (period("turnover: -.inf"), "must be an amount of money"),
    "nothing for money": (period("turnover: ~"), "not nothing"),
    "a list for money": (period("turnover: [5]"), "not a list"),
    "a number of a thousand digits": (period(f"turnover: {'9' * 1_000}"), "must be an amount of money"),
    "a number beyond all reason": (period("turnover: 1e300"), "beyond 10,000,000,000,000"),
    "a loss beyond all reason": (period("trading_profit_before_capital_allowances: -1e14"), "beyond 10,000,000,000,000"),
    "negative spending": (period("main_rate_plant_new: -1"), "cannot be below 0"),
    "minus one associated company": (period("associated_companies: -1"), "cannot be below 0"),
    "half an associated company": (period("associated_companies: 0.5"), "whole number"),
    "a share of 101%": (period("annual_investment_allowance_share: 1.01"), "from 0 to 1"),
    "a share below 0": (period("loss_absorbed_by_group_share: -0.01"), "from 0 to 1"),
    "a share in percent": (period("loss_absorbed_by_group_share: 30%"), "fraction"),
    "yes for true": (period("is_uk_resident: yes"), "true or false"),
    "a year that ends before it starts": (periods(("2028-12-31", "2028-01-01")), "ends before it starts"),
    "eighteen months": (periods(("2028-01-01", "2029-06-30")), "longer than 12 months"),
    "before the law": (periods(("1999-01-01", "1999-12-31")), "first day for which the law is held"),
    "after the law": (periods(("2040-01-01", "2040-12-31")), "last day for which the law is held"),
    "the year 9999": (periods(("9999-01-01", "9999-12-31")), "last day for which the law is held"),
    "the year 0": (periods(("0000-01-01", "0000-12-31")), "not a day of the calendar"),
    "30 February": (periods(("2028-02-30", "2028-12-31")), "not a day of the calendar"),
    "a date of another country": (periods(("01/04/2028", "31/03/2029")), "Dates are written YYYY-MM-DD"),
    "a time with the date": (periods(("2028-01-01T00:00:00", "2028-12-31")), "Dates are written YYYY-MM-DD"),
    "overlap": (periods(("2028-01-01", "2028-12-31"), ("2028-12-31", "2029-12-30")), "overlaps"),
    "the same period twice": (periods(("2028-01-01", "2028-12-31"), ("2028-01-01", "2028-12-31")), "overlaps"),
    "a gap": (periods(("2027-01-01", "2027-12-31"), ("2028-01-02", "2028-12-31")), "gap of 1 day"),
    "a hundred periods": (periods(*repeat(("2028-01-01", "2028-12-31"), 100)), "at most 40"),
    "an item on another day": (period("expenditure: [{on: 2027-12-31, trainer_pay: 5}]"), "outside the accounting period"),
    "an item and an amount": (period("trainer_pay: 5", "expenditure: [{on: 2028-01-01, trainer_pay: 5}]"), "given both"),
    "an item that is never right": (period("expenditure: [{on: 2028-01-01, turnover: 5}]"), "cannot be dated"),
    "a car of nothing": (period("expenditure: [{on: 2028-01-01, car: ~, co2_emissions: ~, new: ~}]"), "not nothing"),
    "a car of infinite emissions": (
        period("expenditure: [{on: 2028-01-01, car: 5, co2_emissions: .inf, new: true}]"),
        "must be a finite number",
    ),
    "a car of emissions that are no number": (
        period("expenditure: [{on: 2028-01-01, car: 5, co2_emissions: .nan, new: true}]"),
        "must be a number",
    ),
    "a car below nothing": (
        period("expenditure: [{on: 2028-01-01, car: 5, co2_emissions: -0.001, new: true}]"),
        "cannot be below 0",
    ),
    "a car that is a list": (
        period("expenditure: [{on: 2028-01-01, car: [5], co2_emissions: [0], new: [true]}]"),
        "not a list",
    ),
    "a car beyond all reason": (
        period("expenditure: [{on: 2028-01-01, car: 1e300, co2_emissions: 0, new: true}]"),
        "beyond 10,000,000,000,000",
    ),
    "a car with a tag that runs a command": (
        period("expenditure: [{on: 2028-01-01, car: 5, co2_emissions: !!python/object/apply:os.system [ls], new: true}]"),
        "Tags",
    ),
    "a car twice in one item": (
        period("expenditure: [{on: 2028-01-01, car: 5, car: 6, co2_emissions: 0, new: true}]"),
        "given twice",
    ),
    "emissions by themselves": (period("expenditure: [{on: 2028-01-01, co2_emissions: 0}]"), "does not say what it cost"),
    "a building sold in the year 9999": (
        period(f"structures_and_buildings: [{{{BUILDING}, sold: 9999-12-31, proceeds: 5}}]"),
        "after the last accounting period",
    ),
    "a building sold in the year 1": (
        period(f"structures_and_buildings: [{{{BUILDING}, sold: 0001-01-01, proceeds: 5}}]"),
        "before its allowance begins",
    ),
    "a building sold on 30 February": (
        period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-02-30, proceeds: 5}}]"),
        "not a day of the calendar",
    ),
    "a building sold for nothing anybody said": (
        period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-03-01}}]"),
        "sold is given without proceeds",
    ),
    "a building sold for less than nothing": (
        period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-03-01, proceeds: -1}}]"),
        "cannot be below 0",
    ),
    "a building sold for infinity": (
        period(f"structures_and_buildings: [{{{BUILDING}, sold: 2028-03-01, proceeds: .inf}}]"),
        "must be an amount of money",
    ),
    "a final period that is not the last": (
        text(
            "accounting_periods:\n  - {start: 2027-01-01, end: 2027-12-31, is_final_accounting_period: true}\n"
            "  - {start: 2028-01-01, end: 2028-12-31}\n"
        ),
        "others follow",
    ),
    "a tag of a thousand letters": (
        period(f"expenditure: [{{on: 2028-01-01, trainer_pay: 5, tags: [{'x' * 1_000}]}}]"),
        "is not a tag",
    ),
    "tags that are lists": (
        period("expenditure: [{on: 2028-01-01, trainer_pay: 5, tags: [[green]]}]"),
        "must be text, not a list",
    ),
    "tags that are one word": (period("expenditure: [{on: 2028-01-01, trainer_pay: 5, tags: green}]"), "must be a list"),
    "tags by themselves": (period("expenditure: [{on: 2028-01-01, tags: [green]}]"), "has no variable"),
    "ten thousand times one tag": (
        period("expenditure: [{on: 2028-01-01, trainer_pay: 5, tags: [" + "green, " * 10_000 + "]}]"),
        "is given twice",
    ),
    "twenty thousand items": (
        period("expenditure: [" + "{on: 2028-01-01, trainer_pay: 1}, " * 20_000 + "]"),
        "more than 100,000 values",
    ),
    "an item of twenty thousand": (
        period("expenditure: [" + "{on: 2028-01-01, trainer_pay: 1}, " * 12_000 + "]"),
        "at most 10,000",
    ),
}

TABLES: Hostile = {
    "nothing": (text(""), "empty"),
    "empty lines alone": (text("\n\n\n"), "empty"),
    "a heading alone": (text(f"{HEADING}\n"), "no row below the heading"),
    "empty rows alone": (rows(",,", " , ,"), "no row below the heading"),
    "no company column": (text("start,end\n2028-01-01,2028-12-31\n"), "column is missing: company"),
    "none of the columns needed": (text("a,b\n1,2\n"), "columns are missing: company, start, end"),
    "no heading": (text(f"{ROW}\n{ROW}\n"), "columns are missing"),
    "an unknown column": (one("turnovr", "5"), "Did you mean turnover?"),
    "an output as a column": (one("corporation_tax", "5"), "what the model works out"),
    "a dated twin as a column": (one("trainer_pay_on", "5"), "is no column"),
    "the law's own name for a date": (one("accounting_period_start", "2028-01-01"), "Write the first day as `start`"),
    "a column without a name": (one("", "5"), "has no name"),
    "a column twice": (one("turnover,turnover", "5,6"), "stands twice"),
    "a thousand columns": (
        one(",".join(f"x{n}" for n in range(1_000)), ",".join(repeat("1", 1_000))),
        "no table of companies",
    ),
    "a million commas": (lambda: b"," * 1_000_000, "longer than 100,000 characters"),
    "semicolons": (text("company;start;end\nA;2028-01-01;2028-12-31\n"), "parted by semicolons"),
    "tabs": (text("company\tstart\tend\nA\t2028-01-01\t2028-12-31\n"), "parted by tabs"),
    "a row too short": (rows(ROW, "B,2028-01-01"), "The row has 2 cells, the heading 3"),
    "a row too long": (rows(ROW, "B,2028-01-01,2028-12-31,5"), "The row has 4 cells, the heading 3"),
    "quotation marks that never close": (rows(f'"{ROW}'), "not CSV"),
    "text after a quotation mark": (rows('"A"x,2028-01-01,2028-12-31'), "not CSV"),
    "a cell of a megabyte": (rows(f'"{"x" * 1_000_000}",2028-01-01,2028-12-31'), "longer than 100,000 characters"),
    "a cell of many lines": (rows('"' + "x\n" * 100_000 + '",2028-01-01,2028-12-31'), "not CSV"),
    "ten megabytes in one line": (lambda: b"a" * 10_000_000, "longer than 100,000 characters"),
    "a hundred megabytes": (lambda: b"a,b,c\n" * 17_000_000, "larger than 100 MB"),
    "a million rows": (lambda: f"{HEADING}\n".encode() + f"{ROW}\n".encode() * 1_000_000, "more than 200,000 rows"),
    "a million empty rows": (lambda: f"{HEADING}\n".encode() + b",,\n" * 1_000_000, "more than 200,000 rows"),
    "binary noise": (lambda: bytes(range(256)) * 10, "not text in UTF-8"),
    "an old encoding": (lambda: f"{HEADING},turnover\n{ROW},£5\n".encode("cp1252"), "not text in UTF-8"),
    "UTF-16": (lambda: f"{HEADING}\n{ROW}\n".encode("utf-16"), "not text in UTF-8"),
    "a NUL": (rows("A\0,2028-01-01,2028-12-31"), "NUL"),
    "a workbook": (lambda: b"PK\x03\x04" + bytes(1_000), "NUL"),
    "a formula for money": (one("turnover", "=1+1"), "must be an amount of money"),
    "a command for money": (one("turnover", "\"=cmd|' /C calc'!A0\""), "must be an amount of money"),
    "text for money": (one("turnover", "plenty"), "must be an amount of money"),
    "an error of a spreadsheet": (one("turnover", "#REF!"), "must be an amount of money"),
    "NaN": (one("turnover", "nan"), "must be an amount of money"),
    "infinity": (one("turnover", "inf"), "must be an amount of money"),
    "minus infinity": (one("trading_profit_before_capital_allowances", "-inf"), "must be an amount of money"),
    "a number of a thousand digits": (one("turnover", "9" * 1_000), "must be an amount of money"),
    "a number beyond all reason": (one("turnover", "1e300"), "beyond 10,000,000,000,000"),
    "figures of another script": (one("turnover", "١٢٣"), "must be an amount of money"),
    "negative spending": (one("main_rate_plant_new", "-500"), "cannot be below 0"),
    "negative spending in pounds": (one("main_rate_plant_new", "-£500"), "cannot be below 0"),
    "half an associated company": (one("associated_companies", "0.5"), "whole number"),
    "a share in percent": (one("annual_investment_allowance_share", "30%"), "20% is 0.20"),
    "a share of 30": (one("annual_investment_allowance_share", "30"), "30% is 0.30"),
    "yes for true": (one("is_uk_resident", "yes"), "true or false"),
    "weeks": (one("apportionment", "weeks"), "days or months"),
    "no company": (rows(",2028-01-01,2028-12-31"), "company is empty"),
    "a company of a thousand letters": (rows(f"{'A' * 1_000},2028-01-01,2028-12-31"), "more than 200 characters"),
    "no end": (rows("A,2028-01-01,"), "end is missing"),
    "30 February": (rows("A,2028-02-30,2028-12-31"), "not a day of the calendar"),
    "a date as spreadsheets like it": (rows("A,01/01/2028,31/12/2028"), "Dates are written YYYY-MM-DD"),
    "a serial number for a date": (rows("A,46753,47118"), "Dates are written YYYY-MM-DD"),
    "a period backwards": (rows("A,2028-12-31,2028-01-01"), "ends before it starts"),
    "a period of two years": (rows("A,2028-01-01,2029-12-31"), "longer than 12 months"),
    "before the law": (rows("A,1999-01-01,1999-12-31"), "first day for which the law is held"),
    "after the law": (rows("A,2040-01-01,2040-12-31"), "last day for which the law is held"),
    "the same row twice": (rows(ROW, ROW), "has two rows that start on 1 January 2028"),
    "two rows of one start": (rows(ROW, "A,2028-01-01,2028-06-30"), "has two rows that start on 1 January 2028"),
    "overlap": (rows("A,2028-06-01,2028-12-31", "A,2028-01-01,2028-06-30"), "overlaps"),
    "a gap": (rows("A,2030-01-01,2030-12-31", ROW), "gap of 365 days"),
    "41 periods": (
        rows(*(f"A,20{10 + n // 3}-{4 + 2 * (n % 3):02}-01,20{10 + n // 3}-{4 + 2 * (n % 3):02}-28" for n in range(50))),
        "more than 40 accounting periods",
    ),
    "an opening balance in the second period": (
        rows(f"{ROW},5", "A,2029-01-01,2029-12-31,5", heading=f"{HEADING},trading_losses_brought_forward"),
        "belongs to the first accounting period alone",
    ),
    "a car": (one("car", "30000"), "column for each class of cars"),
    "the emissions of a car": (one("co2_emissions", "0"), "column for each class of cars"),
    "tags": (one("tags", "green"), "no single items of training"),
    "a list of buildings": (one("structures_and_buildings", "[]"), "no dated items"),
    "dated items": (one("expenditure", "[]"), "no dated items"),
    "a final period that is not the last": (
        rows(f"{ROW},true", "A,2029-01-01,2029-12-31,", heading=f"{HEADING},is_final_accounting_period"),
        "others follow",
    ),
    "two hundred thousand faults": (
        lambda: (
            f"{HEADING},turnover\n".encode()
            + b"".join(f"C{n},2028-01-01,2028-12-31,x{n}\n".encode() for n in range(150_000))
        ),
        "1,000 faults or more",
    ),
    "YAML under the name of a table": (period("turnover: 5"), "missing"),
}
