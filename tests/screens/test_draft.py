"""The one draft of a reform: its text, its values, its title, its levers."""

from __future__ import annotations

import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.screens import levers
from openfisca_goodwork.screens.reform_draft import BLANK, Draft, Entry, entries_in, title_of
from tests.reports.companies import MAIN

RATE = "human_investment.additional_deduction"
LIMIT = "capital_allowances.annual_investment_allowance.limit"


def test_every_reform_of_the_library_comes_through_its_entries_the_same_and_has_no_lever_moved():
    for name in policy.library():
        reform, again = policy.load(name), Draft(name).with_entries(Draft(name).entries, "Another").reforms[0]
        assert (again.edits, again.straddles) == (reform.edits, reform.straddles), name
        assert not [lever for lever in levers.levers_of(Draft(name)) if lever.is_changed], name


@pytest.mark.parametrize(
    ("entries", "title"),
    [
        ([Entry(LIMIT, "2027-04-01", "£2,000,000")], "Annual investment allowance of £2m from April 2027"),
        ([Entry(LIMIT, "2027-04-01", "£250,000")], "Annual investment allowance of £250,000 from April 2027"),
        (
            [Entry(LIMIT, "2027-04-01", "£1,500,000"), Entry(LIMIT, "2029-04-01", "current law")],
            "Annual investment allowance of £1.5m from April 2027 to March 2029",
        ),
        (
            [Entry("corporation_tax.main_rate", "2028-04-01", "24%"), Entry(LIMIT, "2028-04-01", "£2,000,000")],
            "Main rate of corporation tax of 24% and Annual investment allowance of £2m from April 2028",
        ),
        ([], "My reform"),
    ],
)
def test_a_reform_is_named_after_what_it_does(entries, title):
    assert title_of(entries) == title


def test_a_draft_put_back_to_where_it_began_is_the_librarys_reform_again():
    moved = levers.moved(Draft(MAIN), RATE, "0.2")
    assert moved.reforms[0].edits[RATE][0][1] == 0.2
    assert levers.moved(moved, RATE, "30%") == Draft(MAIN)


def test_an_end_is_set_moved_and_taken_back():
    ended = levers.moved(Draft(MAIN), levers.END, "31 March 2030")
    assert ended.reforms[0].edits[RATE][-1] == (policy.load(MAIN).first_date.replace(year=2030), policy.CURRENT_LAW)
    later = levers.moved(ended, levers.END, "31/3/2031")
    assert [lever.value for lever in levers.levers_of(later) if lever.name == levers.END] == ["31 March 2031"]
    assert levers.moved(later, levers.END, "no end") == Draft(MAIN)


def test_the_levers_of_the_response_are_those_of_the_level_asked_for():
    names = [lever.name for lever in levers.levers_of(Draft(MAIN), "high")]
    assert "assumptions.behaviour.elasticity.high" in names
    assert "assumptions.take_up.high.later_years" in names
    moved = levers.moved(Draft(MAIN), "assumptions.take_up.central.later_years", "80%").reforms[0]
    assert moved.edits["assumptions.take_up.central.later_years"][0][1] == 0.8


def test_other_reforms_have_a_lever_for_each_value_and_their_dates():
    labels = {lever.label: lever.value for lever in levers.levers_of(Draft("annual-investment-allowance-permanent-2023"))}
    assert labels["Annual investment allowance limit"] == "£1,000,000"
    assert labels["Start"] == "1 April 2023"


@pytest.mark.parametrize("text", ["reform: [", "a", "- 1", "[" * 3_000, "parameters: 3", "&a [*a]", "a: &x {b: *x}", "\x00"])
def test_a_text_that_is_no_reform_has_faults_and_no_entries_and_never_raises(text):
    draft = Draft(BLANK).with_text(text)
    assert draft.report.faults
    assert entries_in(text) == ()
    assert draft.reforms == ()
    assert draft.automatic_title == "My reform"


def test_a_comment_somebody_wrote_makes_the_text_their_own():
    text = f"{policy.load(MAIN).text}# mine\n"
    assert Draft(MAIN).with_text(text).text == text
    assert Draft(MAIN).with_text(policy.load(MAIN).text) == Draft(MAIN)


