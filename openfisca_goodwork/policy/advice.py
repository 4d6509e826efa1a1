"""The checker of reform files; why a reform has no effect; and warnings about one that may not be what was meant.

A rule sees a reform, the law beneath it and the law it makes, and yields what it finds. None of them stops a run.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from openfisca_goodwork.errors import Fault, ReformError
from openfisca_goodwork.law.model import SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import (
    ASSUMPTIONS,
    MAIN_RATE,
    MARGINAL_RELIEF_PATHS,
    SMALL_PROFITS_RATE,
    charges,
    same_value,
)
from openfisca_goodwork.policy.differences import Difference, differences
from openfisca_goodwork.policy.laws import Reforms, called, load_all, locate, vocabulary_with
from openfisca_goodwork.policy.reading import CheckReport, examine
from openfisca_goodwork.policy.reform import Reform, Value
from openfisca_goodwork.policy.vocabulary import (
    HORIZON,
    Vocabulary,
    apply_reform,
    first_date,
    in_force,
    in_words,
    last_date,
    plain,
)
from openfisca_goodwork.system import DatedValue

# --- what the human-investment relief of a law gives, day by day, and why a reform has no effect ----------------------
# Paths that a law lacks count as switched off, so that what is said here holds for any law. A costing, a company's
# computation and the checker of files all say the same of a reform without effect.


ALREADY_LAW = "It sets only what the law in force already says."


def no_effect_reason(
    reforms: Reforms, start: datetime.date, end: datetime.date, baseline: Reforms = (), settings: Iterable[str] = ()
) -> str | None:
    """Why reforms and settings upon them can change nobody's tax from `start` to `end`; None if they may.

    Raises ReformError for a wrong reform or setting.
    """
    return reason_between(vocabulary_with((), baseline), vocabulary_with(reforms, baseline, settings), start, end)


def reason_between(before: Vocabulary, after: Vocabulary, start: datetime.date, end: datetime.date) -> str | None:
    """Why the step from one law to another can change nobody's tax in a span of days; None if it may.

    Either no parameter differs on any of these days, or all that differs is a relief by which nothing qualifies.
    """
    rows = list(differences(before, after))
    if not any(row.starts <= end and (row.ends is None or row.ends >= start) for row in rows):
        return _alike(rows, start, end)
    paths = [row.path for row in rows if not row.path.startswith(ASSUMPTIONS)]
    in_relief_alone = bool(paths) and all(path.startswith(RELIEF) for path in paths)
    if not in_relief_alone or gives(before, start, end) or gives(after, start, end):
        return None
    return _relieved_outside(after, start, end) or why_nothing_is_given(after, start, end)


def _alike(rows: Sequence[Difference], start: datetime.date, end: datetime.date) -> str:
    """When two laws differ, if on no day of a span."""
    if not rows:
        return ALREADY_LAW
    ends = [row.ends for row in rows if row.ends is not None and row.ends < start]
    starts = [row.starts for row in rows if row.starts > end]
    return f"It differs from the law in force {_outside(ends, starts, start, end)}."


def _outside(
    ends: Sequence[datetime.date], starts: Sequence[datetime.date], start: datetime.date, end: datetime.date
) -> str:
    """`only until …, outside … to …`: days that end before a span, and others that start after it."""
    parts = [f"only until {day_in_words(max(ends))}"] if ends else []
    parts += [f"only from {day_in_words(min(starts))}"] if starts else []
    return f"{' and '.join(parts)}, outside {day_in_words(start)} to {day_in_words(end)}"


def _relieved_outside(law: Vocabulary, start: datetime.date, end: datetime.date) -> str:
    """When the relief is given, where that is on no day of the span; empty where it never is."""
    given = list(stretches(law, first_date(law), last_date(law)))
    ends, starts = [last for _, last in given if last < start], [first for first, _ in given if first > end]
    return f"It relieves training {_outside(ends, starts, start, end)}." if given else ""


RELIEF = "human_investment."
HEADS = "human_investment.qualifying."
HEAD = ".inclusion"
FORM, CREDIT = "human_investment.form", "credit"
RATE = "human_investment.additional_deduction"
CREDIT_RATE = "human_investment.credit_rate"
BY_SIZE = "human_investment.additional_deduction_by_size."
UPLIFTS = "human_investment.uplifts."
MAXIMUM = "human_investment.maximum_additional_deduction"
ONE_DAY = datetime.timedelta(days=1)
NO_HEAD = "It gives a rate of relief and counts no type of training cost, so nothing qualifies."
NO_RATE = "It counts training cost and gives no rate of relief, so nothing comes of it."
NEITHER = "It sets terms of the relief for training and neither gives a rate nor counts a type of training cost."


@dataclass(frozen=True)
class Relief:
    """The relief of a law on one day."""

    law: Vocabulary
    day: datetime.date

    def value(self, path: str, otherwise: Value) -> Value:
        """What a parameter says on the day, or something else where the law lacks it."""
        dated = in_force(self.law[path].values, self.day) if path in self.law else None
        return otherwise if dated is None else dated.value

    def number(self, path: str) -> float:
        """A figure on the day; 0 where the law lacks it, and for words."""
        value = self.value(path, 0.0)
        return 0.0 if isinstance(value, str) else float(value)

    @property
    def is_credit(self) -> bool:
        """Whether the relief is a credit and no deduction."""
        return self.value(FORM, "") == CREDIT

    @property
    def uplift(self) -> float:
        """The largest single uplift."""
        return max((self.number(path) for path in self.law if path.startswith(UPLIFTS)), default=0.0)

    @property
    def by_size(self) -> float:
        """The largest addition for a size of group."""
        return max((self.number(path) for path in self.law if path.startswith(BY_SIZE)), default=0.0)

    @property
    def rate(self) -> float:
        """The most that is given for £1 of training, before any maximum."""
        return self.number(CREDIT_RATE) if self.is_credit else self.number(RATE) + self.by_size + self.uplift

    @property
    def counts_something(self) -> bool:
        """Whether any type of training cost counts."""
        return any(self.number(path) > 0 for path in heads(self.law))


def heads(law: Vocabulary) -> list[str]:
    """The paths that say how much of each type of training cost counts."""
    return [path for path in law if path.startswith(HEADS) and path.endswith(HEAD)]


def spells(law: Vocabulary, start: datetime.date, end: datetime.date) -> Iterator[Relief]:
    """The relief on the first day, and on each later day up to the last on which any part of it changes."""
    later = {dated.date for path, leaf in law.items() if path.startswith(RELIEF) for dated in leaf.values}
    for day in sorted({start, *(day for day in later if start < day <= end)}):
        yield Relief(law, day)


def stretches(law: Vocabulary, start: datetime.date, end: datetime.date) -> Iterator[tuple[datetime.date, datetime.date]]:
    """The stretches of days within a span on which some training is relieved, by their first and last day."""
    all_spells = list(spells(law, start, end))
    lasts = [later.day - ONE_DAY for later in all_spells[1:]] + [end]
    for spell, last in zip(all_spells, lasts, strict=True):
        if spell.rate > 0 and spell.counts_something:
            yield spell.day, last


def gives(law: Vocabulary, start: datetime.date, end: datetime.date) -> bool:
    """Whether a law relieves any training on some day of a span."""
    return any(True for _ in stretches(law, start, end))


def why_nothing_is_given(law: Vocabulary, start: datetime.date, end: datetime.date) -> str | None:
    """Why no training is relieved on any day of a span; None where some is."""
    if gives(law, start, end):
        return None
    all_spells = list(spells(law, start, end))
    if any(spell.rate > 0 for spell in all_spells):
        return NO_HEAD
    return NO_RATE if any(spell.counts_something for spell in all_spells) else NEITHER


# --- the checker of reform files, and warnings -----------------------------------------------------------------------


ENACTED = "enacted"
INCOME_TAX_START = (4, 6)
INCREMENTAL = "human_investment.incremental."
TREATMENT = "human_investment.losses.treatment"
SURRENDER_RATE = "human_investment.losses.surrender_rate"
REQUIRED = "human_investment.good_work.required"
CONDITIONS = "good_work.conditions."


@dataclass(frozen=True)
class Advised:
    """A reform as the rules see it: upon a law, and up to a last day that anybody asks about."""

    reform: Reform
    beneath: Vocabulary
    last_day: datetime.date

    @cached_property
    def after(self) -> Vocabulary:
        """The law that the reform makes."""
        return apply_reform(self.beneath, self.reform)

    @property
    def span(self) -> tuple[datetime.date, datetime.date]:
        """The days from the reform's first to the last for which the law is held."""
        return self.reform.first_date, last_date(self.beneath)

    def sets(self, *beginnings: str) -> list[str]:
        """The paths of the reform that begin in one of these ways."""
        return [path for path in self.reform.edits if path.startswith(beginnings)]

    def warning(self, path: str, message: str, date: datetime.date | None = None) -> Fault:
        """A warning at an edit of a path: that of a date, or else its first."""
        origin = self.reform.origin(path, date or self.reform.edits[path][0][0])
        return Fault(message, origin.file, origin.line, path, is_warning=True)


