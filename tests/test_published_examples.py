"""The page of published examples says what it counts, and every row has its test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "published-examples.md").read_text(encoding="utf-8")
COLUMNS = "| What | Source | Published | Basis | Where | Holds |"
LINK = re.compile(r"\[(?P<title>[^\]]+)\]\((?P<address>[^)\s]+)\)")
NUMBER = re.compile(r"\d{4}-\d\d-\d\d|\d[\d,_]*(?:\.\d+)?")
IN_MONTHS = re.compile(r"apportionment: (months|\{\d{4}: months)")
COUNTS = re.compile(
    r"Of (\d+) published worked examples that the tests hold the law to, (\d+) hold, (\d+) hold in part "
    r"and (\d+) do(?:es)? not\. (\d+) of them need `months`\."
)
# As the tests cite them; these have not been seen to answer on https.
PLAIN_HTTP = {"azkurs.org", "faq.webpayrolltraining.co.uk", "hurco.com", "policy-wire.co.uk", "staging.mercia-group.com"}
PLAIN_HTTP |= {"www.accountingweb.co.uk"}


class Row(NamedTuple):
    what: str
    source: str
    published: str
    basis: str
    where: str
    holds: str

    @property
    def files(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.where)

    @property
    def address(self) -> str | None:
        link = LINK.fullmatch(self.source)
        return link and link["address"]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


TABLE_LINES = [line for line in PAGE.splitlines() if line.startswith("|")]
ROWS = [Row(*cells(line)) for line in TABLE_LINES if line != COLUMNS and not line.startswith("|---")]


def numbers(text: str) -> set[str | float]:
    found = (number.replace(",", "").replace("_", "") for number in NUMBER.findall(text))
    return {one if "-" in one else float(one) for one in found}


def test_every_section_has_one_table_with_the_same_columns():
    assert len(re.findall(r"^## ", PAGE, re.MULTILINE)) == TABLE_LINES.count(COLUMNS) > 0


def test_the_first_paragraph_counts_the_rows():
    said = COUNTS.fullmatch(" ".join(PAGE.split("\n\n")[1].split()))
    assert said is not None
    kinds = [sum(row.holds.startswith(kind) for row in ROWS) for kind in ("yes", "in part: ", "no: ")]
    months = sum(row.basis == "`months`" for row in ROWS)
    assert sum(kinds) == len(ROWS)
    assert [int(one) for one in said.groups()] == [len(ROWS), *kinds, months]


def test_every_row_is_said_once():
    assert len({(row.what, row.source) for row in ROWS}) == len(ROWS)


def test_addresses_are_well_formed():
    for row in (row for row in ROWS if row.address):
        parts = urlsplit(row.address)
        is_plain = parts.hostname in PLAIN_HTTP and row.address.startswith("http:")
        assert parts.scheme == ("http" if is_plain else "https"), row.what
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc), row.what
        assert parts.path, row.what


def test_the_row_is_tested_where_it_says():
    for row in ROWS:
        texts = [(ROOT / name).read_text(encoding="utf-8") for name in row.files]
        assert bool(texts) is not row.holds.startswith("no: "), row.what
        assert all(row.address is None or row.address in text for text in texts), row.what
        if texts:
            # What stands in brackets is worked out by the source on the way.
            published = numbers(re.sub(r"\([^)]*\)", "", row.published))
            tested = published & set().union(*map(numbers, texts))
            assert tested if row.holds.startswith("in part: ") else tested == published, row.what


def test_the_rows_in_months_are_tested_in_months():
    in_months = [row for row in ROWS if row.basis == "`months`"]
    assert in_months
    for row in in_months:
        assert any(IN_MONTHS.search((ROOT / name).read_text(encoding="utf-8")) for name in row.files), row.what
