"""The main levers of a reform: rate, start, end, costs that count, cap, take-up, elasticity; each read and moved.

No Streamlit here. A reform of training has those; any other has its start, its end and each value that it sets.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from openfisca_goodwork.costing.request import CENTRAL, NONE
from openfisca_goodwork.errors import Fault
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.vocabulary import current_vocabulary, in_force
from openfisca_goodwork.screens.reform_draft import (
    FOLLOWS_LAW,
    Draft,
    Entry,
    as_read,
    as_typed,
    day_typed,
    examined,
    first_entries,
    heading_in,
    table_of,
)

TRAINING = "human_investment."
START, END, HEADS = "start", "end", "heads"
NO_END = "no end"
MOST_VALUES = 8
EXTRA, CAP = f"{TRAINING}additional_deduction", f"{TRAINING}caps.per_group"
_BEGINS = datetime.date(2027, 4, 1)
_MONTH = re.compile(r"[A-Za-z]+ [0-9]{4}")
# Where days stand in the order of time that cannot be read: those of the start, those of the end.
_UNREAD_START, _UNREAD_END = datetime.date.min, datetime.date.max
_ONE_DAY = datetime.timedelta(days=1)
_COUNTS = ".inclusion"


@dataclass(frozen=True)
class Lever:
    """One lever.

    Attributes:
        name: ``start``, ``end``, ``heads`` or the path of a parameter. label: what a reader calls it.
        value: as it stands, as somebody would type it. default: as the reform began; what is changed differs from it.
    """

    name: str
    label: str
    value: str
    default: str

    @property
    def is_changed(self) -> bool:
        """Whether it was moved from where the reform began."""
        return self.value != self.default


def levers_of(draft: Draft, level: str = CENTRAL) -> list[Lever]:
    """The levers of a draft; those of the response are of the level of behaviour that is asked for."""
    (entries, unread), begun = _in_order(draft.entries), draft.began_with
    levers = [_lever(path, entries, begun) for path in _paths(entries, begun)]
    levers[1:1] = [
        Lever(START, "Start", unread.get(_UNREAD_START) or _start(entries), _start(begun) or _start(entries)),
        Lever(END, "End (the last day)", unread.get(_UNREAD_END) or _end(entries), _end(begun)),
    ]
    if is_of_training(entries):
        case = CENTRAL if level == NONE else level
        levers.append(_lever(CAP, entries, begun, "Cap on training that counts, per group"))
        levers.append(
            _lever(f"{ASSUMPTIONS}take_up.{case}.later_years", entries, begun, f"Take-up in later years, {case} case")
        )
        for path, whose in (("elasticity", "larger companies"), ("elasticity_of_small", "small and medium-sized companies")):
            label = f"Elasticity of {whose}, {case} case"
            levers.append(_lever(f"{ASSUMPTIONS}behaviour.{path}.{case}", entries, begun, label))
    return levers


def in_all(lever: Lever) -> str:
    """An extra deduction as the law would have it: with the ordinary deduction of the whole."""
    share = lever.value.removesuffix("%")
    if lever.name != EXTRA or share == lever.value or not share.replace(".", "", 1).isdigit():
        return ""
    return f"On top of the ordinary 100%: {100 + float(share):g}% in all."


def is_of_training(entries: Iterable[Entry]) -> bool:
    """Whether a reform gives a relief for training."""
    return any(entry.path.startswith(TRAINING) for entry in entries)


def heads_that_count(entries: Iterable[Entry]) -> dict[str, bool]:
    """Each type of training cost by the path of its share, and whether any of it counts."""
    values = {entry.path: entry.value for entry in entries}
    known = [path for path in current_vocabulary() if path.startswith(TRAINING) and path.endswith(_COUNTS)]
    return {path: values.get(path, "0%") not in {"0", "0%"} for path in known}


def with_heads(draft: Draft, counting: Sequence[str]) -> Draft:
    """The draft in which only these types of training cost count, given by path; a share between 0% and 100% stays."""
    is_counting = heads_that_count(draft.entries)
    entries = draft.entries
    for path, counts in is_counting.items():
        if counts != (path in counting):
            entries = _set(entries, path, "100%" if path in counting else "0%", draft.began_with)
    return draft.with_entries(entries)


def moved(draft: Draft, name: str, typed: str) -> Draft:
    """The draft with a lever set to what was typed, right or wrong: the checker says which, after `refusal`."""
    tidy = " ".join(typed.split())
    entries, unread = _in_order(draft.entries)
    if name == START:
        entries, moving = _started(entries, tidy), _UNREAD_START
    elif name == END:
        entries, moving = _ended(entries, "" if tidy.lower() == NO_END else tidy), _UNREAD_END
    else:
        entries, moving = _set(entries, name, as_read(tidy, name), draft.began_with), None
    kept = {day: text for day, text in unread.items() if day != moving}
    return draft.with_entries([entry._replace(day=kept.get(entry.when, entry.day)) for entry in entries])


def refusal(draft: Draft, name: str, typed: str) -> str:
    """Why a day cannot be the start or the end, as values would change places; nothing where it can, or is no day."""
    entries, _unread = _in_order(draft.entries)
    day = _day_meant(" ".join(typed.split()), is_last=name == END)
    first = _first_day(entries)
    if day is None or first is None:
        return ""
    if name == END:
        kept = [entry for entry in entries if entry not in _ends(entries) and not entry.path.startswith(ASSUMPTIONS)]
        latest = max((entry for entry in kept if entry.when), key=_by_day, default=None)
        if latest is None or latest.when is None or latest.when <= day:
            return ""
        if latest.when == first:
            return (
                f"The end, {day_in_words(day)}, is before the start, {day_in_words(first)}. Type a later end, or “{NO_END}”."
            )
        return (
            f"The end, {day_in_words(day)}, is before {_named(latest)}. Type a later end, or remove that value in the table."
        )
    later = min((entry for entry in entries if entry.when and entry.when > first), key=_by_day, default=None)
    if name != START or later is None or later.when is None or later.when > day:
        return ""
    if later in _ends(entries):
        ends = day_in_words(later.when - _ONE_DAY)
        return f"The start, {day_in_words(day)}, is after the end, {ends}. Type an earlier start, or move the end first."
    return f"The start, {day_in_words(day)}, is not before {_named(later)}. Move or remove that value in the table first."


def _named(entry: Entry) -> str:
    label = current_vocabulary()[entry.path].label if entry.path in current_vocabulary() else entry.path
    return f"{day_in_words(entry.when) if entry.when else entry.day}, from which “{label}” is {entry.value}"


def _paths(entries: Sequence[Entry], begun: Sequence[Entry]) -> list[str]:
    """Parameters of which each is a lever: the rates of a relief for training, or what another reform sets."""
    both = [*begun, *entries]
    law = dict.fromkeys(entry.path for entry in both if entry.path in current_vocabulary())
    law = dict.fromkeys(path for path in law if not path.startswith(ASSUMPTIONS))
    if not is_of_training(both):
        return list(law)[:MOST_VALUES]
    given = {entry.path for entry in both if entry.value not in {"0", "0%"}}
    return [path for path in law if path in given and _is_rate(path)][:MOST_VALUES] or [EXTRA]


def _is_rate(path: str) -> bool:
    rates = (EXTRA, f"{TRAINING}credit_rate", f"{TRAINING}uplifts.")
    return path.startswith(rates) and current_vocabulary()[path].unit == SHARE


def _lever(path: str, entries: Sequence[Entry], begun: Sequence[Entry], label: str = "") -> Lever:
    default = _value(path, begun) or _in_law(path)
    return Lever(path, label or current_vocabulary()[path].label, _value(path, entries) or _in_law(path), default)


def _value(path: str, entries: Sequence[Entry]) -> str:
    first = first_entries(entries).get(path)
    return first.value if first else ""


def _in_law(path: str) -> str:
    leaf = current_vocabulary()[path]
    dated = in_force(leaf.values, _BEGINS)
    return "" if dated is None else as_typed(dated.value, leaf)


def _set(entries: Sequence[Entry], path: str, value: str, begun: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries with the first value of a parameter set; without it where that is what the law says and it began without."""
    if value == _in_law(path) and not _value(path, begun):
        return tuple(entry for entry in entries if entry.path != path)
    first = first_entries(entries).get(path)
    if first is None:
        return (*entries, Entry(path, (_first_day(entries) or _BEGINS).isoformat(), value))
    return tuple(entry._replace(value=value) if entry is first else entry for entry in entries)


