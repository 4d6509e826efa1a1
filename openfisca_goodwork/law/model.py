"""What a formula module imports: the Company entity and the 64-bit Variable.

Money is float64 here, whatever the engine's default. Nothing in this module knows any rule of law.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Container, Iterable
from functools import cache, cached_property
from math import isfinite
from typing import Any, NamedTuple
from weakref import ref

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.periods import Period as LabelPeriod
from openfisca_core.variables import Variable as CoreVariable

from openfisca_goodwork.law import tax_return
from openfisca_goodwork.law.engine import CompanyEntity, store
from openfisca_goodwork.law.notes import Companies, notes_of
from openfisca_goodwork.law.periods import (
    EARLIER_PERIODS,
    ConstantArray,
    RefusedInputError,
    RefusedPeriodError,
    brought_forward,
    constant_array,
    folded,
    incurred,
    refuse_other_labels,
)

YEAR = DateUnit.YEAR
DAY = DateUnit.DAY
POUNDS = "currency-GBP"
SHARE = "/1"

Company = CompanyEntity(
    "company",
    "companies",
    "A company within the charge to UK corporation tax",
    "Everything about the group a company belongs to comes as inputs, so companies stay independent of one another.",
)
_WHATEVER_THE_DATE = "0001-01-01"
_SIXTY_FOUR_BIT = {float: np.float64, int: np.int64}
# As whole numbers, the bits of NaN, of infinity and of anything below 0 are no less than these.
_BITS_OF_INFINITY = np.float64(np.inf).view(np.uint64)


class Variable(CoreVariable):
    """A variable of one company and one accounting period, in 64 bits.

    OpenFisca reads a variable's attributes from the class's own ``__dict__``, so what a subclass leaves out is written
    into it here: a float of one Company over one YEAR (the label of an accounting period), in pounds. A variable
    ``…_brought_forward…`` is by default the balance that the period before carries forward (``periods.brought_forward``).

    Two attributes say what the engine has no place for:
        rule: the formula in words, in one line or two, as the working of a company shows it.
        box: where the variable stands on the company tax return, as ``tax_return`` writes it; the engine's ``cerfa_field``.

    Class arguments:
        dated: the amount may also be given by day, as ``NAME_on`` (definition period DAY); see ``periods.incurred``.
        kept: later periods look back at it, past the period before (``periods.of_earlier_period``).
        serves: of a balance, the outputs that alone rest on it: who asks for none of them has no need of it.
        only_with: variables of the same period without any of which it is 0: its formula need not be asked of companies
            that have none of them.
        on_demand: whether a formula that is asked of some companies has it worked out for those alone.
        only_if: a question to all companies of the period together (``does_research``): where the answer is no, it is 0
            for everybody and its formula is not asked.
        minimum, maximum: bounds that an input must keep, inclusive.
    """

    def __init_subclass__(
        cls,
        *,
        dated: bool = False,
        kept: bool = False,
        serves: tuple[str, ...] = (),
        only_with: tuple[str, ...] = (),
        on_demand: bool = False,
        only_if: Callable[[Any, LabelPeriod], bool] | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
        **arguments: Any,
    ) -> None:
        super().__init_subclass__(**arguments)
        rule, box = _taken(cls, "rule"), _taken(cls, "box")
        if box and not tax_return.WRITTEN.fullmatch(box):
            raise ValueError(f"{cls.__name__} has the box {box!r}. Write it like 440, part of 705 or 160 + 285.")
        defaults = {
            "value_type": float,
            "entity": Company,
            "definition_period": YEAR,
            "set_input": accept_input,
            "documentation": _documentation(cls, box),
        }
        if box:
            defaults["cerfa_field"] = box
        if cls.__dict__.get("value_type", float) is float:
            defaults["unit"] = POUNDS
        if dated:
            defaults["formula"] = total_of(cls.__name__)
        elif "_brought_forward" in cls.__name__:
            defaults["formula"] = balance_of(cls.__name__)
        if only_with:
            cls.formula = _of_those_with(only_with, cls.formula)
        if only_if:
            cls.formula = _where_so(only_if, cls.formula)
        for name, value in defaults.items():
            if name not in cls.__dict__:
                setattr(cls, name, value)
        # Names that begin with two underscores are the only ones the engine does not take for its own attributes.
        cls.__dated__ = dated
        cls.__kept__ = kept
        cls.__serves__ = serves
        cls.__on_demand__ = on_demand
        cls.__bounds__ = (minimum, maximum)
        cls.__rule__ = rule

    def __init__(self, baseline_variable: CoreVariable | None = None) -> None:
        super().__init__(baseline_variable)
        self.dtype: Any = _SIXTY_FOUR_BIT.get(self.value_type, self.dtype)

    @classmethod
    def get_introspection_data(cls) -> tuple[str, str | None, int]:
        """File within the project, source and first line, for the web API; of a by-day twin those of the variable itself."""
        name = cls.__name__ if cls.__name__ in _sources_of(cls.__module__) else cls.__name__.removesuffix("_on")
        source, line = _sources_of(cls.__module__).get(name, (None, 0))
        return (f"/{cls.__module__.replace('.', '/')}.py" if source else ""), source, line

    def get_formula(self, period: Any = None) -> Any:
        """The formula for a label, as the engine asks for it; a year that is no label is refused, for inputs too."""
        if self.definition_period == YEAR and isinstance(period, LabelPeriod):
            refuse_other_labels(period)
        found = self._only_formula or super().get_formula(period)
        return self._default_formula if found is None and self.value_type is not Enum else found

    @cached_property
    def _only_formula(self) -> Any:
        """The only formula of a variable that has just one for all dates; without the engine's search, which is slow."""
        is_alone = len(self.formulas) == 1 and _WHATEVER_THE_DATE in self.formulas and not self.end
        return self.formulas[_WHATEVER_THE_DATE] if is_alone else None

    @cached_property
    def _default_formula(self) -> Any:
        """The default for every company, as one number that all share: an array of its own takes memory and time."""
        default = np.array(self.default_value, dtype=self.dtype)

        def formula(company: Companies, _period: LabelPeriod) -> np.ndarray:
            return constant_array(default, company.count)

        return formula


