"""Whether the values of a reform can be law: known paths, allowed values, dates held, limits in order."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openfisca_goodwork.errors import LONGEST_NAME_COMPARED, Fault, did_you_mean, quoted
from openfisca_goodwork.law.inputs.classes import ALL
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.reform import Beneath, Edit, Reform, Value
from openfisca_goodwork.policy.vocabulary import (
    DATE,
    PLURALS,
    WHOLE_UNITS,
    YEAR,
    Leaf,
    Vocabulary,
    edited_values,
    in_force,
    in_words,
    last_date,
    plain,
)
from openfisca_goodwork.system import DatedValue

# --- what marginal relief must satisfy (CTA 2010 ss.18A, 18B, 18D) ---------------------------------------------------
# Relief of fraction × (upper limit − profits) is nothing at the upper limit, and is to join the small profits rate to the
# main rate at the lower limit: fraction = (main rate − small profits rate) × lower limit ÷ (upper limit − lower limit).


MAIN_RATE, SMALL_PROFITS_RATE = "corporation_tax.main_rate", "corporation_tax.small_profits_rate"
RELIEF = "corporation_tax.marginal_relief"
FRACTION, LOWER, UPPER = (f"{RELIEF}.{name}" for name in ("fraction", "lower_limit", "upper_limit"))
MARGINAL_RELIEF_PATHS = (FRACTION, LOWER, UPPER, MAIN_RATE, SMALL_PROFITS_RATE)
# Of an amount of tax: less than this is what rounding leaves.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Charge:
    """The charge from a day on: fraction, limits (£) and rates, and what they make of a company at the lower limit."""

    day: datetime.date
    fraction: float
    lower: float
    upper: float
    main: float
    small: float

    @property
    def relief(self) -> float:
        """Marginal relief just above the lower limit (£)."""
        return self.fraction * (self.upper - self.lower)

    @property
    def tax(self) -> float:
        """Tax just above the lower limit, before marginal relief (£)."""
        return self.main * self.lower

    @property
    def jump(self) -> float:
        """By how much the tax rises where profits pass the lower limit (£); 0 where the two rates join."""
        jump = self.tax - self.relief - self.small * self.lower
        return 0.0 if abs(jump) <= _ROUNDING * max(self.tax, self.relief) else jump

    @property
    def too_much(self) -> str:
        """What to say of relief that is more than the tax; empty where it is not."""
        if self.relief <= self.tax * (1 + _ROUNDING):
            return ""
        relief = f"{plain(self.fraction)} × {_pounds(self.upper - self.lower)} = {_pounds(self.relief)}"
        return (
            f"From {day_in_words(self.day)} marginal relief would be more than the tax that it reduces (CTA 2010 s.18B). At "
            f"the lower limit ({_pounds(self.lower)}) the fraction × what is left to the upper limit is {relief}; tax at "
            f"{in_words(self.main, SHARE)} is {_pounds(self.tax)}. {self._mend}"
        )

    @property
    def unjoined(self) -> str:
        """What to say of tax that jumps at the lower limit; empty where it does not, or the rates are out of order."""
        if not self.jump or self.small > self.main:
            return ""
        moves = f"{'rises' if self.jump > 0 else 'falls'} by {_pounds(abs(self.jump))}"
        return (
            f"From {day_in_words(self.day)} the tax of a company {moves} where its profits pass the lower limit "
            f"({_pounds(self.lower)}): marginal relief does not join the two rates. {self._mend}"
        )

    @property
    def _mend(self) -> str:
        if self.upper <= self.lower:
            return "Set an upper limit above the lower one."
        joining = max(self.main - self.small, 0) * self.lower / (self.upper - self.lower)
        return (
            "The fraction that joins the two rates is (main rate − small profits rate) × lower limit ÷ (upper limit − lower "
            f"limit): set {FRACTION} to {joining:.6g}."
        )


def charges(values: Mapping[str, Sequence[DatedValue]], law: Vocabulary, since: datetime.date) -> Iterator[Charge]:
    """The charge from each day on which any of its figures changes, and from the first day looked at.

    `values` are dated values of paths that somebody changes; all others are those of `law`, which may hold none of them.
    """
    if any(path not in law for path in MARGINAL_RELIEF_PATHS):
        return
    dated = [values.get(path, law[path].values) for path in MARGINAL_RELIEF_PATHS]
    for day in sorted({since, *(value.date for each in dated for value in each if value.date > since)}):
        current = [in_force(each, day) for each in dated]
        figures = [float(value.value) for value in current if value is not None]
        if len(figures) == len(MARGINAL_RELIEF_PATHS) and all(map(math.isfinite, figures)):
            yield Charge(day, *figures)


def _pounds(amount: float) -> str:
    return in_words(round(amount, 2), POUNDS)


# Assumptions that describe the response to one reform; every other assumption is common to both laws.
RESPONSES = ("assumptions.behaviour.", "assumptions.take_up.")
ASSUMPTIONS = "assumptions."
# (lower, higher): ends of paths that share their beginning; the first must never exceed the second.
ORDERED = (
    ("lower_limit", "upper_limit"),
    ("small.employees", "medium.employees"),
    ("small.turnover", "medium.turnover"),
    ("small.balance_sheet", "medium.balance_sheet"),
    ("incremental.fixed_from", "incremental.fixed_to"),
)
# Two parts of one cap, of which neither may be limited alone.
TOGETHER = (("cap_fixed", "cap_multiple_of_paye_and_nic"),)


def unknown_path(path: str, vocabulary: Vocabulary, *, nearest: bool = True) -> str:
    """What to say of a path that is not a parameter: the nearest names (a slow search), or the parameters below it."""
    short = path if len(path) <= LONGEST_NAME_COMPARED else quoted(path)
    below = [known for known in vocabulary if known.startswith(f"{path}.")]
    if below:
        shown = ", ".join(below[:3]) + (f" and {len(below) - 3} more" if len(below) > 3 else "")
        return f"{short} is a group of parameters, not one of them. It holds {shown}."
    near = (_by_another_name(path, vocabulary) or did_you_mean(path, vocabulary)) if nearest else ""
    return f"{short} is not a parameter. {near}".rstrip()


def _by_another_name(path: str, vocabulary: Vocabulary) -> str:
    """The parameters of the same root that people call by a word of a path, such as a relief's sector; or nothing."""
    root, _, rest = path.partition(".")
    words = set(re.split(r"[._]", rest))
    meant = [known for known, leaf in vocabulary.items() if leaf.also_called & words and known.startswith(f"{root}.")]
    return f"Did you mean {' or '.join(meant)}?" if meant else ""