class UnusedSettings(NamedTuple):
    """Paths that nothing reads while each of some switches is at one of its values."""

    paths: tuple[str, ...]
    off: Mapping[str, tuple[Value, ...]]


DEDUCTION: Mapping[str, tuple[Value, ...]] = {FORM: ("deduction",)}
UNUSED_SETTINGS = (
    UnusedSettings((CREDIT_RATE, "human_investment.credit_taxable"), DEDUCTION),
    UnusedSettings(("human_investment.payable.",), {**DEDUCTION, TREATMENT: ("ordinary", "none")}),
    UnusedSettings((RATE, BY_SIZE, UPLIFTS, MAXIMUM), {FORM: (CREDIT,)}),
    UnusedSettings((INCREMENTAL,), {f"{INCREMENTAL}enabled": (False,)}),
    UnusedSettings((f"{INCREMENTAL}fixed_",), {f"{INCREMENTAL}base": ("rolling",)}),
    UnusedSettings((f"{INCREMENTAL}years",), {f"{INCREMENTAL}base": ("fixed",)}),
    UnusedSettings(("human_investment.losses.surrender_",), {TREATMENT: ("ordinary", "none")}),
    UnusedSettings(("human_investment.losses.allow_",), {TREATMENT: ("none",)}),
    UnusedSettings(("human_investment.clawback.months",), {"human_investment.clawback.rate": (0,)}),
    UnusedSettings(("human_investment.cash_option.rate",), {"human_investment.cash_option.spend_limit": (0,)}),
    UnusedSettings(("human_investment.cash_option.spend_limit",), {"human_investment.cash_option.rate": (0,)}),
    UnusedSettings(("human_investment.good_work.relief_if_not_met",), {REQUIRED: (False,)}),
    UnusedSettings(("capital_allowances.training_match.",), {"capital_allowances.training_match.enabled": (False,)}),
)


