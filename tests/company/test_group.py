"""Groups worked by hand from the statute and HMRC's manual: losses given, days in common, limits shared, links."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from openfisca_goodwork.company import CompanyResult, GroupResult, calculate
from openfisca_goodwork.company.group import CURRENT, Claim, Slot, read_group
from openfisca_goodwork.company.group.allocation import Allocator
from openfisca_goodwork.company.group.facts import Links
from openfisca_goodwork.company.group.program import Overlaps
from openfisca_goodwork.company.group.runs import GroupRuns
from openfisca_goodwork.company.group.sharing import as_inputs, shares_of, with_facts_of_group
from openfisca_goodwork.company.next_year import next_year
from openfisca_goodwork.errors import CompanyFileError, GoodworkError
from openfisca_goodwork.law.executor import Plan
from openfisca_goodwork.reports.companies import finding
from openfisca_goodwork.system import current_law
from tests.company.groups import OWNED, PROFIT, claim, company, group, period

REFORM = "human-investment-super-deduction"
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "group.yaml"


def worked_out(given, reforms=()) -> GroupResult:
    found = calculate(given, reforms)
    assert isinstance(found, GroupResult)
    return found


def amounts(result: GroupResult, law: str = "current_law") -> list[tuple[str, str, float]]:
    names = result.group.name_of
    return [(names(one.giver), names(one.receiver), round(one.amount, 2)) for one in result.laws[law].claims]


def output(result: GroupResult, member: int, name: str, place: int = 0) -> float:
    return result.companies[member].accounting_periods[place].amount("current_law", name)


def test_the_loss_of_the_example_goes_where_it_saves_the_most() -> None:
    result = worked_out(EXAMPLE)
    assert amounts(result) == [
        ("Hilltop Start-up Ltd", "Hilltop Group Holdings Ltd", 56_666.67),
        ("Hilltop Start-up Ltd", "Northern Crafts Ltd", 43_333.33),
    ]
    assert result.saved_by_relief("current_law") == pytest.approx(25_650)
    assert result.total("current_law", "net_corporation_tax") == pytest.approx(64_000)
    allocator = result.laws["current_law"].allocator
    assert allocator.taxes([allocator.naive])[0] > 64_000
    assert output(result, 0, "marginal_relief_upper_limit") == pytest.approx(250_000 / 3)


def test_a_deductions_allowance_that_no_loss_uses_is_not_told_and_one_that_a_loss_uses_is() -> None:
    without = worked_out(EXAMPLE)
    assert without.shares("current_law") == ()
    assert not any("has once" in sentence for sentence in without.assumed)
    assert "Deductions allowance" not in str(without)
    loss = company("Loss Ltd", 30_000, owners=OWNED, trading_losses_brought_forward=200_000)
    for with_losses in (group(company("Parent Ltd", 0), loss), group(company("Parent Ltd", 300_000), loss)):
        assert {share.limit for share in worked_out(with_losses).shares("current_law")} == {"deductions_allowance"}


def test_a_loss_worth_more_to_the_company_itself_next_year_is_kept() -> None:
    # Two associated companies: limits £25,000 and £125,000. £20,000 at 19% now, or £20,000 of £120,000 at 26.5% next year.
    result = worked_out(group(company("Parent Ltd", 20_000, 0), company("Loss Ltd", -100_000, 220_000, owners=OWNED)))
    assert amounts(result) == []
    assert result.paid("current_law") == pytest.approx(3_800 + 0.25 * 120_000 - 3 / 200 * 5_000)


def test_losses_brought_forward_are_given_as_far_as_the_company_cannot_use_them() -> None:
    loss = company("Loss Ltd", 30_000, owners=OWNED, trading_losses_brought_forward=200_000)
    result = worked_out(group(company("Parent Ltd", 300_000), loss))
    # Own profits take £30,000; £170,000 may go, £175,000 of £300,000 is above the limit of £125,000: all at 25%.
    assert amounts(result) == [("Loss Ltd", "Parent Ltd", 170_000)]
    assert output(result, 0, "group_relief_for_carried_forward_losses") == 170_000
    assert output(result, 1, "trading_losses_carried_forward") == 0
    # £130,000 is left: at 25%.
    assert result.paid("current_law") == pytest.approx(32_500)


def test_days_in_common_limit_losses_brought_forward_as_in_hmrc_ctm82120() -> None:
    # https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm82120
    # £400,000 carried forward to the year to 30 June 2018, 181 of its days in 2018: HMRC has half of it by months.
    p = period("P Ltd", "2017-07-01", "2018-06-30", 0, {}, trading_losses_brought_forward=400_000)
    q = period("Q Ltd", "2018-01-01", "2018-12-31", 1_000_000, {"P Ltd": 1.0})
    assert amounts(worked_out(group(p, q))) == [("P Ltd", "Q Ltd", round(400_000 * 181 / 365, 2))]
    asked = claim("P Ltd", "Q Ltd", 200_000, "carried_forward")
    with pytest.raises(CompanyFileError, match=r"P Ltd has 198,356\.16 left to give.*At most 198,356\.16"):
        calculate(group(p, q, group_relief=[asked]))


def test_claims_made_before_take_of_the_days_they_share_in_proportion() -> None:
    # A loss of £120,000 in 2027. The year to 31 March 2028 has 275 days in common with it: 275/365 of each amount.
    loss = company("Loss Ltd", -120_000)
    same = company("Same Ltd", 500_000, owners={"Loss Ltd": 1.0})
    later = period("Later Ltd", "2027-04-01", "2028-03-31", 500_000, {"Loss Ltd": 1.0})
    first = claim("Loss Ltd", "Same Ltd", 60_000)
    most = (120_000 - 60_000) * 275 / 365
    fits = worked_out(group(loss, same, later, group_relief=[first, claim("Loss Ltd", "Later Ltd", round(most, 2))]))
    assert output(fits, 2, "group_relief") == pytest.approx(most, abs=0.01)
    told = fits.to_dict()["group"]["group_relief"]["current_law"]
    assert [round(each["left_to_give"], 2) for each in told] == [120_000, 45_205.48]
    assert [round(each["left_to_relieve"], 2) for each in told] == [500_000, round(500_000 * 275 / 366, 2)]
    assert "45,205.48" in str(fits)
    with pytest.raises(CompanyFileError, match=r"At most 45,205\.48"):
        calculate(group(loss, same, later, group_relief=[first, claim("Loss Ltd", "Later Ltd", 45_206)]))
    # The other way round the later company may have 275/365 of all of it, £90,410.96, and the other what is left.
    other_way = [claim("Loss Ltd", "Later Ltd", 90_410.96), claim("Loss Ltd", "Same Ltd", 29_589.04)]
    assert output(worked_out(group(loss, same, later, group_relief=other_way)), 1, "group_relief") == 29_589.04


def test_the_profits_of_the_days_in_common_limit_a_claim_too() -> None:
    # Profits of £73,000 in the year to 31 March 2028: 275/366 of them fall in 2027.
    given = group(company("Loss Ltd", -500_000), period("Gain Ltd", "2027-04-01", "2028-03-31", 73_000, {"Loss Ltd": 0.75}))
    assert output(worked_out(given), 1, "group_relief") == pytest.approx(73_000 * 275 / 366)


def test_the_most_that_may_be_claimed_over_overlapping_periods_is_that_of_the_published_example() -> None:
    # http://azkurs.org/tx-notes-fa22-final/azkurs.org/tx-notes-fa22-final.html?page=209 (apportionment: months)
    # OpenTuition TX notes FA2022, Beyonce Ltd: £50,000 to Z Ltd, £40,000 and £180,000 to J Ltd.
    beyonce = period("Beyonce Ltd", "2022-04-01", "2023-03-31", -240_000, {})
    z = period("Z Ltd", "2023-01-01", "2023-03-31", 50_000, {"Beyonce Ltd": 1.0})
    j = period("J Ltd", "2021-07-01", "2022-06-30", 160_000, {"Beyonce Ltd": 1.0})
    j["accounting_periods"].append(
        {"start": "2022-07-01", "end": "2023-06-30", "trading_profit_before_capital_allowances": 280_000}
    )
    companies = [one | {"apportionment": "months"} for one in (beyonce, z, j)]
    asked = [
        ("Z Ltd", 50_000, {}),
        ("J Ltd", 40_000, {"period_to": "2022-06-30"}),
        ("J Ltd", 180_000, {"period_to": "2023-06-30"}),
    ]
    for name, most, end in asked:
        calculate(group(*companies, group_relief=[claim("Beyonce Ltd", name, most, **end)]))
        with pytest.raises(CompanyFileError, match=rf"At most {most:,}\.00"):
            calculate(group(*companies, group_relief=[claim("Beyonce Ltd", name, most + 1, **end)]))


def test_companies_count_as_associated_by_least_controlling_combinations_as_in_hmrc_ctm03941() -> None:
    # https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm03941
    third, quarter = 1 / 3, 0.25
    a = company("One Ltd", 0, owners={"A": third, "B": third, "C": third})
    b = company("Two Ltd", 0, owners={"A": quarter, "B": quarter, "C": quarter, "D": quarter})
    c = company("Three Ltd", 0, owners={"A": 0.4, "B": 0.4, "E": 0.2})
    found = worked_out(group(a, b, c))
    counts = [one.company.accounting_periods[0].values["associated_companies"] for one in found.companies]
    assert counts == [1, 0, 1]  # any two of A, B and C control the first, A and B the third; three are needed for the second


def test_two_of_four_holders_with_a_third_each_control_both_companies_as_in_ghelanis() -> None:
    a = company("A Ltd", 0, owners=dict.fromkeys("ABCD", 0.25))
    e = company("E Ltd", 0, owners={"A": 0.17, "B": 0.33, "C": 0.33, "D": 0.17})
    found = worked_out(group(a, e))
    assert found.companies[0].company.accounting_periods[0].values["associated_companies"] == 1


def test_interests_multiply_so_that_a_company_may_be_in_a_group_with_its_parent_and_not_with_the_parent_of_that() -> None:
    members = read_group(
        group(
            company("Top Ltd", 0),
            company("Middle Ltd", 0, owners={"Top Ltd": 0.8}),
            company("Low Ltd", 0, owners={"Middle Ltd": 0.9}),
        )
    ).members
    links = Links(members)
    assert links.interest[0, 2] == pytest.approx(0.72)
    assert links.is_75_percent.tolist() == [[False, True, False], [True, False, True], [False, True, False]]
    assert links.is_51_percent.all(where=~np.eye(3, dtype=bool))
    assert links.associated.all(where=~np.eye(3, dtype=bool))


def test_a_dormant_company_and_one_of_other_years_count_for_no_other() -> None:
    dormant = company("Dormant Ltd", 0, owners={"Ms A": 1.0})
    dormant["company"]["dormant"] = True
    earlier = period("Earlier Ltd", "2025-01-01", "2025-12-31", 0, {"Ms A": 1.0})
    found = worked_out(
        group(company("One Ltd", 0, owners={"Ms A": 1.0}), company("Two Ltd", 0, owners={"Ms A": 1.0}), dormant, earlier)
    )
    counts = [one.company.accounting_periods[0].values["associated_companies"] for one in found.companies]
    assert counts == [1, 1, 2, 0]


def test_the_size_of_a_group_is_that_of_parent_and_subsidiaries_over_the_days_of_the_period() -> None:
    parent = company("Parent Ltd", 0, employees=100, turnover=1_000_000, balance_sheet_total=5_000_000)
    later = period(
        "Later Ltd", "2027-07-01", "2028-06-30", 0, OWNED, employees=40, turnover=732_000, balance_sheet_total=2_000_000
    )
    values = worked_out(group(parent, later)).companies[0].company.accounting_periods[0].values
    assert values["group_employees"] == pytest.approx(100 + 40 * 184 / 365)
    assert values["group_turnover"] == pytest.approx(1_000_000 + 732_000 * 184 / 366)
    assert values["group_balance_sheet_total"] == 7_000_000


def test_one_annual_investment_allowance_is_shared_in_proportion_to_use_or_as_the_file_says() -> None:
    spent = {"special_rate_plant_used": 800_000}
    companies = [company("Parent Ltd", 2_000_000, **spent), company("Sub Ltd", 2_000_000, owners=OWNED, **spent)]
    by_use = worked_out(group(*companies))
    assert [output(by_use, place, "annual_investment_allowance") for place in (0, 1)] == [500_000, 500_000]
    told = {"annual_investment_allowance": {"Parent Ltd": 0.7, "Sub Ltd": 0.3}}
    by_file = worked_out(group(*companies, shared=told))
    assert [round(output(by_file, place, "annual_investment_allowance"), 2) for place in (0, 1)] == [700_000, 300_000]


def test_one_deductions_allowance_is_shared() -> None:
    losses = {"trading_losses_brought_forward": 20_000_000}
    companies = [company("Parent Ltd", 8_000_000, **losses), company("Sub Ltd", 8_000_000, owners=OWNED, **losses)]
    result = worked_out(group(*companies))
    # £2.5m each, and half of the £5.5m above.
    assert [output(result, place, "trading_losses_used") for place in (0, 1)] == [5_250_000, 5_250_000]


def test_a_member_pays_what_it_would_alone_with_the_same_facts() -> None:
    mixed = [
        company("Parent Ltd", 250_000, 90_000, external_course_fees=9_000, baseline_training_expenditure=0),
        company("Loss Ltd", -60_000, 30_000, owners=OWNED, main_rate_plant_new=40_000, claims_loss_carry_back=True),
        company("Later Ltd", 75_000, owners=OWNED, employees=3),
    ]
    mixed[2]["accounting_periods"][0] |= {"expenditure": [{"on": "2027-05-05", "main_rate_plant_new": 12_000}]}
    result = worked_out(group(*mixed), REFORM)
    for one, told in zip(result.companies, mixed, strict=True):
        for law in ("current_law", "reform"):
            given = one.as_under[law].accounting_periods
            periods = [{**of_file, **at.values} for of_file, at in zip(told["accounting_periods"], given, strict=True)]
            alone = calculate({"accounting_periods": periods}, REFORM)
            assert isinstance(alone, CompanyResult)
            for mine, its in zip(alone.accounting_periods, one.accounting_periods, strict=True):
                assert mine.outputs[law] == pytest.approx(dict(its.outputs[law]))
                assert mine.instalments[law] == its.instalments[law]
        assert one.working("reform")[0][-1].variable


def test_companies_with_other_year_ends_run_together_and_come_out_as_they_do_apart() -> None:
    told = [
        period("P Ltd", "2027-01-01", "2027-12-31", 90_000, {}, trading_losses_brought_forward=20_000),
        period("Q Ltd", "2027-07-01", "2028-06-30", -50_000, {"P Ltd": 1.0}, main_rate_plant_new=30_000),
        period("R Ltd", "2025-04-01", "2026-03-31", 70_000, {"P Ltd": 1.0}, external_course_fees=10_000),
    ]
    runs, names = (
        GroupRuns(current_law(), read_group(group(*told))),
        ("trade_profit", "net_corporation_tax", "payment_regime"),
    )
    together = runs(names, {})
    for place, one in enumerate(told):
        alone = calculate(one | {"company": {"name": one["company"]["name"]}})
        assert isinstance(alone, CompanyResult)
        outputs = alone.accounting_periods[0].outputs["current_law"]
        assert [together[name][0, place] for name in names] == [outputs[name] for name in names]


def test_the_law_is_run_again_only_for_companies_whose_inputs_changed(monkeypatch) -> None:
    rows: list[int] = []
    counting = Plan.companies
    monkeypatch.setattr(Plan, "companies", lambda plan, count: rows.append(count) or counting(plan, count))
    runs = GroupRuns(
        current_law(),
        read_group(group(*(company(f"C{place}", 90_000, owners={"C0": 1.0} if place else {}) for place in range(4)))),
    )
    name, relief = "net_corporation_tax", np.zeros((3, 4))
    relief[1, 2] = relief[2, 2] = 10_000
    sums = runs.sums((name,), {"group_relief_available": relief})
    assert rows == [5]  # four companies as they are, and the third with relief
    assert (sums[name] == runs((name,), {"group_relief_available": relief})[name]).all()
    runs.sums((name,), {"group_relief_available": relief[::-1]})
    assert rows == [5, 12]


def test_the_best_claims_are_not_beaten_by_any_on_a_grid_and_never_by_relief_in_proportion() -> None:
    dice = random.Random(20_270_401)  # noqa: S311
    for _case in range(6):
        results = [[dice.randrange(-150, 200) * 1_000 for _year in range(2)] for _company in range(3)]
        told = read_group(
            group(*(company(f"C{place}", *each, owners={"C0": 1.0} if place else {}) for place, each in enumerate(results)))
        )
        links = Links(told.members)
        facts = with_facts_of_group(told, links)
        runs = GroupRuns(current_law(), facts)
        allocator = Allocator(runs, Overlaps(facts, links), as_inputs(shares_of(facts, links, runs, {}), runs))
        best, naive = allocator.best(), allocator.naive
        grid = list(_grid(results))
        taxes = allocator.taxes([best, naive, *grid])
        assert taxes[0] <= taxes[1:].min() + 0.01
        assert allocator.best() == best


def _grid(results: list[list[float]]):
    """Claims of current losses in steps of a sixth of each loss, each year's on its own."""
    for place in range(2):
        losses = [member for member, each in enumerate(results) if each[place] < 0]
        gains = [member for member, each in enumerate(results) if each[place] > 0]
        pairs = list(itertools.product(losses, gains))
        for parts in itertools.product(range(7), repeat=len(pairs)):
            claims = tuple(
                Claim(Slot(giver, place), Slot(receiver, place), CURRENT, -results[giver][place] * part / 6)
                for (giver, receiver), part in zip(pairs, parts, strict=True)
                if part
            )
            given = [sum(one.amount for one in claims if one.giver.member == member) for member in losses]
            had = [sum(one.amount for one in claims if one.receiver.member == member) for member in gains]
            if all(amount <= -results[member][place] for member, amount in zip(losses, given, strict=True)) and all(
                amount <= results[member][place] for member, amount in zip(gains, had, strict=True)
            ):
                yield claims