def faults_of_edits(
    reform: Reform, vocabulary: Vocabulary, *, common_assumptions: bool = False, between: bool = True
) -> tuple[Fault, ...]:
    """Every fault of a reform's edits, applied to the law of `vocabulary`.

    `common_assumptions` allows the assumptions that both laws share, which only the option --set may change. `between` looks
    at parameters beside one another too, not only at each value on its own.
    """
    faults = list(_faults_one_by_one(reform, vocabulary, common_assumptions=common_assumptions))
    if not between:
        return tuple(faults)
    wrong = {fault.path for fault in faults}
    values = {
        path: edited_values(vocabulary[path].values, edits, reform, vocabulary[path])
        for path, edits in reform.edits.items()
        if path not in wrong
    }
    return (*faults, *faults_between(values, reform, vocabulary))


def _faults_one_by_one(reform: Reform, vocabulary: Vocabulary, *, common_assumptions: bool) -> Iterator[Fault]:
    horizon = last_date(vocabulary)
    for path, date, value in reform.dated_edits():
        origin = reform.origin(path, date)
        leaf = vocabulary.get(path)
        messages = (
            [unknown_path(path, vocabulary)]
            if leaf is None
            else [*_date_faults(leaf, date, horizon), *_value_faults(leaf, value)]
        )
        if path.startswith(ASSUMPTIONS) and not path.startswith(RESPONSES) and not common_assumptions:
            messages.append(
                f"{path} is common to both laws and cannot stand in a reform. "
                f"Change it for a run by --set {path}@{date}=VALUE."
            )
        for message in messages:
            yield Fault(message, origin.file, origin.line, path)


