"""The two sides of a comparison: what `law`, `law@2023-04-01`, a reform, `a + b` and settings make, as parameters."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from openfisca_goodwork.errors import GoodworkError, ReformError, quoted
from openfisca_goodwork.policy.apply import apply_reform
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.laws import apply_checked, read_settings, settings_as_reform, vocabulary_with
from openfisca_goodwork.policy.library import LAW_ON, REFORM_ON, Reforms, as_asked, load
from openfisca_goodwork.policy.reform import Override, Reform
from openfisca_goodwork.policy.vocabulary import Leaf, Vocabulary, day_of_law

LAW = "law"

Given = str | Path | Reform
Made = TypeVar("Made")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, its parameters, and what its later reforms replaced of earlier ones.

    `asked` is what a command calls it.
    """

    name: str
    law: Vocabulary
    overrides: tuple[Override, ...] = ()
    asked: str = LAW


def side(given: Given, baseline: Reforms = (), settings: Iterable[str] = ()) -> Side:
    """The law that one side of a comparison is.

    `law` is current law, with the baseline applied to it; `law@DATE` that law as it stood on a day and as if nothing had
    been changed since: every value in force on the day holds for good, those before it are as they were, and each keeps
    its own sources; `NAME@DATE` does the same to the law that a reform of the library makes. A reform, or several as
    `a + b`, is applied to `law`, and settings to the result.

    Raises:
        ReformError, PeriodError: for a side that cannot be made: every fault of its reforms and of its settings.
    """
    listed = tuple(settings)
    try:
        unset = _without_settings(given, baseline)
    except GoodworkError as error:
        faults = read_settings(listed, vocabulary_with())[1]
        raise together([error, *([ReformError.from_faults(faults)] if faults else [])]) from None
    if not listed:
        return unset
    law = apply_reform(unset.law, settings_as_reform(listed, unset.law))
    return replace(unset, name=f"{unset.name} with {', '.join(listed)}", law=law)


def _without_settings(given: Given, baseline: Reforms) -> Side:
    text = given.strip() if isinstance(given, str) else ""
    current = vocabulary_with((), baseline)
    if text == LAW:
        return Side(LAW, current)
    match = LAW_ON.fullmatch(text)
    if match:
        date = day_of_law(match["date"], f"the date of {quoted(text)}")
        return Side(text, {path: held for path, leaf in current.items() if (held := _held(leaf, date)).values}, asked=text)
    on_day = REFORM_ON.fullmatch(text)
    if on_day:
        made, date = _without_settings(on_day["name"].strip(), baseline), day_of_law(on_day["date"])
        return replace(made, name=text, law={path: _held(leaf, date) for path, leaf in made.law.items()}, asked=text)
    reform = load(given)
    return Side(reform.name, apply_checked(current, reform), reform.overrides, as_asked(reform))


def _held(leaf: Leaf, date: datetime.date) -> Leaf:
    """A parameter as it stood on a day, later changes left out; assumptions are no law and stay."""
    if leaf.path.startswith(ASSUMPTIONS):
        return leaf
    return replace(leaf, values=tuple(dated for dated in leaf.values if dated.date <= date))


def tried(make: Callable[[], Made], errors: list[GoodworkError]) -> Made | None:
    """What can be made of one part of a request; None, and the error kept, where that part is wrong."""
    try:
        return make()
    except GoodworkError as error:
        errors.append(error)
        return None


def together(errors: Sequence[GoodworkError]) -> GoodworkError:
    """One error for several, each fault once; of their kind where all are of one kind."""
    distinct = list({str(error): error for error in errors}.values())
    if len(distinct) == 1:
        return distinct[0]
    kinds = {type(error) for error in distinct}
    return (kinds.pop() if len(kinds) == 1 else GoodworkError).together(distinct)