def test_each_law_has_its_own_claims_and_the_group_its_own_totals() -> None:
    result = worked_out(EXAMPLE, REFORM)
    assert amounts(result, "reform") != amounts(result)
    assert result.tax_saved == pytest.approx(
        result.total("current_law", "net_corporation_tax") - result.total("reform", "net_corporation_tax")
    )
    held = result.to_dict()
    assert list(held) == ["model_version", "reforms", "group", "companies"]
    assert held["companies"][1]["company"] == "Hilltop Start-up Ltd"
    assert held["group"]["group_relief"]["current_law"][0]["days_in_common"] == 365
    assert set(result.to_dataframe()["company"]) == {one.company.name for one in result.companies}


def test_claims_worked_out_can_be_listed_in_a_file_and_give_the_same_tax() -> None:
    given = group(
        company("Parent Ltd", 300_000, 80_000),
        company("Loss Ltd", -120_000, -90_000, owners=OWNED),
        period("Later Ltd", "2027-07-01", "2028-06-30", 90_000, OWNED),
    )
    result = worked_out(given)
    names = ("from", "to", "loss", "period_from", "period_to", "amount")
    claims = [{name: one[name] for name in names} for one in result.to_dict()["group"]["group_relief"]["current_law"]]
    assert claims
    assert worked_out({**given, "group_relief": claims}).paid("current_law") == pytest.approx(result.paid("current_law"))
    assert worked_out({**given, "group_relief": []}).saved_by_relief("current_law") == 0