def advice_on(reforms: Reforms, baseline: Reforms = (), last_day: datetime.date | None = None) -> tuple[Fault, ...]:
    """The warnings about reforms applied in turn to a law, in the order of their files and lines.

    `last_day` is the last that the asker looks at: unless another is given, the last that can be costed. Raises
    ReformError for a wrong reform.
    """
    law = vocabulary_with((), baseline)
    warnings: list[Fault] = []
    for reform in load_all(reforms):
        advised = Advised(reform, law, last_day or last_costed_day(law))
        warnings += sorted((warning for rule in RULES for warning in rule(advised)), key=lambda warning: warning.line or 0)
        law = advised.after
    return tuple(warnings)


def last_costed_day(law: Vocabulary) -> datetime.date:
    """The end of the last financial year that accounting periods within the horizon cover in full."""
    return datetime.date(int(law[HORIZON].values[-1].value) - 1, 3, 31)


def _heads_unsaid(advised: Advised) -> Iterator[Fault]:
    known = heads(advised.after)
    said = [path for path in known if path in advised.reform.edits]
    unsaid = [path.split(".")[-2] for path in known if path not in advised.reform.edits]
    if said and unsaid:
        few = len(unsaid) == 1
        yield advised.warning(
            said[0],
            f"The reform says whether some types of training cost count and not whether {', '.join(unsaid)} "
            f"{'does' if few else 'do'}. Say all {len(known)}, with 0 for those that do not count.",
        )


def _without_effect(advised: Advised) -> Iterator[Fault]:
    """What a costing would say of a reform that changes nobody's tax on any day."""
    reform = advised.reform
    reason = reason_between(advised.beneath, advised.after, *advised.span)
    if reason is None or (reform.status == ENACTED and reason == ALREADY_LAW):
        return
    path = next(iter(reform.edits))
    if reason == NO_RATE and any(spell.is_credit for spell in spells(advised.after, *advised.span)):
        reason = f"The form is credit and {CREDIT_RATE} is 0. Set it."
    elif reason == NO_HEAD:
        path = next((own for own in advised.sets(RATE, CREDIT_RATE, UPLIFTS)), path)
    yield advised.warning(path, reason)


