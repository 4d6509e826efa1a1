"""What `goodwork compare` answers: two laws, or the history of a parameter, as text, CSV, JSON and workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from openfisca_goodwork.commands.options import PLUS
from openfisca_goodwork.commands.terminal import Answer
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import Comparison, ParameterHistory, compare, parameter_history
from openfisca_goodwork.policy.compare import LAW, together, tried

if TYPE_CHECKING:
    from openfisca_goodwork.policy.affected_variables import AffectedVariables

TWO_SIDES = "Two laws are compared, and {} given. For example: goodwork compare law human-investment-super-deduction"
UPON_ONE = "--set-a applies to A of a comparison; a history has --set alone."


class Asked(NamedTuple):
    """The words and options of the command, and the forms in which an answer is wanted."""

    sides: Sequence[str] = ()
    on: str | None = None
    start: str | None = None
    end: str | None = None
    history: str | None = None
    touches: bool = False
    baseline: Sequence[str] = ()
    settings: Sequence[str] = ()
    settings_a: Sequence[str] = ()
    xlsx: Path | None = None
    csv: bool = False
    json: bool = False


def answer(asked: Asked) -> Answer:
    """Compare two laws, or tell a history; a workbook is written before anything is printed.

    Raises:
        GoodworkError: with everything that is wrong with the request, all at once.
    """
    errors = list(_faults(asked))
    sides = joined(asked.sides)
    beside: dict[str, Any] = {"baseline": asked.baseline, "settings": asked.settings}
    result: Comparison | ParameterHistory | None = None
    if asked.history is not None:
        result = tried(partial(parameter_history, asked.history, *sides, **beside), errors)
    else:
        a, b = (*sides, LAW, LAW)[:2]  # what is missing is a fault already; the others are still looked for
        beside |= {"on": asked.on, "start": asked.start, "end": asked.end, "settings_a": asked.settings_a}
        result = tried(partial(compare, a, b, **beside), errors)
    if errors or result is None:
        raise together(errors)
    if isinstance(result, Comparison):
        return _compared(asked, result)
    if asked.json:
        return Answer(data=result.to_dict())
    return Answer(_csv(result) if asked.csv else result.summary())


def joined(words: Sequence[str]) -> list[str]:
    """The sides of a command line, where an unquoted `a + b` comes as three words."""
    sides: list[str] = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word == PLUS and sides and words:
            sides[-1] = f"{sides[-1]} {PLUS} {words.pop(0)}"
        else:
            sides.append(word)
    return sides


def _faults(asked: Asked) -> Iterator[GoodworkError]:
    """Options that do not go together, before anything is read."""
    if asked.csv and asked.json:
        yield GoodworkError("Ask for --json or for --csv, not for both.")
    if asked.history is not None:
        others = {"--on": asked.on, "--from": asked.start, "--to": asked.end, "--xlsx": asked.xlsx}
        named = [*(name for name, value in others.items() if value is not None), *(["--touches"] if asked.touches else [])]
        if named:
            yield GoodworkError(f"--history tells of all days, as text, --json or --csv: leave out {', '.join(named)}.")
        if asked.settings_a:
            yield GoodworkError(UPON_ONE)
    elif len(joined(asked.sides)) != 2:
        count = len(joined(asked.sides))
        yield GoodworkError(TWO_SIDES.format({0: "none was", 1: "one was"}.get(count, f"{count} were")))
    if asked.xlsx is not None and asked.history is None:
        from openfisca_goodwork.reports.workbook import check_workbook

        errors: list[GoodworkError] = []
        tried(partial(check_workbook, asked.xlsx), errors)
        yield from errors


def _compared(asked: Asked, result: Comparison) -> Answer:
    touched = result.touches() if asked.touches else None
    if asked.xlsx is not None:
        from openfisca_goodwork.reports import comparison, workbook

        workbook.write_report(comparison.of_comparison(result, touched), asked.xlsx)
    notes = tuple(
        f"{override.later} replaces {override.path} of {override.earlier} from {override.date}."
        for override in result.overrides
    )
    if asked.json:
        return Answer(data=result.to_dict() | ({} if touched is None else {"touches": touched.to_dict()}), notes=notes)
    if asked.csv:
        return Answer(_csv(result if touched is None else touched), notes=notes)
    parts = [result.summary(), *([] if touched is None else [touched.summary()])]
    return Answer("\n\n".join(parts), notes=notes)


def _csv(result: Comparison | ParameterHistory | AffectedVariables) -> str:
    from openfisca_goodwork.reports.csv_text import csv_of  # here: reports take longer to load than two laws to compare

    return csv_of(result.to_dataframe())
