"""The JSON Schema of reform files: what it lets pass the checker judges, and what it refuses is wrong."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml

from openfisca_goodwork.policy import check, library, load
from openfisca_goodwork.policy.reading import reform_schema
from openfisca_goodwork.policy.vocabulary import Vocabulary, current_vocabulary

from .files import HEADER, reform_file


class _AsEditorsRead(yaml.SafeLoader):
    """YAML as JSON has it, dates as text: the core schema of YAML 1.2, which editors use."""


_AsEditorsRead.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

SCHEMA = reform_schema()


def faults(text: str, schema: dict[str, Any]) -> list[str]:
    read = yaml.load(text, Loader=_AsEditorsRead)  # noqa: S506 (a safe loader with fewer types)
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(read)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(library()))
def test_every_reform_of_the_library_fits_the_schema(name: str) -> None:
    assert faults(library()[name].read_text(encoding="utf-8"), SCHEMA) == []
    assert faults(load(name).to_yaml(), SCHEMA) == []


WRONG = {
    "a path nobody knows": "corporation_tax.man_rate:\n  2027-04-01: 0.2",
    "a share above its range": "corporation_tax.main_rate:\n  2027-04-01: 20",
    "text for a number": "corporation_tax.main_rate:\n  2027-04-01: high",
    "a number without a date": "corporation_tax.main_rate: 0.2",
    "a month that is none": "corporation_tax.main_rate:\n  2027-13-01: 0.2",
    "a word that is no option": "human_investment.form:\n  2027-04-01: grant",
    "a number for a truth": "human_investment.accredited_only:\n  2027-04-01: 1",
    "a straddle its law does not know": "super_deduction.rate:\n  2027-04-01: {value: 1, straddle: separate_periods}",
    "half a month": "losses.carry_back_months:\n  2027-04-01: 12.5",
    "an assumption common to both laws": "assumptions.growth.profits:\n  2027-04-01: 0.05",
    "nothing": "{}",
}


@pytest.mark.parametrize("case", WRONG)
def test_what_an_editor_can_know_to_be_wrong_is_refused(case: str, law: Vocabulary) -> None:
    assert faults(reform_file(WRONG[case]), reform_schema(law))


RIGHT = {
    "a rate": "corporation_tax.main_rate:\n  2027-04-01: 0.2\n  2028-04-01: current_law",
    "no limit": "human_investment.cap:\n  2027-04-01: .inf",
    "a word": "human_investment.form:\n  2027-04-01: credit",
    "a truth": "human_investment.accredited_only:\n  2027-04-01: true",
    "a taper": "super_deduction.rate:\n  2027-04-01: {value: 1, straddle: day_weighted}",
    "a response": "assumptions.behaviour.elasticity:\n  2027-04-01: 0.5",
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_fits(case: str, law: Vocabulary) -> None:
    assert faults(reform_file(RIGHT[case]), reform_schema(law)) == []


@pytest.mark.parametrize("key", [line.split(":")[0] for line in HEADER.splitlines()])
def test_a_header_without_one_of_its_keys_is_refused(key: str, law: Vocabulary) -> None:
    text = reform_file(RIGHT["a rate"]).replace(f"{key}:", "other:", 1)
    assert len(faults(text, reform_schema(law))) == 2


def test_every_parameter_that_a_reform_may_set_is_explained() -> None:
    parameters = SCHEMA["properties"]["parameters"]["properties"]
    allowed = {path for path in current_vocabulary() if not path.startswith("assumptions.")}
    allowed |= {path for path in current_vocabulary() if path.startswith(("assumptions.behaviour.", "assumptions.take_up."))}
    assert set(parameters) == allowed
    assert [path for path, one in parameters.items() if len(one["description"]) < 20 or not one["title"]] == []


def test_the_checker_and_the_schema_agree_on_the_library() -> None:
    assert [report.file for report in check(library()) if not report.is_good] == []