def test_a_start_and_an_end_that_would_change_places_are_refused_and_no_value_is_dropped():
    began = Draft(MAIN)
    ended = levers.moved(began, levers.END, "31 March 2030")
    stepped = ended.with_entries((*began.entries, Entry(RATE, "2029-04-01", "20%")))
    for draft, name, typed, said in (
        (began, levers.END, "1 January 2027", "1 January 2027, is before the start, 1 April 2027"),
        (ended, levers.START, "1 April 2031", "1 April 2031, is after the end, 31 March 2030"),
        (stepped, levers.START, "1/4/2029", "is not before 1 April 2029, from which"),
        (stepped, levers.END, "31 March 2028", "is before 1 April 2029, from which"),
    ):
        assert said in levers.refusal(draft, name, typed)
    for draft, name, typed in (
        (began, levers.END, "31 March 2030"),
        (began, levers.START, "1 April 2031"),
        (ended, RATE, "1"),
    ):
        assert not levers.refusal(draft, name, typed)
    early = began.with_entries((*began.entries, Entry(RATE, "2027-01-02", "current law")))  # as a table may have it
    values = {lever.name: lever.value for lever in levers.levers_of(early)}
    assert (values[levers.START], values[levers.END], values[RATE]) == ("1 April 2027", "no end", "30%")
    assert levers.moved(early, levers.END, "no end").entries == early.entries
    twice = began.with_entries((*began.entries, Entry(RATE, "2027-04-01", "20%")))
    assert len(twice.entries) == len(began.entries) + 1
    assert twice.reforms == ()


def test_what_was_typed_is_kept_where_it_is_too_much_and_an_emptied_text_is_no_reform():
    for typed in ("130", "13,000%"):
        moved = levers.moved(Draft(MAIN), RATE, typed)
        assert [lever.value for lever in levers.levers_of(moved) if lever.name == RATE] == ["130"]
        assert (
            "130% is 1.30. It is added to the ordinary deduction: for 130% in all write 0.3."
            in moved.report.faults[0].message
        )
    rate = next(lever for lever in levers.levers_of(Draft(MAIN)) if lever.name == RATE)
    assert levers.in_all(rate) == "On top of the ordinary 100%: 130% in all."
    assert Draft(MAIN).with_text("").report.faults
    titles = [levers.moved(_other(Draft(MAIN)), RATE, typed).automatic_title for typed in ("20%", "25%")]
    assert titles[0].endswith("extra deduction for training 20% and other changes")
    assert titles[0] != titles[1]


def _other(draft):
    return levers.moved(levers.moved(draft, levers.CAP, "£1m"), levers.END, "31 March 2030")


def test_a_start_that_cannot_be_read_is_the_start_of_every_lever_moved_before_it_is_mended():
    draft = levers.moved(levers.moved(Draft(MAIN), RATE, "50%"), levers.START, "Apil 2028")
    for name, typed in ((levers.CAP, "100,000"), (levers.END, "31 Mach 2031"), (levers.END, "31/3/2031")):
        draft = levers.moved(draft, name, typed)
        assert {lever.name: lever.value for lever in levers.levers_of(draft)}[levers.START] == "Apil 2028"
        assert draft.automatic_title[-1] not in ", " and not draft.typed_title
    assert levers.unread_days(draft.entries) == "The start, “Apil 2028”, is no day. Write it as 1 April 2027."
    mended = levers.moved(draft, levers.START, "April 2028")
    values = {lever.name: lever.value for lever in levers.levers_of(mended)}
    assert (values[levers.START], values[levers.END]) == ("1 April 2028", "31 March 2031")
    assert {dated[0][0].isoformat() for dated in mended.reforms[0].edits.values()} == {"2028-04-01"}
    assert mended.typed_title == "" and mended.reforms[0].title == mended.automatic_title


def test_an_end_that_cannot_be_read_is_said_of_the_end_and_mended_alone():
    draft = levers.moved(levers.moved(Draft(MAIN), levers.END, "soon"), levers.END, "later")
    assert levers.unread_days(draft.entries) == "The end, “later”, is no day. Write it as 31 March 2030."
    assert levers.moved(draft, levers.END, "March 2031") == levers.moved(Draft(MAIN), levers.END, "31 March 2031")
    assert levers.moved(draft, levers.END, "no end") == Draft(MAIN)


def test_a_fault_is_said_of_its_lever_where_no_lines_are_in_view():
    twice = Draft(MAIN).with_entries((*Draft(MAIN).entries, Entry(RATE, "2027-04-01", "20%")))
    assert [fault.line for fault in levers.faults_of(twice)] == [None]
    assert levers.faults_of(twice)[0].message.startswith("Extra deduction for training: ")
