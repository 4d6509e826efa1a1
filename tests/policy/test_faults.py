"""Every fault of a reform file: its line, its path, and what the message teaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from openfisca_goodwork.errors import Fault, GoodworkError, ReformError
from openfisca_goodwork.policy import reading, reform
from openfisca_goodwork.policy.reading import examine, parse
from openfisca_goodwork.policy.vocabulary import Vocabulary, current_vocabulary

from .files import HEADER, reform_file

MAIN_RATE = "corporation_tax.main_rate"
LIMITS = "corporation_tax.marginal_relief"

# What is wrong: (parameters, line, path, words of the message).
WRONG_PARAMETERS = {
    "a path nobody knows": (
        "corporation_tax.man_rate:\n  2027-04-01: 0.2",
        8,
        "corporation_tax.man_rate",
        "corporation_tax.man_rate is not a parameter. Did you mean corporation_tax.main_rate?",
    ),
    "a group of parameters": (
        f"{LIMITS}:\n  2027-04-01: 0.2",
        8,
        LIMITS,
        f"is a group of parameters, not one of them. It holds {LIMITS}.lower_limit, {LIMITS}.upper_limit.",
    ),
    "a path twice": (
        f"{MAIN_RATE}:\n  2027-04-01: 0.2\n{MAIN_RATE}:\n  2028-04-01: 0.3",
        10,
        MAIN_RATE,
        f"'{MAIN_RATE}' is given twice, first on line 8.",
    ),
    "a date twice": (
        f"{MAIN_RATE}:\n  2027-04-01: 0.2\n  2027-04-01: 0.3",
        10,
        MAIN_RATE,
        "'2027-04-01' is given twice, first on line 9.",
    ),
    "a percentage": (
        f"{MAIN_RATE}:\n  2027-04-01: 20",
        9,
        MAIN_RATE,
        f"{MAIN_RATE}: 20 is outside 0 to 1. Rates are fractions: 20% is 0.20.",
    ),
    "a percent sign": (f"{MAIN_RATE}:\n  2027-04-01: 20%", 9, MAIN_RATE, "20% is 0.20"),
    "text for a number": (f"{MAIN_RATE}:\n  2027-04-01: low", 9, MAIN_RATE, "must be a number, not 'low'"),
    "a number in quotation marks": (
        f"{MAIN_RATE}:\n  2027-04-01: '0.2'",
        9,
        MAIN_RATE,
        "without quotation marks",
    ),
    "a truth value for a number": (
        f"{MAIN_RATE}:\n  2027-04-01: true",
        9,
        MAIN_RATE,
        "must be a number, not 'true'",
    ),
    "nothing for a number": (
        f"{MAIN_RATE}:\n  2027-04-01:",
        9,
        MAIN_RATE,
        "must be a number, not nothing. To give it back",
    ),
    "a list for a number": (
        f"{MAIN_RATE}:\n  2027-04-01: [0.2]",
        9,
        MAIN_RATE,
        "must be a number, not a list",
    ),
    "infinity where a limit is finite": (
        f"{MAIN_RATE}:\n  2027-04-01: .inf",
        9,
        MAIN_RATE,
        "must be a finite number, not '.inf'. To abolish it write 0; the most that can be written is 1.",
    ),
    "a word for nothing": (
        f"{MAIN_RATE}:\n  2027-04-01: None",
        9,
        MAIN_RATE,
        "must be a finite number, not 'None'. To abolish it write 0; the most that can be written is 1.",
    ),
    "a word for no limit": (
        f"{LIMITS}.lower_limit:\n  2027-04-01: unlimited",
        9,
        f"{LIMITS}.lower_limit",
        "To abolish it write 0; the most that can be written is",
    ),
    "no number": (f"{MAIN_RATE}:\n  2027-04-01: .nan", 9, MAIN_RATE, "must be a number"),
    "a rate below nothing": (f"{MAIN_RATE}:\n  2027-04-01: -0.1", 9, MAIN_RATE, "-0.1 is outside 0 to 1."),
    "money below nothing": (
        "human_investment.cap:\n  2027-04-01: -250000",
        9,
        "human_investment.cap",
        "-250,000 is below 0. An amount of money cannot be negative here.",
    ),
    "money as people type it": (
        "human_investment.cap:\n  2027-04-01: £250,000",
        9,
        "human_investment.cap",
        "Write it in full, without £ or commas: 250000.",
    ),
    "a number for a truth value": (
        "human_investment.accredited_only:\n  2027-04-01: 1",
        9,
        "human_investment.accredited_only",
        "must be true or false, not '1'",
    ),
    "yes for a truth value": (
        "human_investment.accredited_only:\n  2027-04-01: yes",
        9,
        "human_investment.accredited_only",
        "must be true or false, not 'yes'",
    ),
    "a word that is no option": (
        "human_investment.form:\n  2027-04-01: crdit",
        9,
        "human_investment.form",
        "'crdit' is not one of deduction, credit. Did you mean credit?",
    ),
    "a word like no option": (
        "human_investment.form:\n  2027-04-01: grant",
        9,
        "human_investment.form",
        "'grant' is not one of deduction, credit.",
    ),
    "a day that is none": (
        "human_investment.incremental.fixed_from:\n  2027-04-01: 2024-02-30",
        9,
        "human_investment.incremental.fixed_from",
        "2024-02-30 is not a day of the calendar.",
    ),
    "a year for a day": (
        "human_investment.incremental.fixed_from:\n  2027-04-01: 2024",
        9,
        "human_investment.incremental.fixed_from",
        "must be a date, not '2024'. Dates are written YYYY-MM-DD",
    ),
    "a window that ends before it begins": (
        "human_investment.incremental.fixed_from:\n  2027-04-01: 2024-04-01",
        9,
        "human_investment.incremental.fixed_from",
        (
            "human_investment.incremental.fixed_from (2024-04-01) is after "
            "human_investment.incremental.fixed_to (2011-03-31) from 1 April 2027."
        ),
    ),
    "half a month": (
        "losses.carry_back_months:\n  2027-04-01: 12.5",
        9,
        "losses.carry_back_months",
        "is in whole months, not 12.5.",
    ),
    "a date before the parameter": (
        "corporation_tax.small_profits_rate:\n  2022-04-01: 0.19",
        9,
        "corporation_tax.small_profits_rate",
        "has no value before 1 April 2023: it cannot be set from 1 April 2022.",
    ),
    "a date after the horizon": (
        f"{MAIN_RATE}:\n  2034-01-01: 0.2",
        9,
        MAIN_RATE,
        "1 January 2034 is after 31 December 2033, the last day for which the law is held.",
    ),
    "a day that is not": (
        f"{MAIN_RATE}:\n  2027-02-30: 0.2",
        9,
        MAIN_RATE,
        f"A date of {MAIN_RATE}: 2027-02-30 is not a day of the calendar.",
    ),
    "a year for a date": (f"{MAIN_RATE}:\n  2027: 0.2", 9, MAIN_RATE, "must be a date, not '2027'"),
    "no date": (f"{MAIN_RATE}: 0.2", 8, MAIN_RATE, "needs a date for its value"),
    "a lower limit above the upper": (
        f"{LIMITS}.lower_limit:\n  2027-04-01: 60000\n  2028-04-01: 300000",
        10,
        f"{LIMITS}.lower_limit",
        f"{LIMITS}.lower_limit (£300,000) is above {LIMITS}.upper_limit (£250,000) from 1 April 2028.",
    ),
    "an upper limit below the lower": (
        f"{LIMITS}.upper_limit:\n  2027-04-01: 40000",
        9,
        f"{LIMITS}.upper_limit",
        f"{LIMITS}.lower_limit (£50,000) is above {LIMITS}.upper_limit (£40,000) from 1 April 2027.",
    ),
    "half a cap": (
        "human_investment.payable.cap_fixed:\n  2027-04-01: 20000",
        9,
        "human_investment.payable.cap_fixed",
        "half a cap: limit both or neither",
    ),
    "an assumption common to both laws": (
        "assumptions.growth.profits:\n  2027-04-01: 0.05",
        9,
        "assumptions.growth.profits",
        "Change it for a run by --set assumptions.growth.profits@2027-04-01=VALUE.",
    ),
    "a straddle its law does not know": (
        f"{MAIN_RATE}:\n  2027-04-01: {{value: 0.2, straddle: by_date_incurred}}",
        9,
        MAIN_RATE,
        "'by_date_incurred' is not how its law treats a straddling period. Known here: day_weighted.",
    ),
    "a straddle without a value": (
        f"{MAIN_RATE}:\n  2027-04-01: {{straddle: day_weighted}}",
        9,
        MAIN_RATE,
        "value is missing.",
    ),
    "no parameter": ("{}", 8, "", "must set at least one parameter"),
}


def test_a_wrong_parameter_is_one_fault_on_its_line(law: Vocabulary) -> None:
    for case, (parameters, line, path, words) in WRONG_PARAMETERS.items():
        (fault,) = examine(reform_file(parameters), name="mine.yaml", vocabulary=law).faults
        assert (fault.file, fault.line, fault.path) == ("mine.yaml", line, path), case
        assert words in fault.message, case


def without(key: str) -> str:
    """The header less one of its lines."""
    return "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(f"{key}:"))


def with_line(line: str) -> str:
    """The header with one of its lines changed."""
    return "".join(
        line + "\n" if old.split(":", 1)[0] == line.split(":", 1)[0] else old + "\n" for old in HEADER.splitlines()
    )


WRONG_HEADERS = {
    "another name than its file": (with_line("reform: yours"), 1, "called 'yours' and its file 'mine'"),
    "a name with spaces": (with_line("reform: My reform"), 1, "'My reform' is not a name"),
    "a status nobody knows": (
        with_line("status: draft"),
        4,
        "not one of proposal, enacted, counterfactual, stress",
    ),
    "no range of versions": (with_line("requires: newest"), 6, "'newest' is not a range of versions"),
    "a newer version": (
        with_line('requires: ">=9"'),
        6,
        "needs version >=9 of openfisca-goodwork, and this is 0.1.0",
    ),
    "an older version": (with_line('requires: "<0.1"'), 6, "needs version <0.1"),
    "an empty title": (with_line("title:"), 2, "title must be text, not nothing"),
    "a list of sources": (with_line("source: [a, b]"), 5, "source must be text, not a list"),
    "a key nobody knows": (HEADER + "titles: Mine\n", 7, "'titles' is not known here. Did you mean title"),
    "a key twice": (HEADER + "title: Mine\n", 7, "'title' is given twice, first on line 2"),
    **{f"no {key}": (without(key), 1, f"{key} is missing.") for key in reform.HEADER},
}


def test_a_wrong_header_is_one_fault_on_its_line(law: Vocabulary) -> None:
    for case, (header, line, words) in WRONG_HEADERS.items():
        text = reform_file(f"{MAIN_RATE}:\n  2027-04-01: 0.2", header)
        (fault,) = examine(text, name="mine.yaml", vocabulary=law).faults
        assert (fault.file, fault.line) == ("mine.yaml", line), case
        assert words in fault.message, case


def test_a_file_without_parameters_says_so(law: Vocabulary) -> None:
    (fault,) = examine(HEADER, name="mine.yaml", vocabulary=law).faults
    assert fault == Fault("parameters is missing.", "mine.yaml", 1, "")


def test_all_faults_of_a_file_come_in_one_message(law: Vocabulary) -> None:
    text = reform_file(
        f"""