def _by_day(entry: Entry) -> datetime.date:
    return entry.when or datetime.date.max


def _first_day(entries: Iterable[Entry]) -> datetime.date | None:
    """The first day of a value; one that only gives a parameter back to the law is none, where there is another."""
    dated = {entry.when: entry.is_given for entry in sorted(entries, key=lambda entry: entry.is_given) if entry.when}
    return min((day for day, is_given in dated.items() if is_given), default=min(dated, default=None))


def _start(entries: Sequence[Entry]) -> str:
    first = _first_day(entries)
    return day_in_words(first) if first and first != _UNREAD_START else ""


def _started(entries: Sequence[Entry], typed: str) -> tuple[Entry, ...]:
    """Entries whose first day is another: those of that day move together."""
    first, day = _first_day(entries), _day_meant(typed)
    return tuple(entry._replace(day=str(day or typed)) if entry.when == first else entry for entry in entries)


def _day_meant(typed: str, *, is_last: bool = False) -> datetime.date | None:
    """A day as people write it, or the first or last day of a month: April 2028; None where it cannot be read."""
    if not _MONTH.fullmatch(typed):
        return day_typed(typed)
    first = day_typed(f"1 {typed}")
    return add_months(first, 1) - _ONE_DAY if first and is_last else first


def _in_order(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], dict[datetime.date | None, str]]:
    """Entries with days in place of a start and an end that cannot be read, and what was typed instead of each."""
    given = {entry.path for entry in entries if entry.is_given}
    unread: dict[datetime.date | None, str] = {}
    ordered = list(entries)
    for place, entry in enumerate(entries):
        if entry.day and entry.when is None:
            day = _UNREAD_START if entry.is_given or entry.path not in given else _UNREAD_END
            if unread.setdefault(day, entry.day) == entry.day:
                ordered[place] = entry._replace(day=day.isoformat())
    return tuple(ordered), unread


