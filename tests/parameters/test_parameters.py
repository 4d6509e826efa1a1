"""The parameter files: that each leaf says what it is, where it comes from, and what the statute says.

What the law does with the figures is tested with the formulas; here are only the files themselves.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from openfisca_core.parameters import Parameter, ParameterNode

PARAMETERS = Path(__file__).parents[2] / "parameters"
KINDS = {"law", "proposal", "assumption", "forecast"}
STRADDLES = {
    "day_weighted",
    "rounded_up_hybrid",
    "annual_limit",
    "by_date_incurred",
    "separate_periods",
    "by_end",
    "whole_period",
}
STATUSES = {"seen", "second-hand", "derived", "memory", "assumption"}

FILES = sorted(PARAMETERS.rglob("*.yaml"))


def described(node: Parameter | ParameterNode) -> Iterator[Parameter | ParameterNode]:
    """A node and everything below it, as OpenFisca read them."""
    yield node
    for child in getattr(node, "children", {}).values():
        yield from described(child)


NODES = list(described(ParameterNode(directory_path=str(PARAMETERS))))
LEAVES = {node.name: node for node in NODES if isinstance(node, Parameter)}
VALUES = [entry for leaf in LEAVES.values() for entry in leaf.values_list]


def value(path: str, date: str) -> float | bool:
    """The value of a parameter in force on a date."""
    in_force: float | bool = LEAVES[path].get_at_instant(date)
    return in_force


def dated(path: str) -> dict[str, float]:
    """Every dated value of a parameter, earliest first."""
    return {entry.instant_str: entry.value for entry in reversed(LEAVES[path].values_list)}


def mappings(file: Path) -> Iterator[yaml.MappingNode]:
    """Every mapping of a file with its lines, each once however often an alias repeats it."""
    waiting, seen = [yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
        waiting += [child for _, child in node.value] if isinstance(node, yaml.MappingNode) else node.value


# --- the files -----------------------------------------------------------------------------------------------


def test_a_parameter_stands_in_the_file_or_the_folder_of_its_path() -> None:
    """One file a family: the path of a parameter is the file's, and then the keys inside it."""
    for leaf in LEAVES.values():
        file = Path(leaf.file_path).relative_to(PARAMETERS).with_suffix("")
        assert leaf.name.split(".")[: len(file.parts)] == list(file.parts)


def test_there_is_no_yaml_under_another_extension() -> None:
    assert {file.suffix for file in PARAMETERS.rglob("*") if file.is_file()} == {".yaml"}