def _above_the_maximum(advised: Advised) -> Iterator[Fault]:
    paths = advised.sets(RATE, UPLIFTS, MAXIMUM)
    for spell in spells(advised.after, *advised.span) if paths else ():
        most = spell.number(MAXIMUM) if MAXIMUM in spell.law else float("inf")
        if not spell.is_credit and spell.rate > most and not math.isclose(spell.rate, most):
            path = next((path for path in paths if path.startswith((UPLIFTS, MAXIMUM))), paths[0])
            yield advised.warning(
                path, f"{_highest(spell)} from {day_in_words(spell.day)}: the maximum of {plain(most)} cuts it."
            )
            return


def _highest(relief: Relief) -> str:
    parts = {RATE: relief.number(RATE), "the highest by size": relief.by_size, "the highest uplift": relief.uplift}
    said = " and ".join(f"{name} ({plain(value)})" for name, value in parts.items() if value)
    return f"{said} {'come' if sum(map(bool, parts.values())) > 1 else 'comes'} to {plain(relief.rate)}"


def _fixed_window(advised: Advised) -> Iterator[Fault]:
    base = f"{INCREMENTAL}base"
    if base not in advised.reform.edits or "fixed" not in _values(advised, base):
        return
    ends = f"{INCREMENTAL}fixed_to"
    if not {f"{INCREMENTAL}fixed_from", ends} <= set(advised.reform.edits):
        yield advised.warning(base, "The baseline is fixed and its window is not said. Set fixed_from and fixed_to with it.")
        return
    start = advised.reform.edits[base][0][0]
    for path, date, day in advised.reform.dated_edits():
        if path == ends and isinstance(day, str) and day >= start.isoformat():
            yield advised.warning(
                ends, f"The window of the baseline ends on {day}, when the relief is in force already.", date
            )


def _unused_settings(advised: Advised) -> Iterator[Fault]:
    for unused in UNUSED_SETTINGS:
        values = {switch: list(_values(advised, switch)) for switch in unused.off}
        if all(settings and set(settings) <= set(unused.off[switch]) for switch, settings in values.items()):
            state = " and ".join(
                f"{switch} is {_said(settings[-1], advised.after[switch].unit)}" for switch, settings in values.items()
            )
            for path in advised.sets(*unused.paths):
                if path not in unused.off and _is_changed(advised, path):
                    yield advised.warning(path, f"{path} is not read while {state}.")


def _empty_switches(advised: Advised) -> Iterator[Fault]:
    """Switches that are turned on and have nothing to act upon."""
    if _turned_to(advised, TREATMENT, value="surrender") and not any(_values(advised, SURRENDER_RATE)):
        yield advised.warning(TREATMENT, f"A loss is given up for nothing, as {SURRENDER_RATE} is 0. Set it.")
    asked = (value for path in advised.after if path.startswith(CONDITIONS) for value in _values(advised, path))
    if _turned_to(advised, REQUIRED, value=True) and all(value in (False, 1) for value in asked):
        yield advised.warning(
            REQUIRED, f"Relief depends on good work and no condition is asked for. Set one of {CONDITIONS}*."
        )


def _turned_to(advised: Advised, path: str, *, value: Value) -> bool:
    return path in advised.reform.edits and value in _values(advised, path)


def _said(value: Value, unit: str) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else in_words(value, unit)


def _values(advised: Advised, path: str) -> Iterator[Value]:
    """Every value of a path from the reform's first day on."""
    start = advised.span[0]
    for dated in advised.after[path].values if path in advised.after else ():
        current = in_force(advised.after[path].values, start)
        if dated.date > start or dated is current:
            yield dated.value


def _as_in_law(advised: Advised) -> Iterator[Fault]:
    edits = advised.reform.edits
    unchanged = [path for path in edits if not _is_changed(advised, path)]
    if advised.reform.status == ENACTED or len(unchanged) == len(edits):
        return  # an enacted measure is the law; where nothing at all changes, that is said once
    for path in unchanged:
        if path not in heads(advised.after) and not path.startswith(ASSUMPTIONS):
            yield advised.warning(path, f"{path} is set to what the law says already.")


def _is_changed(advised: Advised, path: str) -> bool:
    """Whether the reform makes any value of a path another, on any day."""
    before, after = advised.beneath[path].values, advised.after[path].values
    days = {dated.date for dated in (*before, *after)}
    return any(not same_value(_value_on(before, day), _value_on(after, day)) for day in days)


def _value_on(values: Iterable[DatedValue], day: datetime.date) -> Value | None:
    dated = in_force(values, day)
    return None if dated is None else dated.value


