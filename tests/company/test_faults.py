"""Company files that are wrong: all faults at once by line, and the bounds of what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from openfisca_goodwork.company import calculate, read
from openfisca_goodwork.errors import CompanyFileError


def file(period: str = "", top: str = "", more: str = "") -> bytes:
    """A company file with one good accounting period: its own facts begin on line 4."""
    parts = ["accounting_periods:", "  - start: 2027-01-01", "    end: 2027-12-31", *period.splitlines()]
    indented = [*parts[:3], *(f"    {line}" for line in parts[3:]), *more.splitlines(), *top.splitlines()]
    return "\n".join([*indented, ""]).encode()


def items(*lines: str) -> bytes:
    """The same with dated items, the first on line 5."""
    return file("\n".join(["expenditure:", *(f"  - {line}" for line in lines)]))


def periods(*dates: tuple[str, str]) -> bytes:
    """A file of accounting periods; the first start is on line 2, the next on line 4."""
    return "\n".join(["accounting_periods:", *(f"  - start: {a}\n    end: {b}" for a, b in dates)]).encode()


def test_all_faults_of_a_file_are_reported_together_by_line() -> None:
    content = items("{on: 2026-02-14, trainee_pay: lots}", "{on: 2027-02-14, turnover: 5}") + b"apportionment: weeks\n"
    with pytest.raises(CompanyFileError) as caught:
        read(content)
    assert str(caught.value).splitlines()[0] == "The company file has 4 faults."
    assert sorted(fault.line or 0 for fault in caught.value.faults) == [5, 5, 6, 7]
    places = [line.split("  ")[1] for line in str(caught.value).splitlines()[1:]]
    assert places == ["line 5", "line 5", "line 6", "line 7"]


def test_a_comma_of_thousands_inside_braces_is_shown_how_to_mend() -> None:
    content = items(
        "{on: 2027-02-14, external_course_fees: 64,000}",
        "{on: 2027-02-14, external_course_fees: £1,000,000, tags: [green]}",
        "{trainer_pay: (1,250.50), on: 2027-02-14}",
    )
    with pytest.raises(CompanyFileError) as caught:
        read(content)
    assert [(fault.line, fault.message) for fault in caught.value.faults] == [
        (5, "external_course_fees ends at its comma: write 64000 without a comma inside { }."),
        (6, "external_course_fees ends at its comma: write £1000000 without a comma inside { }."),
        (7, "trainer_pay ends at its comma: write (1250.50) without a comma inside { }."),
    ]


def test_the_yes_and_no_of_the_template_are_read_as_true_and_false() -> None:
    facts = read(file("is_new_company: Yes\nis_uk_resident: no")).accounting_periods[0].values
    assert (facts["is_new_company"], facts["is_uk_resident"]) == (True, False)


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
    result = calculate(items(*["{on: 2027-06-30, external_course_fees: 2}"] * 10_000), "human-investment-super-deduction")
    assert result.accounting_periods[0].amount("reform", "qualifying_training_expenditure") == 20_000


def test_what_yaml_forbids_does_not_hide_the_other_faults_of_a_file():
    text = (
        b"accounting_periods:\n  - start: 2027-01-01\n    end: 2027-12-31\n    turnover: !!python/none x\n    profitt: 5\n"
        b"    employees: many\n"
    )
    with pytest.raises(CompanyFileError) as refused:
        read(text)
    lines = {fault.line for fault in refused.value.faults}
    assert lines == {4, 5, 6}


def test_losses_by_period_that_cannot_be_are_refused_each_on_its_line() -> None:
    losses = """trading_losses_brought_forward:
  - {period_ended: 2027-06-30, amount: 20000}
  - {amount: -5}
  - {period_ended: 2016-12-31, amount: 40000}
  - {period_end: 2026-12-31, amount: 1}
  - {period_ended: 2025-12-31, amount: 1}
  - {period_ended: 2025-12-31, amount: 1}
trading_losses_brought_forward_pre_april_2017: [{period_ended: 2019-12-31, amount: 3}]"""
    with pytest.raises(CompanyFileError) as caught:
        read(file(losses))
    said = {fault.line: fault.message for fault in caught.value.faults}
    assert said == {
        5: "30 June 2027 is not before 1 January 2027, where the file begins. A loss brought forward was made in a period "
        "that had ended by then.",
        6: "amount is -5; it cannot be below 0.",
        7: "A period to 31 December 2016 begins before 1 April 2017. Give its loss under "
        "trading_losses_brought_forward_pre_april_2017.",
        8: "'period_end' is not known here. Did you mean period_ended?",
        10: "Losses of the period to 31 December 2025 are listed twice. Give their sum once.",
        11: "A period to 31 December 2019 begins on 1 April 2017 or later. Give its loss under "
        "trading_losses_brought_forward.",
    }