def test_the_headline_of_a_group_says_what_it_pays_in_all_loans_included() -> None:
    # £300,000 above the upper limit of two × 25% = £75,000; £20,000 lent in 2027 × 35.75% = £7,150.
    lender = company("Parent Ltd", 300_000, owners={"Ms A": 1.0}, loans_to_participators=20_000)
    said = finding(calculate(group(lender, company("Other Ltd", 0, owners=OWNED))))
    assert said == (
        "Example Group pays £82,150.00 in all: £75,000.00 of corporation tax and £7,150.00 of tax on loans to participators"
    )


def test_advice_carries_a_groups_losses_back_where_that_pays_more_and_says_who_then_gives_what() -> None:
    # 2025-26: 25% × (£300,000 + £400,000 − £80,000 of Shop's losses) = £155,000; all of 2026-27 is covered, 5,000 by relief.
    # Carried back: £80,000 of Parent and £250,000 of Maker. Parent £220,000 × 25% = £55,000. Maker £400,000 − £80,000 of
    # Shop − £250,000 = £70,000: £17,500 − 3/200 × (£250,000/3 − £70,000) = £17,300. Shop £5,000 × 19% = £950.
    years = (("2025-04-01", "2026-03-31"), ("2026-04-01", "2027-03-31"))

    def member(name: str, owners: dict[str, float], *results: float, **first: float) -> dict[str, Any]:
        periods = [{"start": a, "end": b, PROFIT: result} for (a, b), result in zip(years, results, strict=True)]
        periods[0] |= first
        return {"company": {"name": name, "owners": owners}, "accounting_periods": periods}

    parent = member("Parent Ltd", {"Ms A": 1.0}, 300_000, 20_000)
    parent["accounting_periods"][1]["main_rate_plant_used"] = 100_000
    maker = member("Maker Ltd", {"Parent Ltd": 1.0}, 400_000, -250_000)
    shop = member("Shop Ltd", OWNED, 10_000, 5_000, trading_losses_brought_forward=90_000)
    given = group(parent, maker, shop)
    advice = worked_out(given).advice
    assert (round(advice.tax_as_it_is, 2), round(advice.tax, 2)) == (155_000, 73_250)
    assert [(one.company, one.name, one.value) for one in advice.claims] == [
        ("Parent Ltd", "claims_loss_carry_back", True),
        ("Maker Ltd", "claims_loss_carry_back", True),
    ]
    said = "Shop Ltd then gives Maker Ltd £80,000.00 of its loss brought forward to the period to 31 March 2026."
    assert said in advice.sentences()
    for one in (parent, maker):
        one["accounting_periods"][1]["claims_loss_carry_back"] = True
    assert worked_out(given).paid("current_law") == pytest.approx(advice.tax)
    assert not worked_out(given).advice.claims