def test_every_path_is_written_in_lower_case_words_or_the_letter_of_an_industry_section() -> None:
    assert [path for path in LEAVES if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*(\.[A-U])?", path)] == []


def test_every_family_says_what_it_is() -> None:
    families = [node for node in NODES if isinstance(node, ParameterNode)]
    assert [node.name for node in families if len((node.description or "").split()) < 3] == []


def test_a_file_is_ascii_since_openfisca_reads_it_in_the_encoding_of_the_machine() -> None:
    assert [file for file in FILES if not file.read_bytes().isascii()] == []


def test_no_key_stands_twice() -> None:
    for file in FILES:
        for node in mappings(file):
            keys = Counter(key.value for key, _ in node.value)
            assert {key for key, times in keys.items() if times > 1} == set(), f"{file}, {node.start_mark}"


def test_dates_ascend_down_the_file() -> None:
    for file in FILES:
        for node in mappings(file):
            dates = [key.value for key, _ in node.value if key.tag == "tag:yaml.org,2002:timestamp"]
            assert dates == sorted(dates), f"{file}, {node.start_mark}"


# --- what a leaf says of itself ------------------------------------------------------------------------------


def test_a_leaf_has_a_sentence_a_unit_a_kind_and_a_label() -> None:
    for path, leaf in LEAVES.items():
        assert leaf.description[0].isupper() and len(leaf.description.split()) >= 4, path
        assert isinstance(leaf.metadata["unit"], str) and leaf.metadata["unit"], path
        assert leaf.metadata["kind"] in KINDS, path
        label = leaf.metadata["label"]
        assert label and len(label) <= 60 and not label.endswith("."), path


def test_no_two_leaves_share_a_label() -> None:
    labels = Counter(leaf.metadata["label"].casefold() for leaf in LEAVES.values())
    assert {label for label, times in labels.items() if times > 1} == set()


def test_a_changing_figure_of_law_says_how_a_straddling_period_treats_the_change() -> None:
    for path, leaf in LEAVES.items():
        if leaf.metadata["kind"] in {"law", "proposal"} and len(leaf.values_list) > 1:
            assert leaf.metadata["straddle"] in STRADDLES, path
        assert {entry.metadata.get("straddle") for entry in leaf.values_list} <= STRADDLES | {None}, path


def test_every_value_has_a_reference_and_a_status() -> None:
    for entry in VALUES:
        assert entry.metadata["status"] in STATUSES, entry.name
        assert entry.metadata["kind"] in KINDS, entry.name
        assert entry.metadata["reference"], entry.name
        for reference in entry.metadata["reference"]:
            assert reference.keys() <= {"title", "href"}, entry.name
            assert reference["title"].strip(), entry.name
            if "href" in reference:
                assert re.fullmatch(r"https?://[^/\s]+\.[^/\s]+/\S+", reference["href"]), entry.name


def test_a_source_has_its_address_unless_the_figure_is_our_own_or_recalled() -> None:
    sourced = [entry for entry in VALUES if entry.metadata["status"] not in {"assumption", "memory"}]
    assert len(sourced) > 300
    for entry in sourced:
        assert all("href" in reference for reference in entry.metadata["reference"]), entry.name


def test_values_are_of_one_type_and_within_a_range_that_ends() -> None:
    for path, leaf in LEAVES.items():
        values = [entry.value for entry in leaf.values_list]
        if leaf.metadata["unit"] in {"boolean", "text", "date"}:
            assert {type(each) for each in values} == {bool if leaf.metadata["unit"] == "boolean" else str}, path
            continue
        assert all(type(each) in {int, float} and not math.isnan(each) for each in values), path
        least, most = leaf.metadata["range"]
        assert -math.inf < least < most < math.inf, path
        assert all(least <= each <= most or each == math.inf for each in values), path


def test_a_fraction_of_statute_is_the_value() -> None:
    fractions = [entry for entry in VALUES if "statutory_form" in entry.metadata]
    assert fractions
    for entry in fractions:
        assert entry.value == float(Fraction(entry.metadata["statutory_form"])), entry.name


# --- figures against the statute -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("financial_year", "main_rate", "small_profits_rate", "fraction"),
    [
        (2010, "28/100", "21/100", "7/400"),
        (2011, "26/100", "20/100", "3/200"),
        (2012, "24/100", "20/100", "1/100"),
        (2013, "23/100", "20/100", "3/400"),
        (2014, "21/100", "20/100", "1/400"),
        (2015, "20/100", "20/100", "0"),
        (2016, "20/100", "20/100", "0"),
        *((year, "19/100", "19/100", "0") for year in range(2017, 2023)),
        *((year, "25/100", "19/100", "3/200") for year in range(2023, 2029)),
    ],
)
def test_the_charge_of_each_financial_year(
    financial_year: int, main_rate: str, small_profits_rate: str, fraction: str
) -> None:
    for date in (f"{financial_year}-04-01", f"{financial_year + 1}-03-31"):
        assert value("corporation_tax.main_rate", date) == float(Fraction(main_rate))
        assert value("corporation_tax.small_profits_rate", date) == float(Fraction(small_profits_rate))
        assert value("corporation_tax.marginal_relief.fraction", date) == float(Fraction(fraction))


@pytest.mark.parametrize("financial_year", range(2010, 2034))
def test_marginal_relief_joins_the_two_rates_at_the_lower_limit(financial_year: int) -> None:
    """At the lower limit the main rate less marginal relief is the small profits rate (CTA 2010 ss.18A, 18B)."""
    date = f"{financial_year}-04-01"
    lower = value("corporation_tax.marginal_relief.lower_limit", date)
    upper = value("corporation_tax.marginal_relief.upper_limit", date)
    relief = value("corporation_tax.marginal_relief.fraction", date) * (upper - lower)
    gap = value("corporation_tax.main_rate", date) - value("corporation_tax.small_profits_rate", date)
    assert relief == pytest.approx(gap * lower, abs=1e-6)