def _taken(variable_class: type, name: str) -> str:
    """An attribute of the class that the engine would refuse, taken off it; nothing where it has none."""
    value = str(variable_class.__dict__.get(name, ""))
    if value:
        delattr(variable_class, name)
    return value


def _documentation(variable_class: type, box: str) -> str | None:
    """The docstring, and where the variable stands on the return: the web API shows this, and not ``cerfa_field``."""
    boxes = tax_return.in_words(box)
    parts = [inspect.cleandoc(variable_class.__doc__ or ""), f"Company tax return: {boxes}." if boxes else ""]
    return "\n\n".join(part for part in parts if part) or None


def rule_of(variable: CoreVariable) -> str:
    """The formula of a variable in words; nothing for an input."""
    return str(getattr(type(variable), "__rule__", ""))


def reference_of(variable: CoreVariable) -> str:
    """The law that a variable states, for people: the engine keeps references as a list."""
    return "; ".join(variable.reference or ())


def box_of(variable: CoreVariable) -> str:
    """Where a variable stands on the company tax return, for people: ``part of box 705``; nothing where no box holds it."""
    return tax_return.in_words(variable.cerfa_field or "")


def is_dated(variable: CoreVariable) -> bool:
    """Whether the variable may also be given by day, through its ``_on`` twin."""
    return bool(getattr(type(variable), "__dated__", False))


def is_kept(variable: CoreVariable) -> bool:
    """Whether later accounting periods may look back at the variable, past the period before."""
    return bool(getattr(type(variable), "__kept__", False))


def is_on_demand(variable: CoreVariable) -> bool:
    """Whether the variable is worked out for those companies alone that a formula is asked of."""
    return bool(getattr(type(variable), "__on_demand__", False))


def is_balance(name: str, names: Container[str]) -> bool:
    """Whether a variable is a balance at the end of a period, which the next one has as ``…_brought_forward…``."""
    return "_carried_forward" in name and name.replace("_carried_forward", "_brought_forward") in names


def is_for(variable: CoreVariable, outputs: Iterable[str]) -> bool:
    """Whether a balance has to be handed on for these outputs: most are for all of them."""
    serves = getattr(type(variable), "__serves__", ())
    return not serves or any(name in serves for name in outputs)