def test_the_next_file_of_a_group_goes_on_where_the_first_ends() -> None:
    first = group(
        company("Parent Ltd", 300_000, owners={"Ms A": 1.0}, main_pool_brought_forward=10_000, employees=9),
        company("Loss Ltd", -120_000, owners=OWNED),
        company("Ended Ltd", 20_000, owners=OWNED, is_final_accounting_period=True),
        shared={"annual_investment_allowance": {"Parent Ltd": 0.0, "Loss Ltd": 1.0}},
        group_relief=[claim("Loss Ltd", "Parent Ltd", 50_000)],
    )
    text = next_year(worked_out(first))
    following = yaml.safe_load(text)
    assert "# Left out, as the trade has ceased: Ended Ltd. Check the owners." in text
    assert following["shared"] == first["shared"]
    (parent,), (loss,) = (each["accounting_periods"] for each in following["companies"])
    assert (parent["employees"], "associated_companies" in parent, "group_employees" in parent) == (9, False, False)
    assert parent["main_pool_brought_forward"] == 8_600  # 14% is written down
    assert [each["amount"] for each in loss["trading_losses_brought_forward"]] == [70_000]
    loss[PROFIT] = 30_000
    assert output(worked_out(following), 1, "trading_losses_used") == 30_000
    ended = [company(f"C{place}", 1, owners={"A": 1}, is_final_accounting_period=True) for place in (0, 1)]
    with pytest.raises(GoodworkError, match="The trade of every company of the group ceases"):
        next_year(worked_out(group(*ended)))


