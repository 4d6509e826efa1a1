"""The main levers of a reform: rate, start, end, costs that count, cap, take-up, elasticity; each read and moved.

No Streamlit here. A reform of training has those; any other has its start, its end and each value that it sets.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openfisca_goodwork.costing.request import CENTRAL, NONE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.vocabulary import SHARE, current_vocabulary, in_force
from openfisca_goodwork.screens.draft import Draft, is_end
from openfisca_goodwork.screens.reform_rows import FOLLOWS_LAW, Entry, as_read, as_typed, day_typed

TRAINING = "human_investment."
START, END, HEADS = "start", "end", "heads"
NO_END = "no end"
MOST_VALUES = 8
EXTRA, CAP = f"{TRAINING}additional_deduction", f"{TRAINING}caps.per_group"
_BEGINS = datetime.date(2027, 4, 1)
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
    entries, begun = draft.entries, draft.began_with
    levers = [_lever(path, entries, begun) for path in _paths(entries, begun)]
    levers[1:1] = [
        Lever(START, "Start", _start(entries), _start(begun) or _start(entries)),
        Lever(END, "End (the last day)", _end(entries), _end(begun)),
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
    if name == START:
        return draft.with_entries(_started(draft.entries, tidy))
    if name == END:
        return draft.with_entries(_ended(draft.entries, "" if tidy.lower() == NO_END else tidy))
    return draft.with_entries(_set(draft.entries, name, as_read(tidy, name), draft.began_with))


def refusal(draft: Draft, name: str, typed: str) -> str:
    """Why a day cannot be the start or the end, as values would change places; nothing where it can, or is no day."""
    day, entries = day_typed(" ".join(typed.split())), draft.entries
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


def _lever(path: str, entries: Iterable[Entry], begun: Iterable[Entry], label: str = "") -> Lever:
    default = _value(path, begun) or _in_law(path)
    return Lever(path, label or current_vocabulary()[path].label, _value(path, entries) or _in_law(path), default)


def _value(path: str, entries: Iterable[Entry]) -> str:
    first = _first(path, entries)
    return first.value if first else ""


def _first(path: str, entries: Iterable[Entry]) -> Entry | None:
    """The first value of a parameter in time; one that gives it back to the law only where there is no other."""
    of_path = [entry for entry in entries if entry.path == path]
    return min(of_path, key=lambda entry: (not _is_given(entry), _by_day(entry)), default=None)


def _in_law(path: str) -> str:
    leaf = current_vocabulary()[path]
    dated = in_force(leaf.values, _BEGINS)
    return "" if dated is None else as_typed(dated.value, leaf)


def _set(entries: Sequence[Entry], path: str, value: str, begun: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries with the first value of a parameter set; without it where that is what the law says and it began without."""
    if value == _in_law(path) and not _value(path, begun):
        return tuple(entry for entry in entries if entry.path != path)
    first = _first(path, entries)
    if first is None:
        return (*entries, Entry(path, _day_of(_start(entries)) or _BEGINS.isoformat(), value))
    return tuple(entry._replace(value=value) if entry is first else entry for entry in entries)


def _by_day(entry: Entry) -> datetime.date:
    return entry.when or datetime.date.max


def _first_day(entries: Iterable[Entry]) -> datetime.date | None:
    """The first day of a value; one that only gives a parameter back to the law is none, where there is another."""
    dated = {entry.when: _is_given(entry) for entry in sorted(entries, key=_is_given) if entry.when}
    return min((day for day, is_given in dated.items() if is_given), default=min(dated, default=None))


def _is_given(entry: Entry) -> bool:
    return entry.value != FOLLOWS_LAW


def _start(entries: Sequence[Entry]) -> str:
    """The first day in words; what was typed in its place where that is no day."""
    unread = next((entry.day for entry in entries if entry.when is None and entry.day), "")
    first = _first_day(entries)
    return unread or (day_in_words(first) if first else "")


def _started(entries: Sequence[Entry], typed: str) -> tuple[Entry, ...]:
    """Entries whose first day is another: those of that day move together."""
    unread = [entry for entry in entries if entry.when is None]
    first = _first_day(entries)
    moving = unread or [entry for entry in entries if entry.when == first]
    return tuple(entry._replace(day=_day_of(typed) or typed) if entry in moving else entry for entry in entries)


def _day_of(typed: str) -> str:
    """A day as a file has it; nothing where it cannot be read."""
    day = day_typed(typed)
    return day.isoformat() if day else ""


def _ends(entries: Sequence[Entry]) -> list[Entry]:
    """Values by which a reform ends: the last of a parameter, after the first day, that gives it back or is a rate of 0."""
    first, last = _first_day(entries), {entry.path: entry for entry in sorted(entries, key=_by_day)}
    after = [entry for entry in last.values() if first and entry.when and entry.when > first]
    return [entry for entry in after if is_end(entry) and not entry.path.endswith(_COUNTS)]


def _end(entries: Sequence[Entry]) -> str:
    last = max((entry.when for entry in _ends(entries) if entry.when), default=None)
    return NO_END if last is None else day_in_words(last - _ONE_DAY)


def _ended(entries: Sequence[Entry], typed: str) -> tuple[Entry, ...]:
    """Entries that end after the day typed, or never; text that is no day is kept, and the checker refuses it."""
    ends = _ends(entries)
    kept = tuple(entry for entry in entries if entry not in ends)
    if not typed:
        return kept
    day = _day_of(typed)
    after = (datetime.date.fromisoformat(day) + _ONE_DAY).isoformat() if day else typed
    if ends:
        return tuple(entry._replace(day=after) if entry in ends else entry for entry in entries)
    law = [path for path in dict.fromkeys(entry.path for entry in kept) if not path.startswith(ASSUMPTIONS)]
    rates = [path for path in law if _is_rate(path)] if is_of_training(kept) else law
    return (*kept, *(Entry(path, after, FOLLOWS_LAW) for path in rates))


def unread_start(entries: Iterable[Entry]) -> bool:
    """Whether values stand under a day that cannot be read."""
    return any(entry.day and entry.when is None for entry in entries)


def begun_with(draft: Draft, path: str) -> Draft:
    """A blank draft with its first parameter, from 1 April 2027, as current law has it."""
    return draft.with_entries((Entry(path, _BEGINS.isoformat(), _in_law(path)),))
