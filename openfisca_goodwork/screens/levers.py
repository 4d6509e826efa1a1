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
        levers.append(_lever(f"{ASSUMPTIONS}behaviour.elasticity.{case}", entries, begun, f"Elasticity, {case} case"))
    return levers


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
    """The draft with a lever set to what was typed, right or wrong: the checker says which."""
    tidy = " ".join(typed.split())
    if name == START:
        return draft.with_entries(_started(draft.entries, tidy))
    if name == END:
        return draft.with_entries(_ended(draft.entries, "" if tidy.lower() == NO_END else tidy))
    return draft.with_entries(_set(draft.entries, name, as_read(tidy, name), draft.began_with))


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
    """The first value of a parameter in time."""
    given = sorted((entry for entry in entries if entry.path == path), key=lambda entry: entry.when or _BEGINS)
    return given[0].value if given else ""


def _in_law(path: str) -> str:
    leaf = current_vocabulary()[path]
    dated = in_force(leaf.values, _BEGINS)
    return "" if dated is None else as_typed(dated.value, leaf)


def _set(entries: Sequence[Entry], path: str, value: str, begun: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries with the first value of a parameter set; without it where that is what the law says and it began without."""
    if value == _in_law(path) and not _value(path, begun):
        return tuple(entry for entry in entries if entry.path != path)
    first = next((entry for entry in sorted(entries, key=_by_day) if entry.path == path), None)
    if first is None:
        return (*entries, Entry(path, _day_of(_start(entries)) or _BEGINS.isoformat(), value))
    return tuple(entry._replace(value=value) if entry is first else entry for entry in entries)


def _by_day(entry: Entry) -> datetime.date:
    return entry.when or datetime.date.max


def _first_day(entries: Iterable[Entry]) -> datetime.date | None:
    return min((entry.when for entry in entries if entry.when), default=None)


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
    """Values by which a reform ends: those after its first day that give a parameter back, or set a rate to nothing."""
    first = _first_day(entries)
    return [entry for entry in entries if first and entry.when and entry.when > first and is_end(entry)]


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
