"""A sheet that costs the measure anew: tax base, rates, take-up and response are cells, the effect is formulas of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.payments import Amounts
from openfisca_goodwork.costing.result import Step
from openfisca_goodwork.costing.steps import STEPS
from openfisca_goodwork.number_formats import EFFECT, MILLION, PERCENTAGE_1, RATE, Kind
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.sections import Medium, Note, Part, Row, Section, Style, Table

NAME = "Live model"
ENTITLEMENT, CAPS = "Full entitlement at the main rate", "Caps and eligibility"  # steps, by the names of costing.steps
_BEFORE_LIMITS = "Relief at the main rate without caps and conditions, for each £1 that qualifies with them, £"
_FOLLOWS_PRICE = {step.name for step in STEPS if step.follows_price}
_NOTHING = 1e-6
_NOTHING_TO_COST = "Nothing changes, so there is nothing to cost anew."
_HOW = (
    "Change a shaded figure and the effect below it follows. As they are, the figures give this costing. A change moves the "
    "effect in proportion: who claims, and the shares of reclassified spending and incorrect claims, stay as they are. For "
    "an exact figure run the command anew."
)


def live(result: CostingResult) -> Section:
    """The live model of a costing, for a workbook."""
    if result.no_effect:
        return Section(NAME, "Cost it anew", (Note(_NOTHING_TO_COST),), on=Medium.WORKBOOK)
    rows = tuple(_rows(result))
    parts: tuple[Part, ...] = (Table("", tables.years(result), rows, name=NAME), Note(_HOW, Style.STRONG))
    return Section(NAME, "Change a shaded figure, and the effect follows (£ million)", parts, on=Medium.WORKBOOK)


def _rows(result: CostingResult) -> Iterator[Row]:
    ones = (1.0,) * len(result.years)
    yield _input("Tax base, compared with this costing", ones, "scale", PERCENTAGE_1)
    static = [step for step in result.steps if not step.is_behavioural]
    if result.training and [step.name for step in static[:1]] == [ENTITLEMENT]:
        yield from _static_of_relief(result, static)
    else:
        yield _input("Static effect of this costing", result.static, "as costed", EFFECT)
        yield _total(tables.STATIC, result.static, "static", "{as costed}*{scale}")
    yield from _response(result)
    yield Row(("The costing as it was run", *result.post_behavioural, sum(result.post_behavioural)), key="run")
    yield Row(("Difference", *(0.0,) * (len(result.years) + 1)), formula="{post}-{run}")


def _static_of_relief(result: CostingResult, static: Sequence[Step]) -> Iterator[Row]:
    """Base × relief for each £1 × what each step leaves of it."""
    base, entitlement = result.training["entitled"], static[0].effect
    yield _input("Qualifying training, £ million", base, "base", MILLION)
    each = _shares(entitlement, base)
    is_limited = any(any(step.effect) for step in static if step.name == CAPS)
    per_pound = _BEFORE_LIMITS if is_limited else "Relief at the main rate for each £1 of it, £"
    yield _input(per_pound, tuple(-share for share in each), "relief", RATE)
    yield _total(ENTITLEMENT, entitlement, "entitlement", "-{base}*{scale}*{relief}")
    left, factors = entitlement, []
    for number, step in enumerate(static[1:]):
        after = _added(left, step.effect)
        if any(step.effect):
            factors.append(f"{{left {number}}}")
            name = f"{words.step_in_words(step.name)}: share that is left"
            yield _input(name, _shares(after, left), f"left {number}", PERCENTAGE_1)
        left = after
    yield _total(tables.STATIC, result.static, "static", "*".join(["{entitlement}", *factors]))


def _response(result: CostingResult) -> Iterator[Row]:
    """Static × (1 + the share that each response adds), those to the price in proportion to the elasticity."""
    steps = [step for step in result.steps if step.is_behavioural and any(step.effect)]
    if any(step.name in _FOLLOWS_PRICE for step in steps):
        yield _input("Elasticity, compared with this costing", (1.0,) * len(result.years), "elasticity", PERCENTAGE_1)
    added = ["1"]
    for number, step in enumerate(steps):
        shares = _shares(step.effect, result.static)
        name = f"{words.step_in_words(step.name)}, as a share of the static effect"
        yield _input(name, shares, f"response {number}", PERCENTAGE_1)
        added.append(f"{{response {number}}}" + ("*{elasticity}" if step.name in _FOLLOWS_PRICE else ""))
    explained = _added(result.static, *(_times(_shares(step.effect, result.static), result.static) for step in steps))
    rest = tuple(amount - part for amount, part in zip(result.post_behavioural, explained, strict=True))
    formula = f"{{static}}*({'+'.join(added)})"
    if any(abs(amount) > _NOTHING for amount in rest):
        yield _input("Response in a year without a static effect", rest, "rest", EFFECT)
        formula += "+{rest}"
    yield _total(tables.post_behavioural(result), result.post_behavioural, "post", formula)


def _input(name: str, figures: Sequence[float], key: str, kind: Kind) -> Row:
    return Row((name, *figures, None), key=key, kind=kind, is_input=True, indent=1)


def _total(name: str, figures: Amounts, key: str, formula: str) -> Row:
    return Row((name, *figures, sum(figures)), key=key, formula=formula, is_total=True)


def _shares(amounts: Sequence[float], of: Sequence[float]) -> Amounts:
    """One over the other by year; 0 where there is nothing to divide by."""
    return tuple(amount / whole if whole else 0.0 for amount, whole in zip(amounts, of, strict=True))


def _times(shares: Sequence[float], of: Sequence[float]) -> Amounts:
    return tuple(share * whole for share, whole in zip(shares, of, strict=True))


def _added(*parts: Sequence[float]) -> Amounts:
    return tuple(map(sum, zip(*parts, strict=True)))
