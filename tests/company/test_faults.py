"""Company files that are wrong: each fault is one line that says where it is and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from openfisca_goodwork.company import calculate, read
from openfisca_goodwork.errors import CompanyFileError

ITEM = "{on: 2027-02-14, external_course_fees: 12000}"
MONEY = "Write pounds as 1250000, £1,250,000, 1.25m or 80k."


def file(period: str = "", top: str = "", more: str = "") -> bytes:
    """A company file with one good accounting period: its own facts begin on line 4."""
    parts = ["accounting_periods:", "  - start: 2027-01-01", "    end: 2027-12-31", *period.splitlines()]
    indented = [*parts[:3], *(f"    {line}" for line in parts[3:]), *more.splitlines(), *top.splitlines()]
    return "\n".join([*indented, ""]).encode()


def items(*lines: str) -> bytes:
    """The same with dated items, the first on line 5."""
    return file("\n".join(["expenditure:", *(f"  - {line}" for line in lines)]))


def buildings(*lines: str) -> bytes:
    """The same with buildings, the first on line 5."""
    return file("\n".join(["structures_and_buildings:", *(f"  - {line}" for line in lines)]))


def periods(*dates: tuple[str, str]) -> bytes:
    """A file of accounting periods; the first start is on line 2, the next on line 4."""
    return "\n".join(["accounting_periods:", *(f"  - start: {a}\n    end: {b}" for a, b in dates)]).encode()


FAULTS: dict[str, tuple[bytes, str]] = {
    "unknown variable": (
        file("extrnal_course_fees: 5"),
        "line 4  'extrnal_course_fees' is not known here. Did you mean external_course_fees?",
    ),
    "a variable of another spelling in an item": (
        items("{on: 2027-02-14, trainee_pey: 5}"),
        "line 5  'trainee_pey' is not known here. Did you mean trainee_pay?",
    ),
    "unknown key at the top": (
        file(top="companny: {name: A}"),
        "line 4  'companny' is not known here. Did you mean company?",
    ),
    "unknown key of the company": (
        file(top="company: {nam: A}"),
        "line 4  'nam' is not known here. Did you mean name?",
    ),
    "a figure that the model works out": (
        file("corporation_tax: 5"),
        "line 4  corporation_tax is what the model works out. Leave it out.",
    ),
    "the twin of a dated variable": (
        file("external_course_fees_on: 5"),
        f"line 4  external_course_fees_on is not given here. Write a dated item under `expenditure`: {ITEM}.",
    ),
    "the law's own name for the first day": (
        file("accounting_period_start: 2027-01-01"),
        "line 4  accounting_period_start is not given here. Write the first day as `start`.",
    ),
    "the law's own name for the first period": (
        file("first_accounting_period: 2027"),
        "line 4  first_accounting_period is not given here. The first accounting period of the file is the company's first.",
    ),
    "text for money": (
        file("turnover: lots"),
        f"line 4  turnover must be an amount of money, not 'lots'. {MONEY}",
    ),
    "nothing for money": (file("turnover:"), f"line 4  turnover must be an amount of money, not nothing. {MONEY}"),
    "NaN": (file("turnover: .nan"), f"line 4  turnover must be an amount of money, not '.nan'. {MONEY}"),
    "infinity": (file("turnover: .inf"), f"line 4  turnover must be an amount of money, not '.inf'. {MONEY}"),
    "a number beyond all reason": (
        file("turnover: 1e300"),
        "line 4  turnover is beyond 10,000,000,000,000, the largest number accepted.",
    ),
    "text for a number": (file("employees: many"), "line 4  employees must be a number, not 'many'."),
    "half a company": (
        file("associated_companies: 1.5"),
        "line 4  associated_companies must be a whole number, not '1.5'.",
    ),
    "a word for true": (file("is_uk_resident: yes"), "line 4  is_uk_resident must be true or false, not 'yes'."),
    "negative spending": (
        file("external_course_fees: -500"),
        "line 4  external_course_fees is -500; it cannot be below 0.",
    ),
    "negative spending in an item": (
        items("{on: 2027-02-14, trainee_pay: -£5}"),
        "line 5  trainee_pay is -5; it cannot be below 0.",
    ),
    "a share above 1": (
        file("annual_investment_allowance_share: 30"),
        "line 4  annual_investment_allowance_share is 30; it must be from 0 to 1. Shares are fractions: 30% is 0.30.",
    ),
    "a share in percent": (
        file("annual_investment_allowance_share: 30%"),
        (
            "line 4  annual_investment_allowance_share must be a number, not '30%'. Write a percentage as a fraction: 20% "
            "is 0.20."
        ),
    ),
    "apportionment by weeks": (
        file(top="apportionment: weeks"),
        "line 4  apportionment must be days or months, not 'weeks'.",
    ),
    "an amount and items of one variable": (
        file(f"trainer_pay: 5\nexternal_course_fees: 7\nexpenditure:\n  - {ITEM}"),
        "line 5  external_course_fees is given both as an amount and as dated items. Give one or the other.",
    ),
    "an amount and a building": (
        file(
            "structures_and_buildings_expenditure: 5\nstructures_and_buildings:\n"
            "  - {cost: 5, incurred: 2027-01-01, brought_into_use: 2027-01-01}"
        ),
        "line 4  structures_and_buildings_expenditure is given both as an amount and as dated items. Give one or the other.",
    ),
    "an item outside its accounting period": (
        items("{on: 2026-12-31, trainee_pay: 5}"),
        "line 5  31 December 2026 is outside the accounting period of this item, 1 January 2027 to 31 December 2027.",
    ),
    "an item of a variable that has no dates": (
        items("{on: 2027-02-14, turnover: 5}"),
        "line 5  turnover cannot be dated. Give it once for the accounting period, outside `expenditure`.",
    ),
    "an item of two variables": (
        items("{on: 2027-02-14, trainee_pay: 5, trainer_pay: 6}"),
        f"line 5  The item has 2 variables: trainee_pay, trainer_pay. An item has one day and one variable: {ITEM}.",
    ),
    "an item of no variable": (
        items("{on: 2027-02-14}"),
        f"line 5  The item has no variable. An item has one day and one variable: {ITEM}.",
    ),
    "an item without a day": (
        items("{trainee_pay: 5}"),
        f"line 5  The item has no date. Write its day as `on`: {ITEM}.",
    ),
    "an item on a day that does not exist": (
        items("{on: 2027-02-30, trainee_pay: 5}"),
        "line 5  on: 2027-02-30 is not a day of the calendar.",
    ),
    "a date as people write it": (
        items("{on: 14/02/2027, trainee_pay: 5}"),
        "line 5  on must be a date, not '14/02/2027'. Dates are written YYYY-MM-DD: 2027-04-01.",
    ),
    "an item that is a number": (
        items("7"),
        "line 5  accounting_periods.0.expenditure.0 must be a mapping of names to values (`name: value`), not '7'.",
    ),
    "expenditure that is no list": (
        file("expenditure: 5"),
        "line 4  expenditure must be a list (`- one` on each line, or [one, two]), not '5'.",
    ),
    "an unknown tag": (
        items("{on: 2027-02-14, trainee_pay: 5, tags: [gren]}"),
        "line 5  'gren' is not a tag. Did you mean green?",
    ),
    "a building without its first use": (
        buildings("{cost: 5, incurred: 2027-01-01}"),
        "line 5  brought_into_use is missing.",
    ),
    "a building first used after the period": (
        buildings("{cost: 5, incurred: 2027-01-01, brought_into_use: 2028-01-01}"),
        (
            "line 5  The allowance on this building begins on 1 January 2028, the later of its two days, outside the "
            "accounting period, 1 January 2027 to 31 December 2027. List it under the period in which it begins, or the "
            "first if earlier."
        ),
    ),
    "a building older than the allowance": (
        buildings("{cost: 5, incurred: 2018-10-28, brought_into_use: 2027-01-01}"),
        "line 5  A cost incurred before 29 October 2018 carries no structures and buildings allowance. Leave it out.",
    ),
    "a building of negative cost": (
        buildings("{cost: -5, incurred: 2027-01-01, brought_into_use: 2027-01-01}"),
        "line 5  cost is -5; it cannot be below 0.",
    ),
    "a final period that another follows": (
        file("is_final_accounting_period: true", more="  - start: 2028-01-01\n    end: 2028-12-31"),
        (
            "line 4  is_final_accounting_period is true of an accounting period that others follow. The trade ceases in the "
            "last period: set it there, or leave out the periods after this one."
        ),
    ),
    "the training of before the first period in the second": (
        file(more="  - {start: 2028-01-01, end: 2028-12-31, is_new_company: true}"),
        (
            "line 4  is_new_company belongs to the first accounting period alone: it tells of the time before that. "
            "Leave it out."
        ),
    ),
    "an opening balance in the second period": (
        file(more="  - start: 2028-01-01\n    end: 2028-12-31\n    trading_losses_brought_forward: 5"),
        (
            "line 6  trading_losses_brought_forward belongs to the first accounting period alone: a later one begins with "
            "what the one before carries forward. Leave it out."
        ),
    ),
    "no accounting periods": (b"company: {name: A}", "line 1  accounting_periods is missing."),
    "an empty list of them": (
        b"accounting_periods: []",
        "line 1  accounting_periods is empty. Give at least one, with its start and end.",
    ),
    "an accounting period that is a number": (
        b"accounting_periods: [5]",
        "line 1  accounting_periods.0 must be a mapping of names to values (`name: value`), not '5'.",
    ),
    "an accounting period without dates": (
        b"accounting_periods: [{turnover: 5}]",
        "line 1  start and end are missing: an accounting period has a start and an end.",
    ),
    "an accounting period without an end": (
        b"accounting_periods: [{start: 2027-01-01}]",
        "line 1  end is missing: an accounting period has a start and an end.",
    ),
    "a period that ends before it starts": (
        periods(("2027-01-01", "2026-12-31")),
        "line 2  The accounting period from 1 January 2027 to 31 December 2026 ends before it starts.",
    ),
    "a period over twelve months": (
        periods(("2027-01-01", "2028-01-01")),
        (
            "line 2  The accounting period from 1 January 2027 to 1 January 2028 is longer than 12 months (CTA 2009 "
            "s.10). Give the first 12 months and the rest as two periods."
        ),
    ),
    "a period before the law held": (
        periods(("2010-03-31", "2011-03-30")),
        (
            "line 2  The accounting period from 31 March 2010 to 30 March 2011 starts before 1 April 2010, the first day "
            "for which the law is held."
        ),
    ),
    "a period after the law held": (
        periods(("2033-01-02", "2034-01-01")),
        (
            "line 2  The accounting period from 2 January 2033 to 1 January 2034 ends after 31 December 2033, the last "
            "day for which the law is held."
        ),
    ),
    "a period at the end of the calendar": (
        periods(("9999-12-31", "9999-12-31")),
        (
            "line 2  The accounting period from 31 December 9999 to 31 December 9999 ends after 31 December 2033, the "
            "last day for which the law is held."
        ),
    ),
    "periods that overlap": (
        periods(("2027-01-01", "2027-12-31"), ("2027-12-31", "2028-12-30")),
        (
            "line 4  The accounting period from 31 December 2027 to 30 December 2028 overlaps the one before, which ends "
            "on 31 December 2027. List them oldest first, each from the day after the last."
        ),
    ),
    "periods in the wrong order": (
        periods(("2028-01-01", "2028-12-31"), ("2027-01-01", "2027-12-31")),
        (
            "line 4  The accounting period from 1 January 2027 to 31 December 2027 overlaps the one before, which ends on "
            "31 December 2028. List them oldest first, each from the day after the last."
        ),
    ),
    "periods with a gap": (
        periods(("2027-01-01", "2027-12-31"), ("2028-01-03", "2028-12-31")),
        (
            "line 4  The accounting period from 3 January 2028 to 31 December 2028 leaves a gap of 2 days after the one "
            "before, which ends on 31 December 2027. Each begins on the day after the last."
        ),
    ),
    "a key twice": (
        file("turnover: 5\nturnover: 6"),
        "line 5  'turnover' is given twice, first on line 4. Keep one.",
    ),
    "a tag": (
        file("turnover: !!python/object/apply:os.system [ls]"),
        "line 4  Tags (`!name`) are not allowed. Write plain values only.",
    ),
    "an anchor": (
        file("turnover: &a 5"),
        "line 4  Anchors (`&name`) are not allowed. Write each value where it is used.",
    ),
}


@pytest.mark.parametrize(("content", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_with_its_line_and_its_mend(content: bytes, message: str) -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(content)
    assert message in [line.strip() for line in str(caught.value).splitlines()[1:]]
    assert caught.value.exit_code == 2


ALONE = sorted(set(FAULTS) - {"a tag"})


@pytest.mark.parametrize("name", ALONE)
def test_one_mistake_makes_one_fault(name: str) -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(FAULTS[name][0])
    assert len(caught.value.faults) == 1


def test_all_faults_of_a_file_are_reported_together_by_line() -> None:
    content = items("{on: 2026-02-14, trainee_pay: lots}", "{on: 2027-02-14, turnover: 5}") + b"apportionment: weeks\n"
    with pytest.raises(CompanyFileError) as caught:
        read(content)
    assert str(caught.value).splitlines()[0] == "The company file has 4 faults."
    assert [fault.line for fault in caught.value.faults] == [7, 5, 5, 6]
    places = [line.split("  ")[1] for line in str(caught.value).splitlines()[1:]]
    assert places == ["line 5", "line 5", "line 6", "line 7"]


def test_a_file_is_called_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_bytes(file("turnover: lots"))
    with pytest.raises(CompanyFileError) as caught:
        calculate(path)
    assert str(caught.value).splitlines()[0] == f"{path} has 1 fault."


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    with pytest.raises(CompanyFileError) as caught:
        calculate(str(path))
    assert str(caught.value) == f"{path} cannot be read.\n  There is no such file."


def test_a_file_of_ten_megabytes_is_not_read() -> None:
    with pytest.raises(CompanyFileError, match=r"The file is larger than 1 MB\."):
        read(b"# " + b"x" * 10_000_000)


def test_more_than_40_periods_are_refused_in_one_line() -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(periods(*[("2027-01-01", "2027-12-31")] * 41))
    assert str(caught.value).splitlines()[1:] == [
        "  line 2  accounting_periods has 41 periods; at most 40 are worked out for one company."
    ]


def test_more_than_10000_items_are_refused_in_one_line() -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(items(*["{on: 2027-02-14, trainee_pay: 5}"] * 10_001))
    assert str(caught.value).splitlines()[1:] == [
        "  line 2  There are 10,001 dated items; at most 10,000 are worked out for one company. Add some up."
    ]


def test_ten_thousand_items_are_worked_out() -> None:
    found = calculate(items(*["{on: 2027-06-30, external_course_fees: 2}"] * 10_000), "human-investment-super-deduction")
    assert found.accounting_periods[0].amount("reform", "qualifying_training_expenditure") == 20_000
