"""Buildings given one by one: the allowance of each, what was given on it by its sale, the gain; sums by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.company import CompanyResult, calculate, read
from openfisca_goodwork.errors import CompanyFileError
from tests.company.test_working import a_company, comes_out_again
from tests.seeds import seeds

PENNY = 0.005
DAY = timedelta(days=1)
SALES = ("structures_and_buildings_disposals", "structures_and_buildings_disposal_proceeds")
GIVEN = "structures_and_buildings_allowances_given_on_disposals"


def building(cost: float, used: str, sold: str = "", proceeds: float = 0, incurred: str = "") -> dict[str, Any]:
    sale = {"sold": sold, "proceeds": proceeds} if sold else {}
    return {"cost": cost, "incurred": incurred or used, "brought_into_use": used, **sale}


def period(start: str, end: str, *buildings: dict[str, Any], **facts: Any) -> dict[str, Any]:
    listed = {"structures_and_buildings": list(buildings)} if buildings else {}
    return {"start": start, "end": end, **listed, **facts}


def year(label: int, *buildings: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return period(f"{label}-01-01", f"{label}-12-31", *buildings, **facts)


def result_of(*periods: dict[str, Any], reforms: Any = (), **top: Any) -> CompanyResult:
    return calculate({"accounting_periods": list(periods), **top}, reforms)


def of_each(result: CompanyResult, output: str, law: str = "current_law") -> list[float]:
    return [one.amount(law, output) for one in result.accounting_periods]


def allowances(result: CompanyResult, law: str = "current_law") -> list[float]:
    return of_each(result, "structures_and_buildings_allowance", law)


def gains(result: CompanyResult, law: str = "current_law") -> list[float]:
    return of_each(result, "structures_and_buildings_gain", law)


def test_a_building_of_1000000_held_from_2020_to_30_june_2022_makes_a_gain_of_272390_37() -> None:
    # 2020: 1m × (2% × 91 + 3% × 275) / 366 = 27,513.66; 2021: 30,000; 2022: 30,000 × 181/365 = 14,876.71
    # 1,200,000 + 27,513.66 + 30,000 + 14,876.71 − 1,000,000
    result = result_of(year(2020, building(1_000_000, "2020-01-01", "2022-07-01", 1_200_000)), year(2021), year(2022))
    assert allowances(result) == pytest.approx([27_513.66, 30_000, 14_876.71], abs=PENNY)
    assert gains(result) == pytest.approx([0, 0, 272_390.37], abs=PENNY)
    assert of_each(result, "structures_and_buildings_carried_forward") == [1_000_000, 1_000_000, 0]


def test_a_sale_in_a_short_period_ends_91_of_its_182_days_of_allowance() -> None:
    # 730,000 × 3% = 21,900 in 2027; in the short period 21,900 × 91/365 = 5,460; 800,000 + 27,360 − 730,000
    sold = building(730_000, "2027-01-01", "2028-04-01", 800_000)
    result = result_of(year(2027, sold), period("2028-01-01", "2028-06-30"))
    assert allowances(result) == pytest.approx([21_900, 5_460], abs=PENNY)
    assert gains(result) == pytest.approx([0, 97_360], abs=PENNY)


def test_a_building_bought_before_the_file_begins_has_its_earlier_allowances_counted_from_its_dates() -> None:
    # £30 a day: 184 days of 2025 are 5,520, 2026 is 10,950; sold on the first day of the file: nothing in 2027
    result = result_of(year(2027, building(365_000, "2025-07-01", "2027-01-01", 365_000)))
    assert allowances(result) == [0]
    assert gains(result) == pytest.approx([5_520 + 10_950], abs=PENNY)


def test_earlier_allowances_are_those_of_years_that_end_the_day_before_the_file_begins() -> None:
    # the year to 31 March 2020 has 366 days: 366,000 × 2% × 91/366 = 1,820
    result = result_of(period("2020-04-01", "2021-03-31", building(366_000, "2020-01-01", "2020-04-01", 366_000)))
    assert gains(result) == pytest.approx([1_820], abs=PENNY)


def test_a_year_before_the_file_that_is_a_leap_year_has_no_day_too_much() -> None:
    # 306 of the 366 days of 2024: 10,950 × 306/366 = 9,154.92
    result = result_of(year(2025, building(365_000, "2024-03-01", "2025-01-01", 365_000)))
    assert gains(result) == pytest.approx([9_154.92], abs=PENNY)


def test_a_sale_on_the_last_day_of_a_period_costs_it_that_days_allowance_alone() -> None:
    # £30 a day for 364 days; 365,000 + 10,920 − 365,000
    result = result_of(year(2027, building(365_000, "2027-01-01", "2027-12-31", 365_000)), year(2028))
    assert allowances(result) == pytest.approx([10_920, 0], abs=PENNY)
    assert gains(result) == pytest.approx([10_920, 0], abs=PENNY)


def test_a_sale_on_the_first_day_of_the_next_period_has_the_whole_year_and_nothing_more() -> None:
    result = result_of(year(2027, building(365_000, "2027-01-01", "2028-01-01", 365_000)), year(2028))
    assert allowances(result) == pytest.approx([10_950, 0], abs=PENNY)
    assert gains(result) == pytest.approx([0, 10_950], abs=PENNY)


def test_a_building_sold_on_the_day_it_is_first_used_has_no_allowance() -> None:
    result = result_of(year(2027, building(365_000, "2027-05-01", "2027-05-01", 400_000)))
    assert (allowances(result), gains(result)) == ([0], [35_000])


def test_two_buildings_sold_in_one_period_make_one_gain_and_a_third_goes_on() -> None:
    # £30 a day each until 1 July (181 days) and 2 December (335 days): 5,430 + 10,050, and 10,950 of the third
    # 400,000 + 5,430 − 365,000 = 40,430; 300,000 + 10,050 − 365,000 = −54,950; other gains take the rest of the loss
    listed = [
        building(365_000, "2027-01-01", "2027-07-01", 400_000),
        building(365_000, "2027-01-01", "2027-12-02", 300_000),
        building(365_000, "2027-01-01"),
    ]
    result = result_of(year(2027, *listed, chargeable_gains=20_000), year(2028))
    assert allowances(result) == pytest.approx([5_430 + 10_050 + 10_950, 10_950], abs=PENNY)
    assert gains(result) == pytest.approx([40_430 - 54_950, 0], abs=PENNY)
    assert of_each(result, "other_profits") == pytest.approx([5_480, 0], abs=PENNY)


def test_a_building_listed_under_the_second_period_may_be_sold_in_the_third() -> None:
    # 184 of the 366 days of 2028: 10,950 × 184/366 = 5,504.92; 31 days of 2029 at £30: 930
    sold = building(365_000, "2028-07-01", "2029-02-01", 370_000)
    result = result_of(year(2027), year(2028, sold), year(2029))
    assert allowances(result) == pytest.approx([0, 5_504.92, 930], abs=PENNY)
    assert gains(result) == pytest.approx([0, 0, 5_000 + 5_504.92 + 930], abs=PENNY)


def test_by_months_a_building_of_1000000_held_18_months_from_april_2021_was_given_45000() -> None:
    # 9 months of 2021 and 9 of 2022 at 2,500 a month
    sold = building(1_000_000, "2021-04-01", "2022-10-01", 1_000_000)
    result = result_of(year(2021, sold), year(2022), apportionment="months")
    assert gains(result) == pytest.approx([0, 45_000], abs=PENNY)


def test_a_building_pulled_down_for_nothing_makes_a_loss_for_other_gains() -> None:
    # 0 + 3,000 − 100,000 = −97,000 off gains of 200,000
    sold = building(100_000, "2027-01-01", "2028-01-01", 0)
    result = result_of(year(2027, sold), year(2028, chargeable_gains=200_000))
    assert of_each(result, "other_profits") == pytest.approx([0, 103_000], abs=PENNY)


def test_what_a_reform_gives_on_a_building_it_brings_into_the_gain(tmp_path: Path) -> None:
    # 3,000 for 2026 under both laws; for 2027 3,000, or 5,000 at 5%
    file = tmp_path / "faster.yaml"
    file.write_text(
        "reform: faster\ntitle: Faster\nsummary: Buildings at 5%.\nstatus: counterfactual\nsource: a test\n"
        'requires: ">=0.1"\nparameters:\n  capital_allowances.structures_and_buildings.rate:\n    2027-01-01: 0.05\n',
        encoding="utf-8",
    )
    sold = building(100_000, "2026-01-01", "2028-01-01", 100_000)
    result = result_of(year(2026, sold), year(2027), year(2028), reforms=file)
    assert gains(result) == pytest.approx([0, 0, 6_000], abs=PENNY)
    assert gains(result, "reform") == pytest.approx([0, 0, 8_000], abs=PENNY)


def test_the_working_lists_the_allowance_of_each_period_and_their_sum() -> None:
    # the same building as at the top
    sold = building(1_000_000, "2020-01-01", "2022-07-01", 1_200_000)
    steps = result_of(year(2021, sold), year(2022)).working()[1]
    step = next(step for step in steps if step.label == "Allowances given on the building sold on 1 July 2022")
    years = {entry.label: entry.value for entry in step.inputs if entry.origin == "step"}
    assert years == {
        "Allowance of 1 January 2020 to 31 December 2020": pytest.approx(27_513.66, abs=PENNY),
        "Allowance of 1 January 2021 to 31 December 2021": pytest.approx(30_000),
        "Allowance of 1 January 2022 to 31 December 2022": pytest.approx(14_876.71, abs=PENNY),
    }
    assert step.result == pytest.approx(72_390.37, abs=PENNY)
    assert [(figure.value, figure.start.isoformat()) for figure in step.parameters] == [
        (0.02, "2018-10-29"),
        (0.03, "2020-04-01"),
    ]


@settings(max_examples=40, deadline=None)
@given(
    start=st.dates(date(2018, 10, 29), date(2022, 12, 31)),
    lengths=st.lists(st.integers(1, 364), min_size=1, max_size=4),
    used=st.integers(0, 1_000),
    held=st.integers(0, 1_500),
    apportionment=st.sampled_from(["days", "months"]),
)
def test_what_was_given_on_a_building_alone_is_the_sum_of_the_allowances(
    start: date, lengths: list[int], used: int, held: int, apportionment: str
) -> None:
    days = [start + sum(lengths[:place]) * DAY for place in range(len(lengths) + 1)]
    begins = min(start + used * DAY, days[-1] - DAY)
    sold = min(begins + held * DAY, days[-1] - DAY)
    listed = building(1e6, begins.isoformat(), sold.isoformat(), 5e6)
    periods = [
        period(first.isoformat(), (after - DAY).isoformat(), *([listed] if first <= begins < after else []))
        for first, after in pairwise(days)
    ]
    result = result_of(*periods, apportionment=apportionment)
    assert sum(gains(result)) == pytest.approx(4e6 + sum(allowances(result)), abs=PENNY)


@pytest.mark.parametrize("seed", seeds(10, 40))
def test_the_tax_comes_out_again_from_the_working_of_a_company_with_cars_and_buildings_sold(seed: int) -> None:
    comes_out_again(with_cars_and_sales(a_company(seed), Random(seed)))  # noqa: S311


def with_cars_and_sales(company: dict[str, Any], draw: Random) -> dict[str, Any]:
    """The same company, with up to three cars in each period and a building listed in each that is sold by the end."""
    by_class = ("zero_emission_cars_new", "main_rate_cars", "special_rate_cars")
    otherwise = (*by_class, *SALES, GIVEN, "structures_and_buildings_expenditure")
    last = company["accounting_periods"][-1]["end"]
    for one in company["accounting_periods"]:
        for name in otherwise:
            one.pop(name, None)
        one["expenditure"] = [item for item in one["expenditure"] if not set(otherwise) & set(item)]
        days = [one["start"] + draw.randint(0, (one["end"] - one["start"]).days) * DAY for _ in range(4)]
        one["expenditure"] += [
            {"on": day, "car": draw.uniform(0, 50_000), "co2_emissions": draw.randint(0, 180), "new": draw.random() < 0.5}
            for day in days[:3]
        ]
        sold = days[3] + draw.randint(0, (last - days[3]).days) * DAY
        listed = {"cost": draw.uniform(0, 1e6), "incurred": one["start"], "brought_into_use": days[3]}
        one["structures_and_buildings"] = [{**listed, "sold": sold, "proceeds": draw.choice([0, draw.uniform(0, 2e6)])}]
    return company


EXAMPLE = "{cost: 500000, incurred: 2026-09-01, brought_into_use: 2027-01-01, sold: 2028-06-30, proceeds: 600000}"
HELD = "cost: 5, incurred: 2027-01-01, brought_into_use: 2027-03-01"
FAULTS = {
    "sold for nobody knows what": (
        f"{{{HELD}, sold: 2027-05-01}}",
        f"sold is given without proceeds. A sale has both: {EXAMPLE}.",
    ),
    "proceeds of no sale": (
        f"{{{HELD}, proceeds: 5}}",
        f"proceeds is given without sold. A sale has both: {EXAMPLE}.",
    ),
    "negative proceeds": (f"{{{HELD}, sold: 2027-05-01, proceeds: -5}}", "proceeds is -5; it cannot be below 0."),
    "text for proceeds": (
        f"{{{HELD}, sold: 2027-05-01, proceeds: plenty}}",
        "proceeds must be an amount of money, not 'plenty'. Write pounds as 1250000, £1,250,000, 1.25m or 80k.",
    ),
    "a sale on no day of the calendar": (
        f"{{{HELD}, sold: 2027-02-30, proceeds: 5}}",
        "sold: 2027-02-30 is not a day of the calendar.",
    ),
    "sold before it was used": (
        f"{{{HELD}, sold: 2027-02-28, proceeds: 5}}",
        (
            "This building is sold on 28 February 2027, before its allowance begins on 1 March 2027, the later of its two "
            "days. A building sold unused carries no allowance: leave it out."
        ),
    ),
    "sold after the file": (
        f"{{{HELD}, sold: 2029-01-01, proceeds: 5}}",
        (
            "This building is sold on 1 January 2029, after the last accounting period of the file, which ends on 31 "
            "December 2028. Leave sold and proceeds out, or add the period of the sale."
        ),
    ),
    "sold before the file": (
        "{cost: 5, incurred: 2020-01-01, brought_into_use: 2020-01-01, sold: 2026-12-31, proceeds: 5}",
        (
            "This building is sold on 31 December 2026, before the first accounting period of the file, which starts on 1 "
            "January 2027. Leave it out."
        ),
    ),
    "another spelling": (f"{{{HELD}, solt: 2027-05-01}}", "'solt' is not known here. Did you mean sold?"),
}


def faults_of(*lines: str) -> list[str]:
    start = ["accounting_periods:", "  - {start: 2028-01-01, end: 2028-12-31}"]
    start.insert(1, "\n".join(["  - start: 2027-01-01", "    end: 2027-12-31", *lines]))
    with pytest.raises(CompanyFileError) as caught:
        read("\n".join(start).encode())
    return [fault.message for fault in caught.value.faults]


@pytest.mark.parametrize(("item", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_sale_is_one_line_with_its_mend(item: str, message: str) -> None:
    assert faults_of("    structures_and_buildings:", f"      - {item}") == [message]


@pytest.mark.parametrize("name", [*SALES, GIVEN])
def test_a_sale_and_an_amount_of_what_it_comes_to_are_refused_together(name: str) -> None:
    item = f"      - {{{HELD}, sold: 2027-05-01, proceeds: 5}}"
    assert faults_of(f"    {name}: 5", "    structures_and_buildings:", item) == [
        f"{name} is given both as an amount and with a building that is sold. Give one or the other."
    ]


def test_a_sale_and_a_dated_disposal_of_the_same_period_are_refused_together() -> None:
    item = f"      - {{{HELD}, sold: 2027-05-01, proceeds: 5}}"
    disposal = f"      - {{on: 2027-08-01, {SALES[0]}: 5}}"
    assert faults_of("    structures_and_buildings:", item, "    expenditure:", disposal) == [
        (
            f"This building is sold in an accounting period with {SALES[0]} among its dated items. List those buildings "
            "here as well, each with what it was sold for."
        )
    ]


def test_the_day_of_a_sale_in_a_period_with_faulty_dates_is_no_fault_of_its_own() -> None:
    listed = f"structures_and_buildings: [{{{HELD}, sold: 2028-05-01, proceeds: 5}}]"
    text = f"accounting_periods: [{{start: 2027-01-01, end: 2027-12-31, {listed}}}, {{start: 2028-01-01}}]"
    with pytest.raises(CompanyFileError) as caught:
        read(text.encode())
    assert [fault.message for fault in caught.value.faults] == [
        "end is missing: an accounting period has a start and an end."
    ]
