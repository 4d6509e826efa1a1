"""Which figures of law bear on one company, so that a step of its working shows them and no others.

A law for training is a template of which a reform sets a part: limits, conditions and shares that nobody set do nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf

from openfisca_goodwork.company.steps import ParameterValue, Step
from openfisca_goodwork.company.vocabulary import FINAL
from openfisca_goodwork.law.human_investment import HEADS, inclusion_path
from openfisca_goodwork.law.human_investment.paths import (
    BY_SIZE,
    CAPS_BY_SIZE,
    ELIGIBLE_SIZES,
    FORM,
    OFF_BY_HEAD,
    OFF_PRO_RATA,
    STRADDLE,
)
from openfisca_goodwork.policy.vocabulary import current_vocabulary, in_force

_TEMPLATE = "human_investment."
_TERMINAL = "losses.terminal_"
_DUE, _REGIME = "payment.due_dates.", "payment_regime"
_REGIMES = ("ordinary", "large", "very_large")
_NEUTRAL = (inf, "all")
# Figures of law that bear on an amount, where there is some.
_OF_AMOUNTS = {
    **{inclusion_path(head): head for head in HEADS},
    **{path: name for name, path in {**OFF_BY_HEAD, **OFF_PRO_RATA}.items()},
}
_SIZES = ("human_investment.eligibility.small.", "human_investment.eligibility.medium.")
_BY_SIZE = (ELIGIBLE_SIZES, *BY_SIZE.values(), *CAPS_BY_SIZE.values())


def figures_that_bear(step: Step) -> Iterator[ParameterValue]:
    """The figures of law of a step that are not 0, and that bear on the company that the step is of."""
    given = {entry.name: entry.value for entry in step.inputs if entry.value}
    changed = {figure.path for figure in step.parameters if _is_set(figure)}
    for figure in step.parameters:
        path = figure.path
        if path in _OF_AMOUNTS:
            bears = _OF_AMOUNTS[path] in given
        elif path.startswith(_DUE):
            bears = _is_of_regime(path.removeprefix(_DUE), str(given.get(_REGIME)))
        elif path.startswith(_TERMINAL):
            bears = FINAL in given
        elif path == STRADDLE:
            bears = _is_set(figure) or _ends_within(step)
        elif not path.startswith(_TEMPLATE) or _is_set(figure):
            bears = True
        else:
            bears = figure.value not in _NEUTRAL and any(map(_companions_of(path), changed))
        if figure.value and bears:
            yield figure


def _is_set(figure: ParameterValue) -> bool:
    """Whether a reform set a figure: current law has another, or has it from another day."""
    leaf = current_vocabulary().get(figure.path)
    held = in_force(leaf.values, figure.start) if leaf else None
    return held is None or (held.date, held.value) != (figure.start, figure.value)


def _is_of_regime(term: str, regime: str) -> bool:
    """Whether a term of payment is of a regime, or of all that pay in instalments."""
    of_one = next((each for each in _REGIMES if term.startswith(f"{each}_")), None)
    return regime == of_one if of_one else regime != _REGIMES[0]


def _ends_within(step: Step) -> bool:
    """Whether a figure of the template goes back to nothing within the accounting period."""
    values: dict[str, list[object]] = {}
    for figure in step.parameters:
        values.setdefault(figure.path, []).append(figure.value)
    return any(any(of_path) and not of_path[-1] for path, of_path in values.items() if path.startswith(_TEMPLATE))


def _companions_of(path: str) -> Callable[[str], bool]:
    """What has to be set for a figure that is not to do anything: others of its part of the law, or the form."""
    if path.startswith(_SIZES):
        return lambda other: other in _BY_SIZE
    node = path.rpartition(".")[0]
    if f"{node}." == _TEMPLATE:
        return lambda other: FORM in (other, path)
    return lambda other: other.startswith(f"{node}.") or (other == FORM and ".payable" in path)