def _too_late(advised: Advised) -> Iterator[Fault]:
    late: dict[datetime.date, str] = {}
    for path, date, _value in advised.reform.dated_edits():
        if date > advised.last_day:
            late.setdefault(date, path)
    for date, path in sorted(late.items()):
        begins = date == advised.reform.first_date
        when = f"{day_in_words(date)}, after {day_in_words(advised.last_day)}, the last day looked at."
        yield advised.warning(path, f"{'The reform begins' if begins else f'{path} changes'} on {when}", date)
        if begins:
            return


def _response_without_relief(advised: Advised) -> Iterator[Fault]:
    paths = advised.sets(ASSUMPTIONS)
    if paths and not advised.sets(RELIEF) and not gives(advised.after, *advised.span):
        message = f"{paths[0]} is about the response to a relief for training, and neither the reform nor the law gives one."
        yield advised.warning(paths[0], message)


def _income_tax_start(advised: Advised) -> Iterator[Fault]:
    """A start on 6 April, when the income tax year begins; what the law itself dates so, as the levy, may start so."""
    for path, date, _value in advised.reform.dated_edits():
        own = [dated.date for dated in advised.beneath[path].values]
        if (date.month, date.day) == INCOME_TAX_START and not any((day.month, day.day) == INCOME_TAX_START for day in own):
            message = (
                f"{path} starts on {day_in_words(date)}, as income tax years do. Financial years for corporation tax start "
                f"on 1 April: write {date.replace(day=1)} if that is meant."
            )
            yield advised.warning(path, message, date)
            return


def _small_profits_rate(advised: Advised) -> Iterator[Fault]:
    """A small profits rate above the main rate, which turns marginal relief into a charge."""
    small, main = (advised.after[path].values if path in advised.after else () for path in (SMALL_PROFITS_RATE, MAIN_RATE))
    paths = advised.sets(SMALL_PROFITS_RATE, MAIN_RATE)
    for day in sorted({dated.date for dated in (*small, *main) if dated.date >= advised.span[0]}) if paths else ():
        lower, higher = in_force(small, day), in_force(main, day)
        if lower is not None and higher is not None and float(lower.value) > float(higher.value):
            rates = in_words(lower.value, SHARE), in_words(higher.value, SHARE)
            message = (
                f"From {day_in_words(day)} the small profits rate ({rates[0]}) is above the main rate ({rates[1]}): "
                "companies with small profits would pay more. Check both."
            )
            yield advised.warning(paths[0], message)
            return


def _jump_at_the_lower_limit(advised: Advised) -> Iterator[Fault]:
    """Rates that marginal relief does not join, so that tax jumps where profits pass the lower limit.

    An enacted measure is not judged: a later one changed what it left.
    """
    paths = advised.sets(*MARGINAL_RELIEF_PATHS) if advised.reform.status != ENACTED else []
    for charge in charges({}, advised.after, advised.span[0]) if paths else ():
        if charge.unjoined:
            yield advised.warning(paths[0], charge.unjoined)
            return


def _total_as_addition(advised: Advised) -> Iterator[Fault]:
    """A total, such as 130%, given where what is added to the ordinary deduction belongs."""
    reform = advised.reform
    said = f"{reform.title} {reform.summary} {reform.notes}"
    for date, value in reform.edits.get(RATE, ()):
        if isinstance(value, float) and 1 < value < 2 and in_words(1 + value, SHARE) not in said:
            yield advised.warning(
                RATE,
                f"{RATE} is added to the ordinary deduction: {plain(value)} gives {in_words(1 + value, SHARE)} in all. For "
                f"{in_words(value, SHARE)} in all write {plain(round(value - 1, 10))}.",
                date,
            )
            return


RULES: tuple[Callable[[Advised], Iterable[Fault]], ...] = (
    _heads_unsaid,
    _without_effect,
    _above_the_maximum,
    _fixed_window,
    _unused_settings,
    _empty_switches,
    _as_in_law,
    _too_late,
    _response_without_relief,
    _income_tax_start,
    _small_profits_rate,
    _jump_at_the_lower_limit,
    _total_as_addition,
)


def check(reforms: Iterable[str | Path]) -> list[CheckReport]:
    """Check reform files, or reforms of the library by name: for each, the reform with warnings, or all its faults."""
    return [_checked(reform) for reform in reforms]


def _checked(reform: str | Path) -> CheckReport:
    try:
        file = locate(reform)
    except ReformError as error:
        return CheckReport(str(reform), None, (Fault(str(error), str(reform)),))
    report = examine(file, name=called(file))
    return report if report.reform is None else replace(report, warnings=advice_on(report.reform))
