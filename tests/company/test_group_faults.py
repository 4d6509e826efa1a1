"""Group files that are wrong: each fault says what is wrong, where, and what is allowed; all of a file at once."""

from __future__ import annotations

import pytest

from openfisca_goodwork.company import calculate, calculate_company, read
from openfisca_goodwork.errors import CompanyFileError
from tests.company.groups import OWNED, claim, company, group, period

FILE = """group: {name: Example Group}
companies:
  - company: {name: Parent Ltd}
    accounting_periods:
      - {start: 2027-01-01, end: 2027-12-31, trading_profit_before_capital_allowances: 100k}
  - company: {name: Loss Ltd, owners: {Parent Ltd: %s}}
    accounting_periods:
      - {start: 2027-01-01, end: 2027-12-31, trading_profit_before_capital_allowances: -50k}
%s"""


def faults(given) -> list[str]:
    with pytest.raises(CompanyFileError) as caught:
        calculate(given)
    return [fault.message for fault in caught.value.faults]


def only(given) -> str:
    found = faults(given)
    assert len(found) == 1, found
    return found[0]


def of_file(share: str = "0.8", more: str = "") -> list[tuple[int | None, str]]:
    with pytest.raises(CompanyFileError) as caught:
        calculate((FILE % (share, more)).encode())
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_faults_of_companies_and_of_the_group_have_the_lines_of_the_file() -> None:
    wrong = (
        (FILE % ("80%", "shared: {aia: {Parent Ltd: 1}}\n"))
        .replace("100k", "lots")
        .replace("end: 2027-12-31", "end: 2026-12-31", 1)
    )
    with pytest.raises(CompanyFileError) as caught:
        calculate(wrong.encode())
    assert sorted(fault.line or 0 for fault in caught.value.faults) == [5, 5, 6]
    assert "The group file has 3 faults." in str(caught.value)


def test_a_claim_above_what_there_is_says_what_is_allowed_on_its_line() -> None:
    (line, message), *others = of_file(more="group_relief:\n  - {from: Loss Ltd, to: Parent Ltd, amount: 60k}\n")
    assert not others
    assert line == 10
    assert "Loss Ltd gives Parent Ltd 60,000.00" in message
    assert "At most 50,000.00" in message


def test_a_claim_above_the_profits_says_so() -> None:
    given = group(company("Parent Ltd", 30_000), company("Loss Ltd", -50_000, owners=OWNED))
    message = only({**given, "group_relief": [claim("Loss Ltd", "Parent Ltd", 40_000)]})
    assert "30,000.00 left to relieve" in message
    assert "At most 30,000.00" in message


def test_a_claim_that_fits_current_law_alone_is_refused_under_the_reform() -> None:
    given = group(company("Parent Ltd", 30_000, external_course_fees=10_000), company("Loss Ltd", -50_000, owners=OWNED))
    given["group_relief"] = [claim("Loss Ltd", "Parent Ltd", 30_000)]
    with pytest.raises(CompanyFileError, match=r"under the reform.*At most 27,739\.73"):
        calculate(given, "human-investment-super-deduction")


def test_companies_in_no_group_for_group_relief_cannot_claim() -> None:
    given = group(company("Parent Ltd", 30_000), company("Loss Ltd", -50_000, owners={"Parent Ltd": 0.7}))
    message = only({**given, "group_relief": [claim("Loss Ltd", "Parent Ltd", 10)]})
    assert "Parent Ltd owns 70.00% of Loss Ltd" in message
    assert "at least 75%" in message
    sisters = group(company("One Ltd", 9, owners={"Ms A": 1.0}), company("Two Ltd", -9, owners={"Ms A": 1.0}))
    assert "neither of Two Ltd and One Ltd owns the other" in only(
        {**sisters, "group_relief": [claim("Two Ltd", "One Ltd", 5)]}
    )


def test_periods_that_do_not_overlap_are_refused() -> None:
    given = group(period("Old Ltd", "2026-01-01", "2026-12-31", -9, {}), company("New Ltd", 9, owners={"Old Ltd": 1.0}))
    message = only({**given, "group_relief": [claim("Old Ltd", "New Ltd", 5)]})
    assert "no day in common: Old Ltd has 1 January 2026 to 31 December 2026" in message


def test_a_period_of_a_claim_must_be_there_and_is_asked_for_where_there_are_several() -> None:
    given = group(company("Parent Ltd", 9, 9), company("Loss Ltd", -9, -9, owners=OWNED))
    found = faults({**given, "group_relief": [claim("Loss Ltd", "Parent Ltd", 5, period_from="2027-06-30")]})
    assert (
        "No accounting period of Loss Ltd ends on 2027-06-30. period_from is the last day of one: 2027-12-31, 2028-12-31."
        in found[0]
    )
    assert "Say which accounting period of Parent Ltd" in found[1]