INCREMENTAL = "incremental-training-deduction-150-percent"


def test_what_one_company_trains_below_its_baseline_comes_off_what_others_train_above_theirs() -> None:
    # Fees of £65,000 on baselines of £47,000: the group's increment is £18,000. Those above have £30,000 and £6,000, and
    # bear half of that each, as £18,000 of £36,000 is left below: £15,000 and £3,000.
    def trainer(name: str, fees: float, baseline: float, owner: str = "Parent Ltd") -> dict[str, Any]:
        facts = {"external_course_fees": fees, "baseline_training_expenditure": baseline}
        return company(name, 500_000, owners={owner: 1.0}, **facts)

    given = group(
        trainer("Parent Ltd", 50_000, 20_000, "Ms B"),
        trainer("Sub Ltd", 5_000, 23_000),
        trainer("Third Ltd", 10_000, 4_000),
        trainer("Cousin Ltd", 7_000, 6_000, "Ms A"),
        company("Quiet Ltd", 500_000, owners={"Parent Ltd": 1}),
    )
    for one in given["companies"]:  # the reform begins on 1 April 2027
        one["accounting_periods"][0] |= {"start": "2027-04-01", "end": "2028-03-31"}
    result = worked_out(given, INCREMENTAL)

    def qualifying(member: int) -> float:
        return result.companies[member].accounting_periods[0].amount("reform", "qualifying_training_expenditure")

    assert [round(qualifying(member), 2) for member in range(5)] == [15_000, 0, 3_000, 1_000, 0]
    assert any("baselines of training are pooled" in said for said in result.assumed)
    assert any("for Quiet Ltd, of which nothing says what training cost before" in said for said in result.assumed)
    assert not any("baseline" in said for said in worked_out(given).assumed)
