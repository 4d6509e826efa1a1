"""Several reforms as one, and what the later ones override."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from openfisca_goodwork.policy.reform import STATUSES, Edit, Origin, Override, Reform


def compose(reforms: Iterable[Reform]) -> Reform:
    """One reform that does what the given ones do, in their order.

    A later reform owns each path it sets from its first date there on; what it replaces is in `.overrides`.
    `CURRENT_LAW` means the law beneath all of them. Raises ValueError if no reform is given.
    """
    given = tuple(reforms)
    if not given:
        raise ValueError("There is no reform to compose.")
    return reduce(_together, given)


def _together(first: Reform, second: Reform) -> Reform:
    edits = dict(first.edits)
    kept: set[tuple[str, datetime.date]] = {(path, date) for path, date, _ in first.dated_edits()}
    for path, later in second.edits.items():
        earlier = first.edits.get(path, ())
        edits[path] = tuple(edit for edit in earlier if edit[0] < later[0][0]) + later
        kept -= {(path, date) for date, _ in earlier if date >= later[0][0]}
    return Reform(
        name=f"{first.name} + {second.name}",
        title=f"{first.title} + {second.title}",
        edits=edits,
        summary=_joined(first.summary, second.summary),
        status=first.status if first.status == second.status else STATUSES[0],
        source=_joined(first.source, second.source),
        requires=",".join(part for part in (first.requires, second.requires) if part),
        notes=_joined(first.notes, second.notes),
        straddles={at: one for at, one in first.straddles.items() if at in kept} | dict(second.straddles),
        text=_joined(first.text, second.text, "\n"),
        origins=_origins(first, second, edits),
        overrides=(*first.overrides, *_overrides(first, second)),
    )


def _joined(first: str, second: str, between: str = " ") -> str:
    return between.join(part for part in (first, second) if part)


def _origins(
    first: Reform, second: Reform, edits: dict[str, tuple[tuple[datetime.date, Edit], ...]]
) -> dict[tuple[str, datetime.date], Origin]:
    """Who set each value: the later reform from its first date of the path on."""
    starts = {path: later[0][0] for path, later in second.edits.items()}
    return {
        (path, date): (second if path in starts and date >= starts[path] else first).origin(path, date)
        for path, dated in edits.items()
        for date, _ in dated
    }


def _overrides(first: Reform, second: Reform) -> Iterator[Override]:
    """Each value of the first reform that the second replaces by another, from when."""
    for path, later in second.edits.items():
        earlier = first.edits.get(path, ())
        dates = sorted({date for date, _ in (*earlier, *later) if date >= later[0][0]})
        seen: tuple[Edit | None, Edit | None] | None = None
        for date in dates:
            pair = _edit_on(earlier, date), _edit_on(later, date)
            if pair[0] is not None and pair[1] is not None and pair[0] != pair[1] and pair != seen:
                setter = first.origin(path, max(at for at, _ in earlier if at <= date))
                yield Override(path, date, setter.reform, pair[0], second.origin(path, later[0][0]).reform, pair[1])
            seen = pair


def _edit_on(edits: Sequence[tuple[datetime.date, Edit]], date: datetime.date) -> Edit | None:
    return next((value for at, value in reversed(edits) if at <= date), None)
