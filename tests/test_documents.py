"""Strict reading of YAML: what is refused, with which line, and what a value may and may not turn into."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BeforeValidator, Field

from openfisca_goodwork import documents
from openfisca_goodwork.errors import CompanyFileError, Fault, GoodworkError


def read(content: str | bytes) -> documents.Document | GoodworkError:
    """A document with its top keys read, or the error that says why it cannot be."""
    try:
        document = documents.load(content, documents.Document, name="file.yaml")
        document.raise_faults()
    except GoodworkError as error:
        return error
    return document


def faults_of(content: str | bytes) -> list[tuple[int | None, str]]:
    """Line and message of every fault that keeps a document from being read."""
    result = read(content)
    assert isinstance(result, GoodworkError)
    return [(fault.line, fault.message) for fault in result.faults]


def value_of(text: str) -> documents.Tree:
    """The value of the key `value` of a document with nothing else."""
    return documents.load(f"value: {text}\n", documents.Document).tree["value"]


def wrong(read: Callable[[documents.Tree], object], given: documents.Tree) -> str:
    """What a reader has against a value; nothing where it reads it."""
    try:
        read(given)
    except documents.MisreadError as misread:
        return str(misread)
    return ""


class CompanyFile(documents.Document):
    error = CompanyFileError


REFUSED = {
    "nothing at all": ("", None, "empty"),
    "a comment alone": ("# nothing\n", None, "empty"),
    "a list": ("- 1\n", 1, "must be a mapping"),
    "a word": ("word\n", 1, "must be a mapping"),
    "a tag that runs code": ("a: 1\nb: !!python/object/apply:os.system [touch ran]\n", 2, "Tags"),
    "a local tag": ("a: !thing 1\n", 1, "Tags"),
    "a tag of a known type": ("a: 1\nb: !!int 2\n", 2, "Tags"),
    "an alias": ("a: &x 1\nb: *x\n", 2, "Aliases"),
    "an anchor without an alias": ("a: 1\nb:\n  - &x 1\n", 3, "Anchors"),
    "a merge of an alias": ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, "Aliases"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "several documents"),
    "a key twice": ("a: 1\nb: 2\na: 3\n", 3, "'a' is given twice, first on line 1"),
    "a list as a key": ("a: 1\n? [b]\n: 2\n", 2, "A name must be plain text"),
    "nesting": ("a: " + "[" * 21 + "]" * 21 + "\n", 1, "nested more than 20 deep"),
    "nesting without an end": ("a: " + "[" * 100_000, 1, "nested more than 20 deep"),
    "a million values": ("a: [" + "1," * 200_000 + "]", 1, "more than 100,000 values"),
    "more than 1 MB": ("a: " + "x" * 1_000_000, None, "larger than 1 MB"),
    "a NUL": ("a: 1\nb: \0\n", 2, "NUL"),
    "a control character": ("a: \x07\n", None, "not YAML"),
    "a tab for indentation": ("a:\n\tb: 1\n", 2, "not YAML"),
    "an open quotation mark": ("a: 'b\n", 2, "not YAML"),
    "Latin-1": ("a: £5".encode("latin-1"), None, "UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), None, "UTF-8"),
    "half a character": ("a: \ud800", None, "UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_refused_on_its_line(case: str) -> None:
    content, line, words = REFUSED[case]
    faults = faults_of(content)
    assert [(at, words in message) for at, message in faults if words in message] == [(line, True)]


def test_every_fault_of_a_file_is_reported_at_once() -> None:
    faults = faults_of("a: !thing 1\nb: &x 2\na: 3\nb: 4\n")
    assert [line for line, _ in faults] == [1, 2, 3, 4]


def test_a_tag_runs_nothing(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    faults_of(f"a: !!python/object/apply:os.system ['touch {ran}']\n")
    assert not ran.exists()


def test_a_file_that_is_not_there_is_a_fault_of_the_class_asked_for(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileError, match="no such file"):
        documents.load(tmp_path / "missing.yaml", CompanyFile)
    with pytest.raises(CompanyFileError, match="cannot be read"):
        documents.load(tmp_path, CompanyFile)


def test_a_file_without_an_end_is_read_no_further_than_a_megabyte() -> None:
    with pytest.raises(GoodworkError, match="larger than 1 MB"):
        documents.load(Path("/dev/zero"), documents.Document)


def test_a_byte_order_mark_and_crlf_are_accepted() -> None:
    document = documents.load(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", documents.Document)
    assert [(name, document.line((name,)), value) for name, value in document.tree.items()] == [("a", 1, "1"), ("b", 2, "2")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("0.30", 0.3),
        ("-2.5", -2.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("1e6", 1e6),
        ("4e-05", 0.00004),
        ("0", 0.0),
    ],
)
def test_a_number_is_read_as_typed(text: str, value: float) -> None:
    assert documents.read_number(value_of(text)) == value


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("yes", "must be a number, not 'yes'"),
        ("true", "must be a number, not 'true'"),
        ("1_000", "without underscores: 1000."),
        ("12:30", "must be a number"),
        ("010", "without the leading 0: 10."),
        ("0x1F", "must be a number"),
        ("20%", "20% is 0.20"),
        ("£250,000", "without £ or commas"),
        ("250,000", "without £ or commas: 250000."),
        ("£50k", "without £ or commas: 50000."),
        ("200,000", "without £ or commas: 200000."),
        ("12.25%", "12.25% is 0.1225"),
        ("80k", "in full, without £ or commas: 80000."),
        ("3/200", "3/200 is 0.015"),
        ('"0.30"', "write 0.30 without quotation marks"),
        (".nan", "must be a number"),
        (".inf", "must be a finite number"),
        ("-.inf", "must be a number"),
        ("1e999", "must be a number"),
        ("9" * 41, "must be a number"),
        ("", "not nothing"),
        ("~", "not nothing"),
        ("[1]", "not a list"),
        ("{a: 1}", "not a mapping"),
        ("१", "must be a number"),
    ],
)
def test_what_is_no_number_is_a_fault_that_says_how_to_mend_it(text: str, mend: str) -> None:
    assert mend in wrong(documents.read_number, value_of(text))


def test_no_limit_is_a_number_only_where_it_is_asked_for() -> None:
    no_limit = partial(documents.read_number, infinite=True)
    assert no_limit(value_of(".inf")) == math.inf
    assert wrong(no_limit, value_of("-.inf"))
    assert wrong(no_limit, value_of('".inf"'))
    for text in ("None", "null", "~", "none"):
        assert "To abolish it write 0; for no limit write .inf." in wrong(no_limit, value_of(text))
    assert "No limit is written .inf." in wrong(no_limit, value_of("unlimited"))


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("1250000", 1_250_000),
        ("£1,250,000", 1_250_000),
        ("1,250,000.50", 1_250_000.5),
        ("1.25m", 1_250_000),
        ("£1.25 million", 1_250_000),
        ("80k", 80_000),
        ("80K", 80_000),
        ("2bn", 2_000_000_000),
        ("-£500", -500),
        ("£-500", -500),
        ("£ 500", 500),
        ('"£1,250,000"', 1_250_000),
        ("1e6", 1_000_000),
        ("0.1m", 100_000),
    ],
)
def test_money_is_read_as_people_type_it(text: str, pounds: float) -> None:
    assert documents.read_money(value_of(text)) == pounds


@pytest.mark.parametrize("text", ["1,25", "12,50,000", "1.250.000", "€5", "5 pounds", "k", "£", ".inf", "1m2", ""])
def test_money_that_could_mean_two_things_is_a_fault(text: str) -> None:
    assert "£1,250,000, 1.25m or 80k" in wrong(documents.read_money, value_of(text))


@pytest.mark.parametrize("text", ["2027-04-01", "'2027-04-01'"])
def test_a_date_is_year_month_day(text: str) -> None:
    assert documents.read_date(value_of(text)) == datetime.date(2027, 4, 1)


@pytest.mark.parametrize("text", ["2027-4-1", "01/04/2027", "2027-02-30", "2027-13-01", "2027", "0000-01-01", "[]"])
def test_what_is_no_date_is_a_fault(text: str) -> None:
    assert wrong(documents.read_date, value_of(text))


def test_true_and_false_are_the_only_truth_values() -> None:
    assert documents.read_boolean(value_of("true")) is True
    assert documents.read_boolean(value_of("False")) is False
    assert all(wrong(documents.read_boolean, value_of(text)) for text in ("yes", "on", "1", "'true'", ""))


def test_yes_and_no_are_truth_values_where_facts_are_read_and_quoted_text_is_none() -> None:
    assert [documents.read_yes_or_no(value_of(text)) for text in ("yes", "No", "YES", "false")] == [True, False, True, False]
    assert "without quotation marks" in wrong(documents.read_yes_or_no, value_of("'yes'"))
    assert wrong(documents.read_yes_or_no, value_of("maybe")) == "must be yes or no, not 'maybe'."


def test_text_is_text_whatever_yaml_would_make_of_it() -> None:
    assert [documents.read_text(value_of(text)) for text in ("yes", "1_000", "12:30", "2027-04-01", "'null'")] == [
        "yes",
        "1_000",
        "12:30",
        "2027-04-01",
        "null",
    ]
    assert all(wrong(documents.read_text, value_of(text)) for text in ("", "null", "''", "[a]"))


def test_whole_numbers_have_no_part() -> None:
    assert documents.read_whole_number(value_of("12")) == 12
    assert wrong(documents.read_whole_number, value_of("12.5"))


class Book(documents.Part):
    title: str
    source: str
    pages: list[Annotated[int, BeforeValidator(documents.read_whole_number)] | None] = Field([])


def test_a_model_reads_what_can_be_read_and_notes_the_rest_with_its_line() -> None:
    document = documents.load("title: a\nextra: b\npages:\n  - 1\n  - one\n  - 3\n", documents.Document, name="f.yaml")
    book = document.read(Book, {"source": documents.Scalar("nobody")})
    assert book == Book.model_construct(title="a", source="nobody", pages=[1, None, 3])
    assert [(fault.line, fault.path, fault.message) for fault in document.faults] == [
        (5, "pages.1", "pages.1 must be a number, not 'one'."),
        (2, "extra", "'extra' is not known here."),
        (1, "", "source is missing."),
    ]


def test_a_fault_that_only_the_model_knows_is_said_in_its_words() -> None:
    class Shelf(documents.Part):
        books: list[str] = Field(max_length=1)

    document = documents.load("books: [a, b]\n", documents.Document)
    assert document.read(Shelf) is None
    assert document.faults[0].message.startswith("books: List should have at most 1 item")


def test_a_model_that_lacks_what_it_needs_is_none() -> None:
    document = documents.load("titel: a\n", documents.Document, name="f.yaml")
    assert document.read(Book) is None
    assert [fault.message for fault in document.faults] == ["'titel' is not known here.", "title and source are missing."]


def test_what_a_tab_or_a_colon_does_to_yaml_is_said_in_words() -> None:
    assert "a tab stands at the beginning" in faults_of("a:\n\tb: 1\n")[0][1]
    assert "Write title: 'Growth: a plan'." in faults_of("title: Growth: a plan\n")[0][1]


def test_a_workbook_is_called_one() -> None:
    assert "Save a table as CSV" in faults_of(b"PK\x03\x04" + bytes(100))[0][1]


def test_the_message_has_a_heading_and_one_line_a_fault() -> None:
    faults = [Fault("b is wrong.", "f.yaml", 14), Fault("a is wrong.", "f.yaml", 9)]
    assert str(GoodworkError.from_faults(faults)) == ("f.yaml has 2 faults.\n  line 9   a is wrong.\n  line 14  b is wrong.")
    assert str(GoodworkError.from_faults(faults[:1])) == "f.yaml has 1 fault.\n  line 14  b is wrong."


def test_a_message_neither_steers_a_terminal_nor_fills_it() -> None:
    error = GoodworkError.from_faults([Fault("\x1b[2J" + "x" * 10_000, "f.yaml", line) for line in range(200)])
    assert "\x1b" not in str(error)
    assert len(str(error)) < 50_000
    assert str(error).endswith("and 150 more.")
    assert len(error.faults) == 200


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_content_is_read_or_refused(content: bytes | str) -> None:
    result = read(content)
    assert result.faults if isinstance(result, GoodworkError) else isinstance(result.tree, dict)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_value_typed_outside_a_file_is_read_or_a_fault(text: str) -> None:
    readers = (documents.read_text, documents.read_number, documents.read_money, documents.read_date, documents.read_boolean)
    for read in (*readers, documents.read_whole_number):
        assert isinstance(wrong(read, documents.Scalar(text)), str)
