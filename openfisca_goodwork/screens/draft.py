"""The one draft of a reform that the library, the levers, the table, the text and the link of a page all show.

No Streamlit here: ``reform_picker`` keeps a visitor's draft in the session. A draft is the text of a reform file, good or
not, so that what is changed in one place is changed in every other.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from openfisca_goodwork import policy
from openfisca_goodwork.desk.costing_desk import checked
from openfisca_goodwork.policy import CheckReport, Reform
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.screens import reform_rows
from openfisca_goodwork.screens.reform_rows import FOLLOWS_LAW, Entry, Heading

BLANK = "blank"
LONGEST_TITLE, MOST_SAID = 120, 2
_MOST_KEPT = 32
_MILLION = 1_000_000
_ONE_DAY = datetime.timedelta(days=1)
_BLANK_HEADING = Heading("My reform", "Written in the app.", source="Written in the app")

_checked = lru_cache(_MOST_KEPT)(checked)
_entries = lru_cache(_MOST_KEPT)(reform_rows.entries_in)


@lru_cache(_MOST_KEPT)
def _of_library(name: str) -> Reform:
    return policy.load(name)


@dataclass(frozen=True)
class Draft:
    """A reform being made.

    Attributes:
        start: the reform of the library that it began as, or ``BLANK``.
        text: what it was made into; empty while it is as it began. more: reforms of the library applied on top of it.
    """

    start: str = BLANK
    text: str = ""
    more: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The text of the reform as it stands."""
        return self.text or (BLANK_TEXT if self.start == BLANK else _of_library(self.start).text)

    @property
    def report(self) -> CheckReport:
        """The reform that the text makes, or its faults; neither of a blank start that nothing was made of."""
        if self.is_empty:
            return CheckReport("the reform", None, ())
        return _checked(self.text) if self.text else CheckReport(self.start, _of_library(self.start), ())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was made of a blank start yet."""
        return self.start == BLANK and not self.text

    @property
    def reforms(self) -> tuple[Reform, ...]:
        """The reforms to cost, in their order; none while something is wrong."""
        report = self.report
        if report.faults:
            return ()
        own = () if report.reform is None else (report.reform,)
        return (*own, *map(_of_library, self.more))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Values that the draft sets, one for each parameter and date."""
        return _entries(self.source)

    @property
    def began_with(self) -> tuple[Entry, ...]:
        """Values of the reform of the library that the draft began as; none where it began blank."""
        return () if self.start == BLANK else _entries(_of_library(self.start).text)

    @property
    def automatic_title(self) -> str:
        """What it is called unless its title is typed."""
        return title_of(self.entries, self.start)

    @property
    def typed_title(self) -> str:
        """The title where somebody typed one, else empty."""
        title = reform_rows.heading_in(self.text).title if self.text else ""
        return "" if title == self.automatic_title else title

    def with_text(self, text: str) -> Draft:
        """The draft with another text, word for word; an emptied one is no reform, rather than that which it began as."""
        return replace(self, text="" if text == Draft(self.start).source else text or "\n")

    def with_entries(self, entries: Sequence[Entry], title: str | None = None) -> Draft:
        """The draft with other values; with a title typed, where one is given (empty: as it calls itself).

        With the values it began with and no title typed, it becomes that reform of the library again.
        """
        typed = self.typed_title if title is None else " ".join(title.split())[:LONGEST_TITLE]
        if not typed and tuple(entries) == self.began_with:
            return replace(self, text="")
        heading = replace(self._heading, title=typed or title_of(entries, self.start))
        return replace(self, text=reform_rows.text_of(entries, heading))

    @property
    def _heading(self) -> Heading:
        """The heading of its text; of what it began as, where it is edited for the first time, with where it comes from."""
        if self.text:
            return reform_rows.heading_in(self.text)
        return _BLANK_HEADING if self.start == BLANK else edited_heading(_of_library(self.start))


def edited_heading(start: Reform) -> Heading:
    """The heading of a reform made of another by hand; nothing edited is called enacted."""
    return Heading(
        title=f"{start.title}, edited",
        summary=f"Edited in the app, from {start.title}.",
        status="proposal" if start.status == "enacted" else start.status,
        source=f"Edited by hand, from {start.name}, whose source is: {start.source}",
        requires=start.requires,
    )


BLANK_TEXT = reform_rows.text_of((), _BLANK_HEADING)


# --- titles ------------------------------------------------------------------------------------------------------------


def title_of(entries: Sequence[Entry], start: str = BLANK) -> str:
    """A title that says what a reform does: ``Annual investment allowance of £2m from April 2027``.

    Args:
        entries: the values that it sets. start: the reform that it began as, which is named where it sets many.
    """
    law = [entry for entry in entries if not entry.path.startswith(ASSUMPTIONS) and entry.path]
    begun = () if start == BLANK else _entries(_of_library(start).text)
    if begun and len({entry.path for entry in law}) > MOST_SAID:
        title = f"{_of_library(start).title}, {_changes(entries, begun)}"
        return title if len(title) <= LONGEST_TITLE else f"{_of_library(start).title[: LONGEST_TITLE - 8]}, edited"
    if not law:
        return "My reform"
    said = [f"{_label(path)} of {_short(value)}" for path, value in _first_values(law).items()]
    more = " and other changes" if len(said) > MOST_SAID else ""
    shown = said[:1] if more else said
    return f"{' and '.join(shown)}{more}{_span(law)}"[:LONGEST_TITLE]


def _changes(entries: Sequence[Entry], begun: Sequence[Entry]) -> str:
    """In what a reform differs from the one it began as, in a few words."""
    before, now = _first_values(begun), _first_values(entries)
    said = [f"{_label(path).lower()} {_short(value)}" for path, value in now.items() if before.get(path) != value]
    said += [f"without {_label(path).lower()}" for path in before if path not in now]
    span = _span(entries)
    said += [span.strip()] if span and span != _span(begun) else []
    if len(said) > MOST_SAID:
        return f"{said[0]} and other changes"
    return ", ".join(said) or "edited"


def _first_values(entries: Iterable[Entry]) -> dict[str, str]:
    """The first value of each parameter, by its day: one that gives it back to the law only where there is no other."""
    values: dict[str, str] = {}
    for entry in sorted(entries, key=lambda entry: (entry.value == FOLLOWS_LAW, entry.when or datetime.date.min)):
        values.setdefault(entry.path, entry.value)
    return {entry.path: values[entry.path] for entry in entries}


def _span(entries: Sequence[Entry]) -> str:
    """From which month, and to which where the law beneath follows again; nothing while a day cannot be read."""
    days = sorted(entry.when for entry in entries if entry.when)
    if not days or len(days) < len(entries):
        return ""
    ends = [entry.when for entry in entries if entry.when and entry.when > days[0] and is_end(entry)]
    return f" from {days[0]:%B %Y}" + (f" to {max(ends) - _ONE_DAY:%B %Y}" if ends else "")


def is_end(entry: Entry) -> bool:
    """Whether a value gives a parameter back, or sets a rate to nothing."""
    return entry.value in {FOLLOWS_LAW, "0", "0%", "£0"}


def _label(path: str) -> str:
    leaf = current_vocabulary().get(path)
    return path if leaf is None else leaf.label.removesuffix(" limit")


def _short(value: str) -> str:
    """Millions as people say them: £2m for £2,000,000."""
    digits = value.removeprefix("£").replace(",", "")
    if value.startswith("£") and digits.isdigit() and int(digits) >= _MILLION and int(digits) * 100 % _MILLION == 0:
        return f"£{int(digits) / _MILLION:g}m"
    return value or "…"
