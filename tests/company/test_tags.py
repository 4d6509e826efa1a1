"""Tags on items of training: read and checked in full, and handed to the law item by item."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork.company import calculate, read
from openfisca_goodwork.company.under_law import simulation_of
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.human_investment import HEADS, TAGS
from openfisca_goodwork.law.notes import notes_of
from openfisca_goodwork.system import current_law

REFORM = "human-investment-super-deduction"
EXAMPLE = "{on: 2027-06-30, external_course_fees: 12000, tags: [accredited, green]}"


def company(*items: dict[str, Any], **facts: Any) -> dict[str, Any]:
    span = {"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": 1_000_000}
    return {"accounting_periods": [{**span, "expenditure": list(items), **facts}]}


def spent(head: str, amount: float, *tags: str) -> dict[str, Any]:
    return {"on": "2028-06-30", head: amount, **({"tags": list(tags)} if tags else {})}


def test_the_law_is_handed_each_tagged_item_with_its_head_its_day_and_its_amount() -> None:
    result = read(company(spent(HEADS[0], 12_000, "accredited", "green"), spent(HEADS[2], 5), spent(HEADS[2], 7, "digital")))
    ledger = notes_of(simulation_of(current_law(), result)).training_items
    found = [(one.head, one.day.isoformat(), one.amount, one.tags) for one in ledger[2028]]
    assert found == [
        (HEADS[0], "2028-06-30", 12_000, {"accredited", "green"}),
        (HEADS[2], "2028-06-30", 7, {"digital"}),
    ]


@pytest.mark.parametrize("head", HEADS)
def test_every_head_of_training_may_have_every_tag(head: str) -> None:
    assert read(company(spent(head, 5, *TAGS))).accounting_periods[0].items[0].tags == TAGS


def test_tags_change_nothing_where_no_law_asks_for_them() -> None:
    plain, tagged = (calculate(company(spent(HEADS[0], 20_000, *tags)), REFORM) for tags in ((), TAGS))
    assert plain.accounting_periods == tagged.accounting_periods


UPLIFTS = """
reform: uplifts
title: Uplifts
summary: 30% extra, 20 points more for accredited training and 10 for green.
status: proposal
source: a test
requires: ">=0.1"
parameters:
  human_investment.additional_deduction: {2027-04-01: 0.30}
  human_investment.uplifts.accredited: {2027-04-01: 0.20}
  human_investment.uplifts.green: {2027-04-01: 0.10}
  human_investment.qualifying.external_course_fees.inclusion: {2027-04-01: 1}
  human_investment.qualifying.trainer_pay.inclusion: {2027-04-01: 1}
"""


def test_an_uplift_goes_to_the_items_with_its_tag_and_to_no_other(tmp_path: Path) -> None:
    # 30% × 25,000 = 7,500; 20% × (12,000 + 5,000) = 3,400; 10% × 12,000 = 1,200
    file = tmp_path / "uplifts.yaml"
    file.write_text(UPLIFTS, encoding="utf-8")
    items = [spent(HEADS[0], 12_000, "accredited", "green"), spent(HEADS[0], 8_000), spent(HEADS[2], 5_000, "accredited")]
    one = calculate(company(*items), file).accounting_periods[0]
    assert one.amount("reform", "human_investment_deduction") == pytest.approx(12_100)


@pytest.mark.parametrize("tag", TAGS)
def test_tags_of_items_and_a_share_of_the_whole_period_are_refused_together(tag: str) -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(company(spent(HEADS[0], 5, "green"), **{f"{tag}_share": 0.5}))
    assert [fault.message for fault in caught.value.faults] == [
        (
            f"accounting_periods.0.{tag}_share: {tag}_share is given, and items with tags as well. Give one or the other: "
            "tags say of each item what a share says of all training."
        )
    ]


def test_a_share_of_one_period_and_tags_of_another_go_together() -> None:
    result = company(spent(HEADS[0], 5, "green"))
    result["accounting_periods"].append({"start": "2029-01-01", "end": "2029-12-31", "green_share": 0.5})
    assert len(read(result).accounting_periods) == 2


def test_the_working_lists_the_tags_of_an_item() -> None:
    steps = calculate(company(spent(HEADS[0], 20_000, "green", "digital")), REFORM).working("reform")[0]
    step = next(step for step in steps if step.variable == "qualifying_training_expenditure")
    (item,) = (entry for entry in step.inputs if entry.name == HEADS[0])
    assert (item.title, item.to_dict()["tags"]) == ("External course fees (green, digital)", ["green", "digital"])


def test_no_tags_at_all_may_be_written_as_an_empty_list() -> None:
    assert read(company({**spent(HEADS[0], 5), "tags": []})) == read(company(spent(HEADS[0], 5)))


FAULTS = {
    "an unknown tag": (
        "{on: 2028-05-01, trainer_pay: 5, tags: [acredited]}",
        "'acredited' is not a tag. Did you mean accredited?",
    ),
    "a tag of another world": (
        "{on: 2028-05-01, trainer_pay: 5, tags: [zzz]}",
        f"'zzz' is not a tag. Known: {', '.join(TAGS)}.",
    ),
    "a tag twice": (
        "{on: 2028-05-01, trainer_pay: 5, tags: [green, digital, green]}",
        "'green' is given twice among the tags of the item. Keep one.",
    ),
    "a word for a list": (
        "{on: 2028-05-01, trainer_pay: 5, tags: green}",
        "tags must be a list (`- one` on each line, or [one, two]), not 'green'.",
    ),
    "nothing for a list": (
        "{on: 2028-05-01, trainer_pay: 5, tags: }",
        "tags must be a list (`- one` on each line, or [one, two]), not nothing.",
    ),
    "nothing for a tag": (
        "{on: 2028-05-01, trainer_pay: 5, tags: [~]}",
        "a tag must be text, not nothing.",
    ),
    "a tagged machine": (
        "{on: 2028-05-01, main_rate_plant_new: 5, tags: [green]}",
        f"tags are for spending on training, not for main_rate_plant_new. Leave them out, or write {EXAMPLE}.",
    ),
    "a tagged car": (
        "{on: 2028-05-01, car: 5, co2_emissions: 0, new: true, tags: [green]}",
        f"tags are for spending on training, not for car. Leave them out, or write {EXAMPLE}.",
    ),
}


@pytest.mark.parametrize(("item", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_tags_is_one_line_with_its_mend(item: str, message: str) -> None:
    text = f"accounting_periods:\n  - start: 2028-01-01\n    end: 2028-12-31\n    expenditure:\n      - {item}\n"
    with pytest.raises(CompanyFileError) as caught:
        read(text.encode())
    assert [(fault.line, fault.message) for fault in caught.value.faults] == [(5, message)]


def test_every_wrong_tag_is_told_at_once() -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(company(spent(HEADS[0], 5, "gren", "digitl", "green", "green")))
    assert len(caught.value.faults) == 3