def _date_faults(leaf: Leaf, date: datetime.date, horizon: datetime.date) -> Iterator[str]:
    if date < leaf.first_date:
        yield (
            f"{leaf.path} has no value before {day_in_words(leaf.first_date)}: it cannot be set from {day_in_words(date)}."
        )
    if date > horizon:
        yield (
            f"{leaf.path}: {day_in_words(date)} is after {day_in_words(horizon)}, the last day for which the law is held."
        )


def _value_faults(leaf: Leaf, value: Edit) -> Iterator[str]:
    if isinstance(value, Beneath):
        return
    accepted = (int, float) if leaf.value_type is float else leaf.value_type
    if not isinstance(value, accepted) or isinstance(value, bool) != (leaf.value_type is bool):
        words = {bool: "true or false", str: "text", float: f"a number ({in_unit_words(leaf.unit)})"}
        yield f"{leaf.path} must be {words[leaf.value_type]}, not {value!r}."
    elif isinstance(value, str):
        yield from _text_faults(leaf, value)
    elif not isinstance(value, bool):
        yield from _number_faults(leaf, value)


def _text_faults(leaf: Leaf, value: str) -> Iterator[str]:
    if leaf.unit == DATE and not _is_day(value):
        yield f"{leaf.path} must be a day, not {quoted(value)}. Dates are written YYYY-MM-DD: 2027-04-01."
    elif leaf.listed:
        yield from _list_faults(leaf, value.split(", "))
    elif leaf.options and value not in leaf.options:
        near = did_you_mean(value, leaf.options) if len(value) <= LONGEST_NAME_COMPARED else ""
        mend = near if near.startswith("Did") else ""
        yield f"{leaf.path}: {quoted(value)} is not one of {', '.join(leaf.options)}. {mend}".rstrip()


def _list_faults(leaf: Leaf, codes: Sequence[str]) -> Iterator[str]:
    """What is wrong with a list of codes: those that are none, one given twice, and others beside all of them."""
    for code in dict.fromkeys(codes):
        if code not in leaf.listed:
            by_name = {f"{known} ({name})": name for known, name in leaf.listed.items()}
            near = [shown for shown, name in by_name.items() if code and code.lower() in name.lower()]
            mend = f"Did you mean {near[0]}?" if near else did_you_mean(code, leaf.listed)
            mend = mend if mend.startswith("Did") else f"Write {leaf.list_words}."
            yield f"{leaf.path}: {quoted(code)} is not a code that it may list. {mend}"
        elif codes.count(code) > 1:
            yield f"{leaf.path} lists {code} twice. Keep one."
    if ALL in codes and len(set(codes)) > 1:
        yield f"{leaf.path} lists {ALL} and others. Write {ALL} alone, or leave it out."


