"""A costing looked at for a part of the companies: which they are, what share of all, and that parts make up the whole."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.costing import cost, cost_again, record_of
from openfisca_goodwork.costing.people import in_words, read
from openfisca_goodwork.costing.surprises import few_records
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import law_of
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.sources import CLASSES
from openfisca_goodwork.reports import costing as report
from openfisca_goodwork.reports import costing_words as words
from tests.costing.tiny_population import TinyPopulation

REFORM = "human-investment-super-deduction"


@pytest.fixture(scope="module")
def part(people: Population) -> Any:
    return cost(REFORM, population=people, where=["section=C", "region=London"], draws=0)


def test_parts_that_share_the_companies_out_add_up_to_the_whole(people: Population) -> None:
    letters = CLASSES["sic_section"]
    halves = [[f"section={','.join(letters[:9])}"], [f"section={','.join(letters[9:])}"]]
    whole, *parts = (cost(REFORM, population=people, where=where, draws=0) for where in ([], *halves))
    assert np.sum([one.post_behavioural for one in parts], axis=0) == pytest.approx(whole.post_behavioural, rel=1e-9)
    assert np.sum([one.claimants for one in parts], axis=0) == pytest.approx(whole.claimants, rel=1e-9)
    assert sum(one.population.records for one in parts) == whole.population.records


def test_values_of_a_class_are_taken_together_and_classes_within_one_another(people: Population) -> None:
    sections, regions = (people.classes[name][0] for name in ("sic_section", "region"))
    wanted = np.isin(sections, [2, 5]) & (regions == CLASSES["region"].index("London"))
    chosen = people.subset({"sic_section": ["C", "F"], "region": ["London"]})
    assert chosen.weight.tolist() == people.weight[wanted].tolist()
    assert chosen.uniform("take_up").tolist() == people.uniform("take_up")[wanted].tolist()
    assert next(chosen.parts(5)).records == 5


def test_what_the_levy_pays_for_stays_what_it_was_of_all_companies(people: Population) -> None:
    law = law_of(settings=["assumptions.base.survey_includes_levy@2000-01-01=true"])
    chosen = people.subset({"employment_band": ["250+"]})
    everybody, places = chosen.whole or (people, np.zeros(0))
    some = np.arange(3)
    assert places.size == chosen.records < people.records
    for label, amount in chosen.levy_funded(law, some).items():
        assert amount.tolist() == everybody.levy_funded(law, places[some])[label].tolist()


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["section=C"], {"sic_section": ["C"]}),
        (["section=manufacturing", "section=F,c"], {"sic_section": ["C", "F"]}),
        (["section=Arts, entertainment and recreation"], {"sic_section": ["R"]}),
        (["region=yorkshire_and_the_humber", "employment_band=250+"], {
            "region": ["Yorkshire and The Humber"], "employment_band": ["250+"]
        }),
        (["sic_section = C"], {"sic_section": ["C"]}),
    ],
)  # fmt: skip
def test_a_part_is_written_as_people_write_it(texts: list[str], labels: dict[str, list[str]]) -> None:
    assert read(texts, CLASSES) == (labels, [])


def test_all_that_is_wrong_with_parts_is_said_at_once_with_the_rest_of_the_request() -> None:
    with pytest.raises(GoodworkError) as fault:
        cost(REFORM, where=["secton=C", "section=Z", "region"], behaviour="strong")
    said = str(fault.value)
    for expected in ("'secton' is not a class of companies. Did you mean section?", "section has no 'Z'. It has A (Agri"):
        assert expected in said
    assert "'region' does not say a part. Write CLASS=VALUE" in said and "'strong' is not" in said


def test_a_part_without_companies_and_companies_without_classes_are_refused(people: Population) -> None:
    with pytest.raises(GoodworkError, match=r"no records with sic_section B and region Wales and employment_band 250\+"):
        cost(REFORM, population=people, where=["section=B", "region=Wales", "employment_band=250+"])
    with pytest.raises(GoodworkError, match="Of companies of your own give a file of the part"):
        cost(REFORM, population=TinyPopulation({}, np.ones(1), np.zeros(1)), where="section=C")


def test_a_part_says_which_it_is_and_what_share_of_the_whole_wherever_it_is_shown(part: Any, people: Population) -> None:
    used = part.population
    assert used.of_records == people.records and 0 < used.records < people.records / 20
    share = part.to_dict()["population"]["share_of_companies"]
    assert share == pytest.approx(used.companies / people.companies)
    assert "for companies of section C (Manufacturing) and region London alone" in words.finding(part)
    assert f"{used.records:,} of {used.of_records:,} records" in words.part(part)
    shown = [str(one) for section in report.report_of(part).sections for one in section.parts]
    assert sum(f"{used.records:,} of {used.of_records:,} records" in one for one in shown) >= 3  # answer, note, reproduce
    assert part.official is None


def test_the_command_and_the_record_ask_for_the_same_part(part: Any, people: Population) -> None:
    assert "--where section=C --where region=London" in part.command
    again = cost_again(json.loads(json.dumps(record_of(part))), population=people)
    assert again.is_same and again.result.where == part.where


def test_few_records_are_a_warning_of_a_part_and_none_of_all_companies(part: Any) -> None:
    assert few_records(part).startswith("Do not quote this part alone: ")
    assert words.warning(part).startswith(few_records(part))
    whole = replace(part, where=())
    assert few_records(whole) == ""
    totals = tuple(replace(one, records_affected=100, effective_records=10.0) for one in part.distribution.totals)
    enough = replace(part, distribution=replace(part.distribution, totals=totals))
    assert few_records(enough) == ""


def test_setting_up_a_relief_is_not_charged_to_a_part_of_the_companies(part: Any, people: Population) -> None:
    whole = cost(REFORM, population=people, draws=0)
    assert min(whole.administration) <= -5
    assert min(part.administration) > -1


def test_a_relief_by_what_the_population_does_not_hold_is_refused_with_what_it_holds(people: Population) -> None:
    for setting, said in (
        (
            "human_investment.eligibility.maximum_age@2027-04-01=4",
            r"maximum_age goes by the age of a company \(company_age\)",
        ),
        (
            "human_investment.eligibility.industries@2027-04-01=62",
            r"industries goes by the division of a company's industry",
        ),
    ):
        with pytest.raises(GoodworkError, match=said):
            cost(REFORM, population=people, settings=[setting])


def test_manufacturing_only_costs_what_manufacturers_have_of_the_relief_for_everybody(people: Population) -> None:
    only = cost("human-investment-super-deduction-manufacturing", population=people, draws=0)
    theirs = cost(REFORM, population=people, where="section=C", draws=0)
    assert only.post_behavioural == pytest.approx(theirs.post_behavioural, rel=1e-9)
    assert only.claimants == pytest.approx(theirs.claimants, rel=1e-9)


def test_a_relief_for_two_regions_goes_to_their_companies_alone(people: Population) -> None:
    setting = "human_investment.eligibility.places@2027-04-01=north_east, wales"
    shown = cost(REFORM, population=people, settings=[setting], draws=0).distribution
    assert shown is not None
    gaining = {row.name for row in shown.table("Region").rows if row.gaining > 0}
    assert gaining == {"North East", "Wales"}


def test_the_words_of_a_part_name_every_class() -> None:
    assert in_words(["section=C", "section=F", "region=London"]) == (
        "of section C (Manufacturing) or F (Construction) and region London"
    )
    assert in_words([]) == ""


def test_the_law_of_today_asks_no_population_for_industry_place_or_age() -> None:
    from openfisca_goodwork.law.human_investment.eligibility import facts_asked

    assert facts_asked(system.current_law()) == {}
