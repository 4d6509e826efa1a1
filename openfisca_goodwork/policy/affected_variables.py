"""Variables that a change of law affects: those whose formulas read a parameter that differs, and those that follow.

Example companies are run through the law, and each formula's readings of parameters and of other variables are recorded.
What no example reaches is missing, and so is what a switch that is off under both laws leaves unused; and a formula that
reads a parameter need not give another figure for every company.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import Period as LabelPeriod

from openfisca_goodwork.errors import counted
from openfisca_goodwork.law.executor import Plan
from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR
from openfisca_goodwork.law.record import RecordedCompanies
from openfisca_goodwork.policy.differences import Difference
from openfisca_goodwork.policy.laws import law_with, vocabulary_with
from openfisca_goodwork.policy.vocabulary import Vocabulary, current_vocabulary, first_date, last_date
from openfisca_goodwork.rendering import Worded, fields_as_json
from openfisca_goodwork.system import current_law

if TYPE_CHECKING:
    import pandas


# --- companies made up to try the law on: every input is given to some of them ---------------------------------------
# They stand for nobody, and no figure of theirs means anything; they are there so that each formula has something to do.


COUNT = 240
SEED = 2027
GIVEN_TO = 0.35
SIZES = (2e4, 3e5, 4e6, 2e8)
MOST_EMPLOYEES = 400
# Last day of the accounting period: a third of the companies each.
YEAR_ENDS = ((12, 31), (3, 31), (6, 30))
# What is said once, by the dates themselves.
LEFT_OUT = frozenset({"accounting_period_start", "accounting_period_end", "first_accounting_period", "apportionment"})
# What may be said of one accounting period alone: nothing of a trade follows its end, nothing goes before the first.
FIRST, LAST = 0, -1
SAID_ONCE = {"is_final_accounting_period": LAST, "is_new_company": FIRST, "baseline_training_expenditure": FIRST}
# What the law refuses above what a company has to give: less than half a penny, so that formulas have something to do.
A_TRACE = 0.001
GIVEN_A_TRACE = frozenset({"trading_losses_surrendered_to_group", "carried_forward_losses_surrendered_to_group"})
ALWAYS_GIVEN = frozenset({"trading_profit_before_capital_allowances"})
OPENING = "_brought_forward"

Arrays = dict[str, np.ndarray]


def example_companies(labels: range) -> dict[int, Arrays]:
    """Inputs of the example companies for accounting periods with these labels, the same at every call."""
    draw = np.random.default_rng(SEED)
    size = draw.choice(SIZES, COUNT)
    return {label: _dates(label) | dict(_facts(draw, size, _left_out(label, labels))) for label in labels}


def _left_out(label: int, labels: range) -> set[str]:
    """What cannot be said of an accounting period, by its place among the others."""
    return {name for name, place in SAID_ONCE.items() if label != labels[place]}


def _dates(label: int) -> Arrays:
    """Years that end in the label's calendar year."""
    ends = [datetime.date(label, *YEAR_ENDS[place % len(YEAR_ENDS)]) for place in range(COUNT)]
    starts = [datetime.date(end.year - 1, end.month, end.day) + datetime.timedelta(days=1) for end in ends]
    return {
        "accounting_period_start": np.array(starts, dtype="datetime64[D]"),
        "accounting_period_end": np.array(ends, dtype="datetime64[D]"),
    }


