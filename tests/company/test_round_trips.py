"""One company told in several ways, as data, as a file, as its text, as a row of a table, comes to the same figures."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from openfisca_goodwork.company import calculate
from openfisca_goodwork.company.many import MAIN_OUTPUTS, calculate_many
from openfisca_goodwork.law.human_investment import HEADS, TAGS
from tests.company.test_buildings import with_cars_and_sales
from tests.company.test_working import a_company
from tests.seeds import seeds

REFORM = "human-investment-super-deduction"
PENNY = 0.005


class Dumper(yaml.SafeDumper):
    """Writes each value where it is used: company files have no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def everything(seed: int) -> dict[str, Any]:
    """A company with cars, buildings that are sold, dated items, some of them tagged, amounts and opening balances."""
    draw = Random(seed)  # noqa: S311
    company = with_cars_and_sales(a_company(seed), draw)
    for item in (item for period in company["accounting_periods"] for item in period["expenditure"]):
        if set(HEADS) & set(item):
            item["tags"] = draw.sample(TAGS, 2)
    return {"company": {"name": "Round Ltd"}, **company}


def with_words_for_days(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: with_words_for_days(one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_words_for_days(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_data_and_its_yaml_file_and_its_json_and_their_bytes_give_equal_results(seed: int, tmp_path: Path) -> None:
    company = everything(seed)
    result = calculate(company, REFORM)
    working = result.to_dict(working=True)
    path = tmp_path / "company.yaml"
    path.write_text(yaml.dump(company, Dumper=Dumper, sort_keys=False), encoding="utf-8")
    as_json = tmp_path / "company.json"
    as_json.write_text(json.dumps(with_words_for_days(company)), encoding="utf-8")
    for source in (path, str(path), path.read_bytes(), as_json, with_words_for_days(company)):
        again = calculate(source, REFORM)
        assert again == result
        assert again.to_dict(working=True) == working


def amounts_alone(seed: int) -> list[dict[str, Any]]:
    """The accounting periods of a company without what a table cannot tell: items by day."""
    periods = a_company(seed)["accounting_periods"]
    return [{name: value for name, value in period.items() if name != "expenditure"} for period in periods]


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_a_table_and_a_company_file_of_the_same_company_give_equal_results(seed: int, tmp_path: Path) -> None:
    periods = amounts_alone(seed)
    names = list(dict.fromkeys(name for period in periods for name in period))
    path = tmp_path / "companies.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["company", *names], restval="")
        table.writeheader()
        table.writerows({"company": "Round Ltd", **period} for period in periods)
    by_row = calculate_many(path, REFORM).to_dataframe().to_dict(orient="records")
    result = calculate({"accounting_periods": periods}, REFORM)
    pairs = [(period, law) for period in result.accounting_periods for law in result.laws]
    for row, (one, law) in zip(by_row, pairs, strict=True):
        assert (row["start"], row["law"]) == (one.start.isoformat(), law)
        for name in MAIN_OUTPUTS:
            expected = one.outputs[law][name]
            assert row[name] == (expected if isinstance(expected, str) else pytest.approx(expected, abs=PENNY)), name


def test_an_item_by_day_and_cars_and_sales_by_the_names_of_the_law_give_equal_figures() -> None:
    # the sale of 1 July 2027: 365,000 × 3% × 181/365 = 5,430 given
    span = {"start": "2027-01-01", "end": "2027-12-31"}
    car = {"on": "2027-05-01", "car": 30_000, "co2_emissions": 120, "new": True}
    building = {"cost": 365_000, "incurred": "2027-01-01", "brought_into_use": "2027-01-01"}
    sold = {**building, "sold": "2027-07-01", "proceeds": 400_000}
    in_own_words = calculate({"accounting_periods": [{**span, "expenditure": [car], "structures_and_buildings": [sold]}]})
    items = [
        {"on": "2027-05-01", "special_rate_cars": 30_000},
        {"on": "2027-01-01", "structures_and_buildings_expenditure": 365_000},
        {"on": "2027-07-01", "structures_and_buildings_disposals": 365_000},
    ]
    sale = {
        "structures_and_buildings_disposal_proceeds": 400_000,
        "structures_and_buildings_allowances_given_on_disposals": 5_430,
    }
    in_the_laws = calculate({"accounting_periods": [{**span, "expenditure": items, **sale}]})
    for name, value in in_own_words.accounting_periods[0].outputs["current_law"].items():
        other = in_the_laws.accounting_periods[0].outputs["current_law"][name]
        assert value == (other if isinstance(other, str) else pytest.approx(other, abs=1e-6)), name