corporation_tax.man_rate:
  2027-04-01: 0.2
{MAIN_RATE}:
  2027-04-01: 20
  2027-04-31: 0.2
  2040-04-01: 0.2
human_investment.accredited_only:
  2027-04-01: 3
""",
        with_line("status: draft"),
    )
    with pytest.raises(ReformError) as raised:
        parse(text, name="mine.yaml", vocabulary=law)
    assert str(raised.value) == (
        "mine.yaml has 6 faults.\n"
        "  line 4   status 'draft' is not one of proposal, enacted, counterfactual, stress.\n"
        "  line 8   corporation_tax.man_rate is not a parameter. Did you mean corporation_tax.main_rate?\n"
        "  line 11  corporation_tax.main_rate: 20 is outside 0 to 1. Rates are fractions: 20% is 0.20.\n"
        "  line 12  A date of corporation_tax.main_rate: 2027-04-31 is not a day of the calendar.\n"
        "  line 13  corporation_tax.main_rate: 1 April 2040 is after 31 December 2033, "
        "the last day for which the law is held.\n"
        "  line 15  human_investment.accredited_only must be true or false, not '3'."
    )


def test_a_version_under_development_counts_as_a_version(law: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    text = reform_file(f"{MAIN_RATE}:\n  2027-04-01: 0.2", with_line('requires: ">=0.2"'))
    assert examine(text, vocabulary=law).faults
    monkeypatch.setattr(reading, "model_version", lambda: "0.2.0.dev1")
    assert examine(text.replace(">=0.2", ">=0.1"), vocabulary=law).is_good


def test_a_relief_for_some_is_led_to_the_parameter_however_it_is_called() -> None:
    relief, known = "human_investment", "human_investment.eligibility"
    for called, meant in (
        (f"{relief}.sector", f"{known}.industries?"),
        (f"{relief}.manufacturing_only", f"{known}.industries?"),
        (f"{known}.region", f"{known}.places?"),
        (f"{known}.company_age", f"{known}.maximum_age or {known}.minimum_age?"),
    ):
        (fault,) = examine(reform_file(f"{called}:\n  2027-04-01: C"), vocabulary=current_vocabulary()).faults
        assert fault.message == f"{called} is not a parameter. Did you mean {meant}"


def test_a_date_at_the_margin_is_one_fault_that_says_where_it_belongs() -> None:
    text = reform_file(f"{MAIN_RATE}:") + "2028-04-01: 0.2\n"
    (fault,) = examine(text, vocabulary=current_vocabulary()).faults
    assert (fault.line, fault.message) == (
        9, "2028-04-01 is a date and stands where a parameter should. Move it to the right, below its parameter."
    )  # fmt: skip


def test_a_list_of_industries_or_places_is_checked_code_by_code() -> None:
    industries, places = (f"human_investment.eligibility.{name}" for name in ("industries", "places"))
    for path, value, words in (
        (industries, "Manufacturing", "'manufacturing' is not a code that it may list. Did you mean C (Manufacturing)?"),
        (
            industries,
            "34",
            "'34' is not a code that it may list. Write sections (A to U) or divisions (01 to 99) of the SIC",
        ),
        (industries, "C, c", "lists C twice. Keep one."),
        (industries, "all, C", "lists all and others. Write all alone, or leave it out."),
        (places, "Northeast", "'northeast' is not a code that it may list. Did you mean north_east"),
    ):
        (fault,) = examine(reform_file(f"{path}:\n  2027-04-01: {value}"), vocabulary=current_vocabulary()).faults
        assert words in fault.message
    for path, value, held in ((industries, "[c, 1, '62']", "C, 01, 62"), (places, "North East, wales", "north_east, wales")):
        good = examine(reform_file(f"{path}:\n  2027-04-01: {value}"), vocabulary=current_vocabulary()).reform
        assert good is not None and good.edits[path][0][1] == held


def test_a_missing_file_and_a_folder_are_faults(tmp_path: Path, law: Vocabulary) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(GoodworkError) as raised:
            parse(path, vocabulary=law)
        assert raised.value.exit_code == 2