def test_the_charge_is_law_until_the_last_value_and_that_is_a_forecast_which_holds_the_law() -> None:
    for path in (path for path in LEAVES if path.startswith("corporation_tax.")):
        *legislated, forecast = reversed(LEAVES[path].values_list)
        assert {entry.metadata["kind"] for entry in legislated} == {"law"}, path
        assert (forecast.metadata["kind"], forecast.value) == ("forecast", legislated[-1].value), path


def test_every_step_of_the_annual_investment_allowance() -> None:
    assert dated("capital_allowances.annual_investment_allowance.limit") == {
        "2007-04-01": 0,
        "2008-04-01": 50_000,
        "2010-04-01": 100_000,
        "2012-04-01": 25_000,
        "2013-01-01": 250_000,
        "2014-04-01": 500_000,
        "2016-01-01": 200_000,
        "2019-01-01": 1_000_000,
    }


def test_every_step_of_the_writing_down_allowances() -> None:
    assert dated("capital_allowances.writing_down.main_rate") == {
        "2007-04-01": 0.25,
        "2008-04-01": 0.20,
        "2012-04-01": 0.18,
        "2026-04-01": 0.14,
    }
    assert dated("capital_allowances.writing_down.special_rate") == {
        "2007-04-01": 0.06,
        "2008-04-01": 0.10,
        "2012-04-01": 0.08,
        "2019-04-01": 0.06,
    }


@pytest.mark.parametrize(
    ("allowance", "rate", "first_day", "last_day"),
    [
        ("super_deduction", 1.30, "2021-04-01", "2023-03-31"),
        ("special_rate_allowance", 0.50, "2021-04-01", "2023-03-31"),
        ("full_expensing", 1.00, "2023-04-01", None),
        ("special_rate_50", 0.50, "2023-04-01", None),
        ("main_rate_40", 0.40, "2026-01-01", None),
        ("zero_emission_cars", 1.00, None, "2027-03-31"),
        ("charge_points", 1.00, "2016-11-23", "2027-03-31"),
        ("energy_saving", 1.00, None, "2020-03-31"),
    ],
)
def test_a_first_year_allowance_is_in_force_on_its_days_and_no_others(
    allowance: str, rate: float, first_day: str | None, last_day: str | None
) -> None:
    path = f"capital_allowances.first_year_allowances.{allowance}.rate"
    one_day = datetime.timedelta(days=1)
    assert value(path, first_day or "2007-04-01") == rate
    assert value(path, last_day or "2033-12-31") == rate
    if first_day:
        assert value(path, str(datetime.date.fromisoformat(first_day) - one_day)) == 0
    if last_day:
        assert value(path, str(datetime.date.fromisoformat(last_day) + one_day)) == 0


def test_only_the_end_of_the_super_deduction_is_weighted_by_days() -> None:
    """FA 2021 s.11 tapers a period that ends on or after 1 April 2023; the start in 2021 goes by date incurred."""
    entries = LEAVES["capital_allowances.first_year_allowances.super_deduction.rate"].values_list
    assert {entry.instant_str: entry.metadata["straddle"] for entry in entries} == {
        "2007-04-01": "by_date_incurred",
        "2021-04-01": "by_date_incurred",
        "2023-04-01": "day_weighted",
    }


def test_structures_and_buildings_began_at_2_per_cent_and_rose_to_3() -> None:
    path = "capital_allowances.structures_and_buildings.rate"
    assert dated(path) == {"2007-04-01": 0, "2018-10-29": 0.02, "2020-04-01": 0.03}


def test_carried_forward_losses_are_restricted_from_april_2017() -> None:
    assert math.isinf(value("losses.deductions_allowance", "2017-03-31"))
    assert value("losses.restriction_rate", "2017-03-31") == 1
    assert value("losses.deductions_allowance", "2017-04-01") == 5_000_000
    assert value("losses.restriction_rate", "2017-04-01") == 0.5


@pytest.mark.parametrize(
    ("period_end", "months", "cap"),
    [
        ("2010-11-23", 36, 50_000),
        ("2010-11-24", 0, 0),
        ("2020-03-31", 0, 0),
        ("2020-04-01", 36, 2_000_000),
        ("2022-03-31", 36, 2_000_000),
        ("2022-04-01", 0, 0),
    ],
)
def test_the_carry_back_was_extended_twice(period_end: str, months: int, cap: int) -> None:
    """FA 2009 Sch 6 para 3(2), (3); FA 2021 Sch 2 paras 4(3), 5."""
    assert value("losses.extended_carry_back_months", period_end) == months
    assert value("losses.extended_carry_back_cap", period_end) == cap
    assert value("losses.carry_back_months", period_end) == 12