def test_claims_in_a_circle_are_refused_with_the_way_they_go() -> None:
    rents = {"property_profits": 50_000}
    given = group(
        company("Parent Ltd", -100, **rents),
        company("One Ltd", -100, owners={"Parent Ltd": 1.0}, **rents),
        company("Two Ltd", -100, owners={"Parent Ltd": 1.0}, **rents),
    )
    round_they_go = [("Parent Ltd", "One Ltd"), ("One Ltd", "Two Ltd"), ("Two Ltd", "Parent Ltd")]
    message = only({**given, "group_relief": [claim(*ends, 50) for ends in round_they_go]})
    assert "in a circle: from Parent Ltd to One Ltd to Two Ltd to Parent Ltd" in message
    chain = {**given, "group_relief": [claim(*ends, 50) for ends in round_they_go[:2]]}
    assert calculate(chain).laws["current_law"].claims  # a company may give its own loss and have that of another


def test_owners_are_checked() -> None:
    assert "come to 120.00%; at most 100%" in only(group(company("One Ltd", 0, owners={"A": 0.6, "B": 0.6})))
    near = group(company("Parent Ltd", 0), company("Loss Ltd", 0, owners={"Parent Limted": 0.8}))
    assert "Did you mean Parent Ltd?" in only(near)
    round_they_go = group(company("One Ltd", 0, owners={"Two Ltd": 0.6}), company("Two Ltd", 0, owners={"One Ltd": 0.6}))
    assert all("owns itself, through its owners" in message for message in faults(round_they_go))
    many = company("One Ltd", 0, owners={f"Holder {place}": 0.04 for place in range(21)})
    assert "21 owners" in only(group(many))
    assert [line for line, message in of_file(share="80") if "must be from 0 to 1" in message] == [6]


def test_companies_without_a_link_are_no_group() -> None:
    assert "there is no group" in only(group(company("One Ltd", 0), company("Two Ltd", 0, owners={"Ms A": 1.0})))


def test_a_company_is_listed_once_and_has_a_name() -> None:
    found = faults(
        group(
            company("One Ltd", 0),
            company("One Ltd", 0, owners={"One Ltd": 1.0}),
            {"accounting_periods": company("", 0)["accounting_periods"]},
        )
    )
    assert "listed twice, as companies 1 and 2" in found[0]
    assert "has a name" in found[1]


def test_shares_of_a_limit_are_checked() -> None:
    given = group(company("Parent Ltd", 0), company("Loss Ltd", 0, owners=OWNED))
    found = faults(
        {**given, "shared": {"annual_investment_allowance": {"Parent Ltd": 0.7, "Loss Ltd": 0.5}, "aia": {"Pa": 1}}}
    )
    assert "come to 120.00% for the periods that end in the year to 31 March 2028; the group has it once" in found[0]
    assert "'aia' is not known here" in found[1]


def test_companies_whose_periods_end_in_two_financial_years_have_an_annual_investment_allowance_for_each() -> None:
    # CAA 2001 ss.51C, 51D: one allowance is shared by those whose periods end in one financial year.
    given = group(company("Parent Ltd", 0), company("Sub Ltd", 0, owners=OWNED))
    given["companies"][1]["accounting_periods"][0] |= {"start": "2027-07-01", "end": "2028-06-30"}
    shares = {"Parent Ltd": 1.0, "Sub Ltd": 1.0}
    assert calculate({**given, "shared": {"annual_investment_allowance": shares}})
    assert "come to 200.00%; the group" in only({**given, "shared": {"deductions_allowance": shares}})


def test_what_the_group_settles_is_not_given_for_a_company() -> None:
    given = group(
        company("Parent Ltd", 0, group_relief_available=5),
        company("Two Ltd", 0, owners=OWNED, deductions_allowance_share=0.5),
    )
    found = faults(given)
    assert "list claims under `group_relief`" in found[0]
    assert "`shared: {deductions_allowance: {...}}`" in found[1]


def test_fewer_associated_companies_than_the_file_shows_are_refused_and_more_are_taken() -> None:
    given = group(company("Parent Ltd", 0, associated_companies=0), company("Two Ltd", 0, owners=OWNED))
    assert "associated_companies is 0, but the owners of the file make it at least 1" in only(given)
    more = group(company("Parent Ltd", 0, associated_companies=3), company("Two Ltd", 0, owners=OWNED))
    assert calculate(more).companies[0].company.accounting_periods[0].values["associated_companies"] == 3


def test_a_group_is_not_read_as_one_company() -> None:
    for one in (read, calculate_company):
        with pytest.raises(CompanyFileError, match="This is a group of companies"):
            one(group(company("Parent Ltd", 0)))


def test_unknown_names_and_too_many_companies_are_refused() -> None:
    found = faults(
        {**group(company("One Ltd", 0)), "owners": {}, "group_relief": [{**claim("One Ltd", "Two Ltd", 5), "losses": 1}]}
    )
    assert any("'owners' is not known here" in message for message in found)
    assert any("'losses' is not known here. Did you mean loss?" in message for message in found)
    assert "at most 100 are worked out" in only(group(*(company(f"C{place}", 0) for place in range(101))))
