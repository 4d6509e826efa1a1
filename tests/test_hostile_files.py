"""Outside files that are wrong or mean harm: refused in words, with code 2, with the messages on record."""

from __future__ import annotations

import resource

import pytest

from benchmarks import hostile_files

MEGABYTES = 600
# What is no fault, and may be accepted, with a warning where there is reason for one.
ACCEPTED = {
    "reform: a date before the parameter",
    "reform: a start on 6 April",
    "reform: a small profits rate above the main rate",
    "reform: 130% in all as what is added",
    "company: a date with the day first",
    "company: a time with the date",
    "company: a date as people write it",
    "table: semicolons",
    "table: tabs",
    "table: an old encoding",
    "table: UTF-16",
    "table: a date as spreadsheets like it",
    "table: a thousand dates with the day first",
}


@pytest.fixture(scope="module")
def said():
    """What the package says of every case, found within a bound of memory."""
    used = _peak()
    result = hostile_files.said()
    assert _peak() - used < MEGABYTES
    return result


def _peak() -> float:
    """Most memory the process has had so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_the_messages_are_those_on_record(said):
    assert list(hostile_files.differences(hostile_files.kept(), said)) == []


def test_what_is_wrong_is_refused_in_words_and_nothing_is_printed_as_a_result(said):
    assert len(said) > 380
    for case, text in said.items():
        first, *lines = text.splitlines()
        if not case.startswith("mapping"):
            assert first == ("code 0" if case in ACCEPTED else "code 2"), case
        assert lines, case
        assert "Traceback" not in text, case
        assert all(character.isprintable() or character == "\n" for character in text), case
        assert len(text) < 100_000, case


def test_a_message_that_changed_is_shown_beside_the_one_on_record():
    before, now = {"a": "code 2\nwrong", "b": "same"}, {"a": "code 2\nright", "b": "same"}
    assert list(hostile_files.differences(before, now)) == ["## a\n-wrong\n+right"]