def _is_day(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _number_faults(leaf: Leaf, value: float) -> Iterator[str]:
    if math.isnan(value) or (math.isinf(value) and not leaf.may_be_unlimited):
        yield f"{leaf.path} must be a finite number, not {value}."
    elif value != math.inf and not leaf.least <= value <= leaf.most:
        yield f"{leaf.path}: {_number(leaf, value)} is {_bounds(leaf, value)}.{_range_mend(leaf, value)}"
    elif leaf.unit in WHOLE_UNITS and math.isfinite(value) and not float(value).is_integer():
        yield f"{leaf.path} is in whole {leaf.unit}s, not {plain(value)}."


def _bounds(leaf: Leaf, value: float) -> str:
    if math.isinf(leaf.most) or (leaf.unit == POUNDS and value < leaf.least):
        return f"below {plain(leaf.least)}"
    return f"outside {_number(leaf, leaf.least)} to {_number(leaf, leaf.most)}"


def _number(leaf: Leaf, value: float) -> str:
    return in_words(value, leaf.unit) if leaf.unit == YEAR else plain(value)


def _range_mend(leaf: Leaf, value: float) -> str:
    fraction = value / 100
    if leaf.unit == SHARE and value > 1 and leaf.least <= fraction <= leaf.most:
        shown = f"{fraction:.2f}" if round(fraction, 2) == fraction else f"{fraction:g}"
        in_all = f" It is added to the ordinary deduction: for {value:g}% in all write {fraction - 1:.4g}."
        is_addition = leaf.path.endswith("additional_deduction") and fraction > 1
        return f" Rates are fractions: {value:g}% is {shown}.{in_all if is_addition else ''}"
    if leaf.unit == POUNDS and value < 0:
        return " An amount of money cannot be negative here."
    return " Write .inf for no limit." if leaf.may_be_unlimited and value > leaf.most else ""


def in_unit_words(unit: str) -> str:
    """A unit as people say it."""
    return {SHARE: "a fraction: 20% is 0.20", POUNDS: "pounds", "": "no unit"}.get(unit, PLURALS.get(unit, unit))


def one_of(options: Sequence[str]) -> str:
    """The words that a choice may be: `one of all, small`."""
    return f"one of {', '.join(options)}"


def what_it_may_be(leaf: Leaf) -> str:
    """What the value of a parameter may be, in words: its unit, its choice, or the codes that it may list."""
    return leaf.list_words or (one_of(leaf.options) if leaf.options else in_unit_words(leaf.unit))


def faults_between(values: Mapping[str, Sequence[DatedValue]], reform: Reform, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Faults between parameters, on every date from the reform on: limits out of order, half a cap, relief above the tax.

    `values` are the dated values of the paths that the reform changes; all others are as in `vocabulary`.
    """
    if paths := tuple(path for path in MARGINAL_RELIEF_PATHS if path in values):
        parts = charges(values, vocabulary, _first_touched(paths, reform))
        wrong = next((charge for charge in parts if charge.lower <= charge.upper and charge.too_much), None)
        if wrong is not None:
            yield _placed(wrong.too_much, paths, wrong.day, reform)
    for rule, is_wrong, message in (
        (ORDERED, lambda lower, higher: lower > higher, "{0} ({1}) is {5} {2} ({3}) from {4}."),
        (
            TOGETHER,
            lambda lower, other: math.isinf(lower) != math.isinf(other),
            "{0} ({1}) and {2} ({3}) from {4} are half a cap: limit both or neither.",
        ),
    ):
        for paths in _pairs(rule, values, vocabulary):
            first, second = (values.get(path, vocabulary[path].values) for path in paths)
            for date in sorted({dated.date for dated in (*first, *second)}):
                pair = in_force(first, date), in_force(second, date)
                if date < _first_touched(paths, reform) or None in pair:
                    continue
                amounts = [dated.value for dated in pair if dated is not None]
                if is_wrong(*amounts):
                    words = [in_words(amount, vocabulary[paths[0]].unit) for amount in amounts]
                    above = "after" if vocabulary[paths[0]].unit == DATE else "above"
                    text = message.format(paths[0], words[0], paths[1], words[1], day_in_words(date), above)
                    yield _placed(text, paths, date, reform)
                    break


def _pairs(rule: Iterable[tuple[str, str]], changed: Iterable[str], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """The pairs of paths that a rule is about, where at least one of the two is changed."""
    pairs: dict[tuple[str, str], None] = {}
    for path in changed:
        for ends in rule:
            for end in ends:
                if path.endswith(f".{end}"):
                    pair = (path[: -len(end)] + ends[0], path[: -len(end)] + ends[1])
                    if all(path in vocabulary for path in pair):
                        pairs[pair] = None
    return list(pairs)


def _first_touched(paths: Iterable[str], reform: Reform) -> datetime.date:
    return min(date for path in paths for date, _ in reform.edits.get(path, ()))


def _placed(message: str, paths: Sequence[str], date: datetime.date, reform: Reform) -> Fault:
    """The fault at the latest edit of any of the paths up to its date."""
    edits = [(at, path) for path in paths for at, _ in reform.edits.get(path, ()) if at <= date]
    at, path = max(edits)
    origin = reform.origin(path, at)
    return Fault(message, origin.file, origin.line, path)


def same_value(first: Value | None, other: Value | None) -> bool:
    """Whether two values are the same law: equal, and of one type where one of them is a truth value."""
    return first == other and isinstance(first, bool) == isinstance(other, bool)