def test_very_large_companies_begin_with_periods_from_april_2019() -> None:
    assert math.isinf(value("payment.thresholds.very_large", "2019-03-31"))
    assert value("payment.thresholds.very_large", "2019-04-01") == 20_000_000


def test_a_calendar_year_of_a_very_large_company_has_its_last_instalment_on_14_december() -> None:
    """Its final date from the end of the period is also three intervals after its first (reg 5AZA(2))."""
    due = "payment.due_dates."
    first_month = 1 + value(due + "very_large_first_instalment_months", "2026-01-01")
    from_start = first_month + 3 * value(due + "instalment_interval_months", "2026-01-01")
    from_end = 13 - value(due + "very_large_final_instalment_months_before_end", "2026-01-01")
    assert (from_start, from_end) == (12, 12)
    assert 1 + value(due + "very_large_first_instalment_days", "2026-01-01") == 14
    assert value(due + "very_large_final_instalment_days", "2026-01-01") == 14


@pytest.mark.parametrize(
    ("spent", "rdec", "additional", "surrenderable", "ordinary", "intensive"),
    [
        ("2012-04-01", 0, 1.25, 2.25, 0.11, 0.11),
        ("2013-04-01", 0.10, 1.25, 2.25, 0.11, 0.11),
        ("2014-04-01", 0.10, 1.25, 2.25, 0.145, 0.145),
        ("2015-04-01", 0.11, 1.30, 2.30, 0.145, 0.145),
        ("2018-01-01", 0.12, 1.30, 2.30, 0.145, 0.145),
        ("2020-04-01", 0.13, 1.30, 2.30, 0.145, 0.145),
        ("2023-03-31", 0.13, 1.30, 2.30, 0.145, 0.145),
        ("2023-04-01", 0.20, 0.86, 1.86, 0.10, 0.145),
    ],
)
def test_the_rates_of_relief_for_research_on_a_day(
    spent: str, rdec: float, additional: float, surrenderable: float, ordinary: float, intensive: float
) -> None:
    research = "research_and_development."
    assert value(research + "rdec.rate", spent) == rdec
    assert value(research + "sme_additional_deduction.rate", spent) == additional
    assert value(research + "sme_payable_credit.surrenderable_share_of_expenditure", spent) == surrenderable
    assert value(research + "sme_payable_credit.rate", spent) == ordinary
    assert value(research + "intensive_credit.rate", spent) == intensive


@pytest.mark.parametrize("financial_year", range(2010, 2024))
def test_the_loss_that_may_be_surrendered_is_the_spending_and_its_additional_deduction(financial_year: int) -> None:
    """CTA 2009 s.1055(2)(b) beside s.1044(8)."""
    date = f"{financial_year}-04-01"
    additional = value("research_and_development.sme_additional_deduction.rate", date)
    most = value("research_and_development.sme_payable_credit.surrenderable_share_of_expenditure", date)
    assert most == pytest.approx(1 + additional)


def test_current_law_has_no_relief_for_human_investment() -> None:
    switches = {path: leaf for path, leaf in LEAVES.items() if path.startswith("human_investment.")}
    rates = (".inclusion", ".additional_deduction", ".credit_rate")
    counted = [path for path in switches if path.endswith(rates) or ".uplifts." in path or "_by_size." in path]
    counted.remove("human_investment.uplifts.combination")
    assert len(counted) == 17
    assert {path: dated(path) for path in counted} == {path: {"2010-04-01": 0} for path in counted}
    assert {leaf.metadata["kind"] for leaf in switches.values()} == {"proposal"}


def test_the_three_cases_of_an_assumption_rise_from_low_to_high() -> None:
    for name in ("elasticity", "relabelling"):
        low, central, high = (
            value(f"assumptions.behaviour.{name}.{case}", "2027-04-01") for case in ("low", "central", "high")
        )
        assert low < central < high
    for year in ("first_year", "second_year", "third_year", "later_years"):
        low, central, high = (
            value(f"assumptions.take_up.{case}.{year}", "2027-04-01") for case in ("low", "central", "high")
        )
        assert low < central < high