def _of_those_with(names: tuple[str, ...], whole: Any) -> Any:
    """A formula that is asked of the companies that have any of some variables; 0 for all others."""

    def formula(company: Companies, period: LabelPeriod) -> np.ndarray:
        found: np.ndarray = company.of_those_with(names, period, whole)
        return found

    return formula


def _where_so(is_so: Callable[[Any, LabelPeriod], bool], whole: Any) -> Any:
    """A formula that is asked where a question to all companies together is answered with yes; 0 for everybody elsewhere."""

    def formula(company: Companies, period: LabelPeriod) -> np.ndarray:
        found: np.ndarray = whole(company, period) if is_so(company, period) else company.filled_array(0.0)
        return found

    return formula


def total_of(name: str) -> Any:
    """A formula: the dated items of the accounting period add up to the amount, where no amount was given outright."""

    def formula(company: Companies, period: LabelPeriod) -> np.ndarray:
        return incurred(company, period, name)

    return formula


def balance_of(name: str) -> Any:
    """A formula: a balance is what the period before carries forward; in the first period it is an input."""

    def formula(company: Companies, period: LabelPeriod) -> np.ndarray:
        return brought_forward(company, period, name)

    return formula


@cache
def _sources_of(module: str) -> dict[str, tuple[str, int]]:
    """Each class of a module: its source with its decorators, and its first line."""
    try:
        text = inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):  # written at a prompt, or installed without its source
        return {}
    lines, classes = text.splitlines(keepends=True), {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            classes[node.name] = ("".join(lines[first - 1 : node.end_lineno]), first)
    return classes


def twin_of(variable_class: type[Variable]) -> type[Variable]:
    """The DAY twin ``NAME_on`` of a dated variable: the same amount, item by item, on the day it was incurred."""
    attributes = {
        "definition_period": DAY,
        "label": f"{variable_class.label}, on one day",
        "reference": variable_class.__dict__.get("reference"),
        "unit": variable_class.__dict__.get("unit"),
        "documentation": f"Amount of {variable_class.__name__} incurred on one day (£); the days of a period add up to it.",
        "__module__": variable_class.__module__,
    }
    minimum, maximum = variable_class.__bounds__
    return type(f"{variable_class.__name__}_on", (Variable,), attributes, minimum=minimum, maximum=maximum)


def for_each_earlier_period(name: str, *, label: str, reference: str, rule: str, **arguments: Any) -> Callable[[Any], Any]:
    """Make a function of (company, period, how many periods back) a variable for each earlier period, in its module.

    They are ``<name>_1`` for the period before, and so on; ``{period}`` in their texts stands for the earlier period.

    Args:
        label, reference, rule: of each, as of any variable; the docstring is that of the function.
        arguments: class arguments of each.
    """

    def of(amount: Any, back: int) -> type[Variable]:
        before = "the accounting period before" if back == 1 else f"the accounting period {back} before"
        texts = {"label": label, "reference": reference, "rule": rule, "__doc__": amount.__doc__}
        attributes: dict[str, Any] = {key: text.format(period=before) for key, text in texts.items()}
        attributes |= {"__module__": amount.__module__, "formula": lambda company, period: amount(company, period, back)}
        return type(f"{name}_{back}", (Variable,), attributes, **arguments)

    def made(amount: Any) -> Any:
        amount.__globals__.update({f"{name}_{back}": of(amount, back) for back in EARLIER_PERIODS})
        return amount

    return made


def accept_input(holder: Any, period: LabelPeriod, array: Any) -> None:
    """Store an input after checking what the engine would let through: its label, its bounds, and that it is a number.

    Raises:
        RefusedPeriodError: for a year that does not start on 1 January (the engine would store it and never read it).
        RefusedInputError: for NaN, infinity, or a value outside the variable's bounds.
    """
    variable = holder.variable
    given_for_year = variable.definition_period == YEAR and period.unit == YEAR
    if given_for_year and (period.start.month, period.start.day) != (1, 1):
        raise RefusedPeriodError(
            f"{variable.name} is given for {period}. A year here is the label of an accounting period and starts on "
            "1 January; give the dates themselves as accounting_period_start and accounting_period_end."
        )
    values = checked_input(variable, array, holder.population.count)
    if variable.definition_period in (YEAR, DAY):
        notes_of(holder.simulation).record_input(variable.name, str(variable.definition_period), period.start.year)
    store(holder, period, values)


def checked_input(variable: CoreVariable, given: Any, count: int, *, fold: bool = False) -> np.ndarray:
    """An input as an array of its variable's type, one value a company, within its bounds.

    Args:
        fold: whether values that are all the same become one number that the companies share.

    Raises:
        RefusedInputError: for another number of values than there are companies, for values of another type, for NaN,
            infinity, or a value outside the variable's bounds.
    """
    if fold and (known := _known_input(variable, given, count)) is not None:
        return known
    values = np.asarray(given)
    values = values if values.ndim else np.atleast_1d(values)
    if len(values) != count:
        raise RefusedInputError(f"{variable.name} has {len(values):,} values for {count:,} companies. Give one for each.")
    if variable.value_type is Enum:
        values = variable.possible_values.encode(values)
    try:
        values = values.astype(variable.dtype, copy=False)
    except ValueError:
        raise RefusedInputError(f"{variable.name} is given as {values.dtype}; it is {variable.dtype}.") from None
    is_alike = variable.value_type is not float or _check_numbers(variable, values)
    found = folded(values) if fold and is_alike else values
    if fold and values is given and not values.flags.writeable:
        _remember(variable, values, None if found is values else found)
    return found


class _Checked(NamedTuple):
    """An array that was checked as an input: whose, and the one number that all of it is, where it is."""

    given: ref[np.ndarray]
    of: type[CoreVariable]
    folded: np.ndarray | None


# By the place of the array in memory. Nobody may write to it, so that it is what it was as long as it is there.
_CHECKED: dict[int, _Checked] = {}


def _known_input(variable: CoreVariable, given: Any, count: int) -> np.ndarray | None:
    """An input that is one number for all, or that an earlier run has checked; None for any other."""
    if not isinstance(given, np.ndarray) or given.size != count or given.dtype != variable.dtype:
        return None
    if isinstance(given, ConstantArray) and given.number is not None:
        if variable.value_type is float and not _is_within_bounds(variable, given.number):
            _check_numbers(variable, np.asarray(given)[:1])  # which says what is wrong with it
        return None if variable.value_type is Enum else given
    known = _CHECKED.get(id(given))
    if known is None or known.given() is not given or known.of is not type(variable):
        return None
    return given if known.folded is None else known.folded


def _remember(variable: CoreVariable, given: np.ndarray, constant: np.ndarray | None) -> None:
    """Note that an array that nobody may write to has been checked: the next run over the same companies need not."""
    place = id(given)
    _CHECKED[place] = _Checked(ref(given, lambda _gone: _CHECKED.pop(place, None)), type(variable), constant)


def _is_within_bounds(variable: CoreVariable, number: Any) -> bool:
    """Whether one number is finite and within the variable's bounds."""
    minimum, maximum = getattr(type(variable), "__bounds__", (None, None))
    return isfinite(number) and (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _check_numbers(variable: CoreVariable, values: np.ndarray) -> bool:
    """Refuse what is no number within its bounds; whether all of them may be equal."""
    minimum, maximum = getattr(type(variable), "__bounds__", (None, None))
    if minimum == 0 and maximum is None and values.view(np.uint64).max() < _BITS_OF_INFINITY:
        return bool(values[0] == values[-1])  # one look at each number in place of two
    lowest, highest = values.min(), values.max()  # either is NaN where any value is
    may_be_unlimited = variable.default_value == np.inf  # a claim: no limit is the most that the law allows
    if not (np.isfinite(lowest) or (may_be_unlimited and lowest > 0)) or not (np.isfinite(highest) or may_be_unlimited):
        raise RefusedInputError(
            f"{variable.name} has a value that is not a finite number. Give a number, or leave it out for 0."
        )
    if minimum is not None and lowest < minimum:
        raise RefusedInputError(f"{variable.name} is {lowest:,.2f}; it cannot be below {minimum:,g}.")
    if maximum is not None and highest > maximum:
        raise RefusedInputError(f"{variable.name} is {highest:,.2f}; it cannot be above {maximum:,g}.")
    return bool(lowest == highest)
