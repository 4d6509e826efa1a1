"""The reforms that come with the package, and the law they make of the law on file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.policy import check, law_of, library, library_by_group, load, load_all
from openfisca_goodwork.policy.reading import parse
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.system import current_law, dated_values, leaf_parameters, resource_directory

from .files import HEADER, reform_file

MAIN_PROPOSAL = "human-investment-super-deduction"
HEADS = [path for path in current_vocabulary() if re.fullmatch(r"human_investment\.qualifying\.\w+\.inclusion", path)]
NAMES = sorted(library())
CASES = ("low", "central", "high")


def test_no_two_files_of_the_library_have_one_name() -> None:
    assert len(library()) == len(list(resource_directory("reforms").glob("*/*.yaml")))


@pytest.mark.parametrize("name", NAMES)
def test_every_reform_of_the_library_is_without_fault_and_says_what_it_leaves_out(name: str) -> None:
    (report,) = check([name])
    assert report.faults == ()
    assert report.reform is not None
    assert report.reform.name == name
    assert len(report.reform.notes) > 100


@pytest.mark.parametrize("name", NAMES)
def test_a_reform_of_the_library_written_and_read_again_is_equal(name: str) -> None:
    reform = load(name)
    assert parse(reform.to_yaml(), name=reform.file) == reform


DESIGNS = [
    name
    for name in NAMES
    if library()[name].parent.name in {"proposals", "foreign", "stress"}
    and any(path.startswith("human_investment.") for path in load(name).edits)
]
RESPONSES = [f"assumptions.behaviour.{what}.{case}" for what in ("elasticity", "relabelling") for case in CASES]


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_names_all_six_heads(name: str) -> None:
    assert len(HEADS) == 6
    assert set(HEADS) <= set(load(name).edits)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_says_how_training_responds_low_central_and_high(name: str) -> None:
    edits = load(name).edits
    assert set(RESPONSES) <= set(edits)  # who claims, and what of it is incorrect, is the package's
    for what in ("behaviour.elasticity", "behaviour.relabelling"):
        low, central, high = (float(edits[f"assumptions.{what}.{case}"][0][1]) for case in CASES)  # type: ignore[arg-type]
        assert low <= central <= high


@pytest.mark.parametrize("name", DESIGNS)
def test_the_response_is_dated_from_the_day_on_which_the_relief_begins(name: str) -> None:
    reform = load(name)
    assert {edits[0][0] for edits in reform.edits.values()} == {reform.first_date}


@pytest.mark.parametrize(
    ("group", "status"),
    [
        ("proposals", "proposal"),
        ("foreign", "proposal"),
        ("stress", "stress"),
        ("counterfactual", "counterfactual"),
        ("history", "enacted"),
    ],
)
def test_the_status_of_a_reform_is_that_of_its_folder(group: str, status: str) -> None:
    assert {reform.status for reform in library_by_group()[group]} == {status}


@pytest.mark.parametrize("name", NAMES)
def test_every_reform_of_the_library_says_in_words_what_it_leaves_out(name: str) -> None:
    assert re.search(r"[Ll]eft out|is left out|are left out|leaves out", load(name).notes)


def test_the_law_of_a_reform_has_its_values_and_current_law_keeps_its_own() -> None:
    system = law_of(MAIN_PROPOSAL)
    rate = system.parameters.human_investment.additional_deduction
    assert (rate("2027-03-31"), rate("2027-04-01")) == (0, 0.3)
    assert current_law().parameters.human_investment.additional_deduction("2027-04-01") == 0


def test_the_law_without_reforms_is_current_law_itself() -> None:
    assert law_of() is current_law()


def test_only_the_paths_of_a_reform_change() -> None:
    before, after = leaf_parameters(current_law()), leaf_parameters(law_of(MAIN_PROPOSAL))
    changed = [path for path in before if dated_values(before[path]) != dated_values(after[path])]
    assert set(changed) <= set(load(MAIN_PROPOSAL).edits)


def test_a_reform_lies_upon_its_baseline_and_settings_upon_both() -> None:
    rate = "human_investment.additional_deduction"
    alone = law_of(f"{MAIN_PROPOSAL}-external-fees", baseline=MAIN_PROPOSAL)
    assert alone.parameters.human_investment.qualifying.trainer_pay.inclusion("2027-04-01") == 0
    assert alone.parameters.human_investment.additional_deduction("2027-04-01") == 0.3
    varied = law_of([load(MAIN_PROPOSAL)], settings=[f"{rate}@2028-04-01=0.5"])
    assert [varied.parameters.human_investment.additional_deduction(day) for day in ("2028-03-31", "2028-04-01")] == [
        0.3,
        0.5,
    ]


def test_settings_reach_the_assumptions_common_to_both_laws() -> None:
    path = next(path for path in current_vocabulary() if path.startswith("assumptions.growth."))
    system = law_of(settings=[f"{path}@2027-04-01=0.0123"])
    assert leaf_parameters(system)[path]("2027-04-01") == 0.0123


def test_a_file_of_ones_own_is_a_reform_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(reform_file("corporation_tax.main_rate:\n  2027-04-01: 0.2"), encoding="utf-8")
    assert load(file) == load(str(file))
    assert law_of(file).parameters.corporation_tax.main_rate("2027-04-01") == 0.2
    both = load(f"{MAIN_PROPOSAL} + {file}")
    assert both.name == f"{MAIN_PROPOSAL} + mine"
    assert both.first_date == date(2027, 4, 1)


def test_the_checker_reports_each_file_on_its_own(tmp_path: Path) -> None:
    good, bad = tmp_path / "mine.yaml", tmp_path / "bad.yaml"
    good.write_text(reform_file("corporation_tax.main_rate:\n  2027-04-01: 0.2"), encoding="utf-8")
    bad.write_text(
        reform_file("corporation_tax.main_rate:\n  2027-04-01: 20", HEADER.replace("mine", "bad")), encoding="utf-8"
    )
    reports = check([good, bad, tmp_path / "missing.yaml", "human-investment"])
    assert [report.is_good for report in reports] == [True, False, False, False]
    assert [(fault.file, fault.line) for fault in reports[1].faults] == [(str(bad), 9)]
    assert "no such file" in reports[2].faults[0].message
    assert "There is no reform called 'human-investment'" in reports[3].faults[0].message


def bad_file(folder: Path, name: str, value: str) -> Path:
    file = folder / f"{name}.yaml"
    text = reform_file(f"corporation_tax.main_rate:\n  2027-04-01: {value}", HEADER.replace("mine", name))
    file.write_text(text, encoding="utf-8")
    return file


def test_the_faults_of_several_files_and_settings_come_in_one_message(tmp_path: Path) -> None:
    one, other = bad_file(tmp_path, "one", "20"), bad_file(tmp_path, "other", "high")
    for ask in (lambda: load_all([one, other]), lambda: load(f"{one} + {other}"), lambda: law_of(one, other)):
        with pytest.raises(ReformError) as raised:
            ask()
        assert {fault.file for fault in raised.value.faults} == {str(one), str(other)}
    with pytest.raises(ReformError) as raised:
        law_of([one, "nobodys"], settings=["corporation_tax.main_rate@2027-04-01=30"])
    for words in ("20 is outside", "There is no reform called 'nobodys'", "30 is outside"):
        assert words in str(raised.value)


@pytest.mark.parametrize("given", [{"reform": "mine"}, 2029, None, b"mine", ["human-investment-super-deduction", 3]])
def test_what_is_no_reform_at_all_is_refused_in_words(given: object) -> None:
    with pytest.raises(ReformError, match="A reform is a name of the library, the path of a file, or a Reform"):
        load_all(given)  # type: ignore[arg-type]
    with pytest.raises(ReformError, match="A reform is a name of the library, the path of a file, or a Reform"):
        load(given)  # type: ignore[arg-type]


def test_a_misspelt_path_of_the_relief_still_gets_its_nearest_name() -> None:
    with pytest.raises(ReformError, match=r"Did you mean human_investment\.additional_deduction\?"):
        law_of(settings=["human_investment.aditional_deduction@2027-04-01=0.1"])


def test_a_reform_of_the_library_is_called_by_its_place_in_the_library() -> None:
    assert load(MAIN_PROPOSAL).file == f"reforms/proposals/{MAIN_PROPOSAL}.yaml"


def test_a_name_that_is_not_in_the_library_is_answered_with_the_nearest() -> None:
    with pytest.raises(ReformError, match="Did you mean human-investment-super-deduction"):
        load("human-investment-superdeduction")


def test_every_value_of_a_parameter_is_of_the_type_of_its_unit() -> None:
    def fits(kind: type, value: object) -> bool:
        return type(value) in ((int, float) if kind is float else (kind,))

    wrong = [
        (leaf.path, dated.date, dated.value)
        for leaf in current_vocabulary().values()
        for dated in leaf.values
        if not fits(leaf.value_type, dated.value)
    ]
    assert wrong == []


WORDS = {path: leaf for path, leaf in current_vocabulary().items() if leaf.options}


@pytest.mark.parametrize("path", WORDS)
def test_a_word_that_is_none_of_a_parameters_options_is_refused_with_the_nearest(path: str) -> None:
    option = WORDS[path].options[0]
    with pytest.raises(ReformError) as raised:
        law_of(settings=[f"{path}@2027-04-01={option[:-1]}"])
    message = str(raised.value)
    assert f"{path}: '{option[:-1]}' is not one of {', '.join(WORDS[path].options)}. Did you mean {option}" in message
    assert leaf_parameters(law_of(settings=[f"{path}@2027-04-01={option}"]))[path]("2027-04-01") == option


def test_the_words_of_the_clause_are_all_held_to_their_options() -> None:
    assert {path.split(".", 1)[1] for path in WORDS if path.startswith("human_investment.")} == {
        "form",
        "straddle",
        "uplifts.combination",
        "incremental.base",
        "caps.sharing",
        "losses.treatment",
        "eligibility.size",
    }
    assert "good_work.combination" in WORDS


def test_half_a_cap_on_payment_is_refused() -> None:
    with pytest.raises(ReformError, match="are half a cap: limit both or neither"):
        law_of(settings=["human_investment.payable.cap_fixed@2027-04-01=20000"])


@pytest.mark.parametrize("asked", ["", " ", "full-expensing-2023 +", "+"])
def test_a_reform_without_a_name_is_refused_as_that(asked: str) -> None:
    with pytest.raises(ReformError, match=r"A reform has no name\."):
        load(asked)