def _facts(draw: np.random.Generator, size: np.ndarray, left_out: set[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Every input but opening balances, which come of the periods before."""
    for name, variable in input_variables().items():
        if OPENING not in name and name not in left_out:
            is_given = draw.random(COUNT) < (1 if name in ALWAYS_GIVEN else GIVEN_TO)
            values = _values(draw, variable, size, is_given)
            yield name, np.where(values > 0, A_TRACE, 0.0) if name in GIVEN_A_TRACE else values


def input_variables() -> Mapping[str, Any]:
    """Every variable that a company may give for a year, by name."""
    return {
        name: variable
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and name not in LEFT_OUT and (is_input(variable) or OPENING in name)
    }


def _values(draw: np.random.Generator, variable: Any, size: np.ndarray, is_given: np.ndarray) -> np.ndarray:
    """A value for each company within the bounds of the variable: its default where it is not given."""
    if variable.value_type is Enum:
        options = [*variable.possible_values]
        chosen = draw.integers(len(options), size=COUNT)
        usual = options.index(variable.default_value)
        return variable.possible_values.encode(np.array([options[choice] for choice in np.where(is_given, chosen, usual)]))
    if variable.value_type is bool:
        return np.where(is_given, draw.random(COUNT) < 1 / 2, variable.default_value)
    drawn = _number(draw, variable, size)
    least, most = getattr(type(variable), "__bounds__", (None, None))
    within = np.clip(drawn, -np.inf if least is None else least, np.inf if most is None else most)
    return np.where(is_given, within, variable.default_value)


def _number(draw: np.random.Generator, variable: Any, size: np.ndarray) -> np.ndarray:
    if variable.unit == SHARE:
        return draw.choice([1.0, 0.5, draw.random()], COUNT)
    if variable.unit == POUNDS:
        return size * draw.normal(0.3, 0.6, COUNT)
    return np.floor(draw.exponential(3.0, COUNT)) if variable.value_type is int else draw.exponential(MOST_EMPLOYEES, COUNT)


YEARS_BEFORE, YEARS_AFTER = 2, 2
YEARS_OF_ALL = 12
MAIN_PROPOSAL = "human-investment-super-deduction"
LIMIT = (
    "Read from runs of example companies under both laws: what none of them reaches is not found, nor what a switch that is "
    "off in both keeps idle."
)


@dataclass(frozen=True)
class AffectedVariables(Worded):
    """The variables that read the parameters in which two laws differ, and those that follow from them.

    Attributes:
        readers: for each path that differs, the variables whose formulas read it.
        downstream: all variables that follow from any reader, readers included. Variables stand in the order of the law.
    """

    readers: Mapping[str, tuple[str, ...]]
    downstream: tuple[str, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """Paths that differ and that no formula read."""
        return tuple(path for path, readers in self.readers.items() if not readers)

    @property
    def finding(self) -> str:
        """How many variables are touched, as a sentence."""
        if not self.readers:
            return "Nothing differs, so nothing is touched."
        return f"The differences touch {counted(len(self.downstream), 'variable')}. {LIMIT}"

    def to_dict(self) -> dict[str, Any]:
        """The same for JSON."""
        return fields_as_json(self) | {"unread": list(self.unread), "limit": LIMIT}

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a variable: its name and label, and the paths among those that differ that its formula reads."""
        import pandas  # here, because it takes long to import

        variables = current_law().variables
        reads = {name: [path for path, names in self.readers.items() if name in names] for name in self.downstream}
        rows = [[name, variables[name].label, "; ".join(paths)] for name, paths in reads.items()]
        return pandas.DataFrame(rows, columns=["variable", "label", "reads"], dtype=object)


@dataclass
class Record:
    """Who asked for what: by path the variables whose formulas read a parameter, and by variable those that ask for it."""

    readers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    askers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def affected_by(rows: Sequence[Difference], laws: Iterable[Vocabulary]) -> AffectedVariables:
    """The variables that differences between two laws affect, under either law. Takes about a second.

    Args:
        rows: the differences. laws: both laws, with all their parameters.
    """
    paths = tuple(dict.fromkeys(row.path for row in rows))
    if not paths:
        return AffectedVariables({}, ())
    labels = _labels(rows)
    record = Record()
    for law in laws:
        follow(law, labels, record)
    readers = {path: _in_order(record.readers.get(path, ())) for path in paths}
    return AffectedVariables(readers, _in_order(_downstream({name for read in readers.values() for name in read}, record)))


@cache
def readers_of_all() -> Mapping[str, tuple[str, ...]]:
    """By path, the variables whose formulas read a parameter, in the order of the law; worked out once, in some seconds.

    Read from runs of example companies through current law and through the main proposal (``LIMIT`` holds).
    """
    record = Record()
    last = last_date(current_vocabulary()).year
    for reforms in ((), (MAIN_PROPOSAL,)):
        follow(vocabulary_with(reforms), range(last - YEARS_OF_ALL, last), record)
    return {path: _in_order(record.readers[path]) for path in sorted(record.readers)}


def _labels(rows: Iterable[Difference]) -> range:
    """Labels of accounting periods around the days on which differences begin, as far as the law is held."""
    law = current_vocabulary()
    years = [row.starts.year for row in rows]
    first = max(min(years) - YEARS_BEFORE, first_date(law).year + 1)
    return range(first, min(max(*years, first) + YEARS_AFTER, last_date(law).year) + 1)


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(name for name in current_law().variables if name in wanted)


def _downstream(start: set[str], record: Record) -> set[str]:
    """The variables given, and all that ask for one of them, by however many steps."""
    reached, waiting = set(start), list(start)
    while waiting:
        fresh = record.askers.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting += fresh
    return reached


def follow(law: Vocabulary, labels: range, record: Record) -> RecordedCompanies:
    """Run the example companies through a law, and write down what each formula asks for; the finished run."""
    system, given = law_with(law), input_variables()
    made = [name for name, variable in system.variables.items() if variable.definition_period == YEAR and name not in given]
    run = _FollowedCompanies(Plan(system, made), COUNT)
    for label, inputs in example_companies(labels).items():
        run.run(label, inputs)
    for (name, _label), asked in run.asked.items():
        if isinstance(name, str):  # what formulas share counts for each of them
            for path in asked.parameters:
                record.readers[path].add(name)
            for variable in (*asked.variables, *asked.balances, *(earlier for earlier, _label in asked.earlier)):
                record.askers[variable].add(name)
    return run


class _FollowedCompanies(RecordedCompanies):
    """Companies of which a formula that asks for what others share of another period counts as asking for all of that."""

    def shared(self, function: Callable[[Any, Any], Any], period: LabelPeriod) -> Any:
        """What formulas share, noted for each formula that asks for it, of whatever period."""
        answer = super().shared(function, period)
        if self._open:
            now = self._open[-1]
            now.include(replace(self.asked[function, period.start.year], index=now.index))
        return answer

    def those(self, mask: np.ndarray) -> _FollowedCompanies | None:
        """All companies where a mask has any of them, so that nothing is known of some that was not asked for; else None."""
        return self if mask.any() else None