def _ends(entries: Sequence[Entry]) -> list[Entry]:
    """Values by which a reform ends: the last of a parameter, after the first day, that gives it back or is a rate of 0."""
    first, last = _first_day(entries), {entry.path: entry for entry in sorted(entries, key=_by_day)}
    after = [entry for entry in last.values() if first and entry.when and entry.when > first]
    return [entry for entry in after if entry.is_end and not entry.path.endswith(_COUNTS)]


def _end(entries: Sequence[Entry]) -> str:
    last = max((entry.when for entry in _ends(entries) if entry.when), default=None)
    return NO_END if last is None else day_in_words(last - _ONE_DAY)


def _ended(entries: Sequence[Entry], typed: str) -> tuple[Entry, ...]:
    """Entries that end after the day typed, or never; text that is no day is kept, and the checker refuses it."""
    ends = _ends(entries)
    kept = tuple(entry for entry in entries if entry not in ends)
    if not typed:
        return kept
    day = _day_meant(typed, is_last=True)
    after = str(day + _ONE_DAY) if day else typed
    if ends:
        return tuple(entry._replace(day=after) if entry in ends else entry for entry in entries)
    law = [path for path in dict.fromkeys(entry.path for entry in kept) if not path.startswith(ASSUMPTIONS)]
    rates = [path for path in law if _is_rate(path)] if is_of_training(kept) else law
    return (*kept, *(Entry(path, after, FOLLOWS_LAW) for path in rates))


def unread_days(entries: Sequence[Entry]) -> str:
    """Why the start or the end cannot be read, and how to write it; nothing where both can."""
    _ordered, unread = _in_order(entries)
    said = [f"The start, “{unread[_UNREAD_START]}”, is no day. Write it as 1 April 2027."] if _UNREAD_START in unread else []
    said += [f"The end, “{unread[_UNREAD_END]}”, is no day. Write it as 31 March 2030."] if _UNREAD_END in unread else []
    return " ".join(said)


def faults_of(draft: Draft) -> tuple[Fault, ...]:
    """What is wrong with a draft, each fault with the name of its lever, as no lines and no rows are in view."""
    entries = draft.entries
    labels = {lever.name: lever.label for lever in levers_of(draft)}

    def called(number: int) -> str:
        path = entries[number - 1].path
        return labels.get(path) or (current_vocabulary()[path].label if path in current_vocabulary() else path)

    report = examined(table_of(entries, 0), heading_in(draft.source), entries, called)
    return tuple(replace(fault, file="The levers") for fault in report.faults)


def begun_with(draft: Draft, path: str) -> Draft:
    """A blank draft with its first parameter, from 1 April 2027, as current law has it."""
    return draft.with_entries((Entry(path, _BEGINS.isoformat(), _in_law(path)),))
