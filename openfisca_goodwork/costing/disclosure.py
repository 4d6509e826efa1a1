"""Disclosure control: what of a costing may leave a secure room. Applied once, to the result that every output is made from.

A figure is shown where enough companies stand behind it and none of them dominates it (``assumptions.disclosure``); all that
is shown is rounded. The effect of a year that fails leaves nothing to show, and the costing is refused. A class of companies
that fails is suppressed in all steps, and where it is the only one of its table the smallest other class with it, as the
total would give it away. What is not tested company by company is left out, and said to be.

Not covered: two costings that differ by few companies. Whoever checks outputs has to compare them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.disclosure_rules import HALF_A_PENNY, MILLION, Rules, support
from openfisca_goodwork.costing.distribution import Classification, Distribution, Row, Table, Totals, classifications
from openfisca_goodwork.costing.gains import Gains, share_in_top
from openfisca_goodwork.costing.payments import year_shares
from openfisca_goodwork.costing.people import PopulationUsed
from openfisca_goodwork.costing.result import CostingResult, Disclosure, Step, Timeline
from openfisca_goodwork.costing.runs import CREDITS, ByLabel
from openfisca_goodwork.costing.steps import LAST
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import financial_year_name

SUPPRESSED = "[c]"
_TOTALS = ("the static effect", "the effect", "what companies do", "credits paid out")
_TRAINING = "training"
_LEFT_OUT = (
    "Left out, as they are not tested company by company: steps between full entitlement and the cost, cash by kind of "
    "payment, the effect before the start, investment, what each assumption alone would change, the appraisal, median "
    "gains, why companies gain or lose."
)


@dataclass(frozen=True)
class Standing:
    """What stands behind the figures of each year: item → financial years × ``support``. Those of parts add up."""

    items: Mapping[str, np.ndarray]

    def __add__(self, other: Standing) -> Standing:
        names = dict.fromkeys((*self.items, *other.items))
        return Standing({name: _together(self.items.get(name), other.items.get(name)) for name in names})


def _together(one: np.ndarray | None, other: np.ndarray | None) -> np.ndarray:
    if one is None or other is None:
        return np.asarray(other if one is None else one)
    largest = np.sort(np.concatenate([one[:, 2:], other[:, 2:]], axis=1), axis=1)[:, :-3:-1]
    return np.concatenate([one[:, :2] + other[:, :2], largest], axis=1)


def standing_of(comparison: Comparison) -> Standing:
    """What stands behind the figures of a comparison, company by company, as they accrue."""
    static, final, weight = comparison.static_balance(), comparison.final_balance(), comparison.people.weight
    moved = [{label: after[label] - before[label] for label in before} for before, after in (static, final)]
    response = {label: moved[1][label] - moved[0][label] for label in moved[0]}
    spreads: dict[str, tuple[ByLabel, np.ndarray]] = {
        name: (amounts, np.ones(weight.size, dtype=bool)) for name, amounts in zip(_TOTALS, (*moved, response), strict=False)
    }
    if comparison.affected.any():
        before, after = comparison.scenarios
        paid = [one.level(LAST).of(CREDITS) for one in (before, after)]
        spreads[_TOTALS[-1]] = {label: paid[1][label] - paid[0][label] for label in paid[0]}, comparison.affected
        spreads[_TRAINING] = after.claimed, comparison.affected
        if after.has_relief:
            spreads |= {
                head: ({label: one * after.acts[label] for label, one in amounts.items()}, comparison.affected)
                for head, amounts in after.static.by_head.items()
            }
    return Standing({name: _by_year(comparison, *spread) for name, spread in spreads.items()})


def _by_year(comparison: Comparison, amounts: ByLabel, chosen: np.ndarray) -> np.ndarray:
    total = np.zeros((int(chosen.sum()), len(comparison.years)))
    for label, amount in amounts.items():
        periods = comparison.base.periods[label]
        total += year_shares(periods, comparison.years)[periods.index[chosen]] * np.asarray(amount)[:, np.newaxis]
    weight = comparison.people.weight[chosen]
    return np.array([support(of_year * weight) for of_year in total.T])


def protected(result: CostingResult, standing: Standing, gains: Gains, rules: Rules) -> CostingResult:
    """A costing of which only what the rules allow is left, rounded, with what was suppressed said.

    Raises:
        GoodworkError: where the effect of a year may not be shown, so that nothing may.
    """
    _refuse(result, standing, rules)
    notes = [rules.in_words(), _LEFT_OUT]
    shown, of_classes = _protected_distribution(result.distribution, gains, rules)
    response = tuple(after - before for before, after in zip(result.static, result.post_behavioural, strict=True))
    steps = (
        Step("Static effect", is_behavioural=False, effect=rules.amounts(result.static)),
        *([Step("What companies do", is_behavioural=True, effect=rules.amounts(response))] if any(response) else []),
    )
    ends = result.uncertainty and replace(
        result.uncertainty,
        **_each(result.uncertainty, ("low", "high", "total"), rules.amounts),
        sensitivity=(),
        bought=None,
        alternatives=(),
        idle=(),
    )
    return replace(
        result,
        steps=steps,
        **_each(result, ("without_response", "spending"), rules.amounts),
        investment={},
        bridge=None,
        appraisal=None,
        timeline=Timeline(result.timeline.starts, result.timeline.ends, result.timeline.complete),
        population=_protected_population(result, rules),
        uncertainty=ends,
        distribution=shown,
        **_of_training(result, standing, rules, notes),
        disclosure=Disclosure((*notes, *of_classes)),
    )


def _each(record: Any, names: tuple[str, ...], shown: Callable[[Any], Any]) -> dict[str, Any]:
    """What is shown of some fields of a record; of one with several amounts by name, of each."""
    held = {name: getattr(record, name) for name in names}
    return {
        name: {each: shown(one) for each, one in of.items()} if isinstance(of, Mapping) else shown(of)
        for name, of in held.items()
    }


def protected_nothing(result: CostingResult, rules: Rules) -> CostingResult:
    """A costing without an effect: the counts of its companies rounded."""
    return replace(result, population=_protected_population(result, rules), disclosure=Disclosure((rules.in_words(),)))


def _protected_population(result: CostingResult, rules: Rules) -> PopulationUsed:
    used = result.population
    return replace(used, records=int(rules.count(used.records)), companies=rules.count(used.companies))


def _refuse(result: CostingResult, standing: Standing, rules: Rules) -> None:
    faults = [
        f"{item.capitalize()} of {financial_year_name(year)} may not be shown: {why}."
        for item in _TOTALS
        for year, row in zip(result.years, standing.items.get(item, ()), strict=False)
        if (why := rules.why_not(*row))
    ]
    if faults:
        mend = (
            "Nothing of the costing is shown, as a total would give it away. Ask for other years (--years) or "
            "--behaviour none, or take more companies."
        )
        raise GoodworkError("\n".join(["Disclosure control:", *faults, mend]))


def _of_training(result: CostingResult, standing: Standing, rules: Rules, notes: list[str]) -> dict[str, Any]:
    """Training, claimants, what the relief costs and brings, by type of cost; none of it where any year fails."""
    if not result.training:
        return {}
    fails = {name: any(rules.why_not(*row) for row in rows) for name, rows in standing.items.items()}
    if fails.get(_TRAINING):
        notes.append("Suppressed: training, claimants and value for money.")
        nothing: dict[str, Any] = {"claimants": (), "relief_cost": (), "administration": (), "by_head": {}, "training": {}}
        return nothing | {"value": None, "share_at_maximum": 0.0}
    heads = any(fails.get(head, False) for head in result.by_head)
    if heads:
        notes.append("Suppressed: every type of training cost, as the others would give away the one that fails.")
    amounts = ("costs", "claimed", "induced", "induced_relieved", "running")
    value = result.value and replace(
        result.value,
        **_each(result.value, amounts, rules.amounts),
        **_each(result.value, ("people",), rules.counts),
    )
    found = _each(result, ("by_head", "training", "relief_cost", "administration"), rules.amounts)
    found |= _each(result, ("claimants",), rules.counts) | {"value": value, "share_at_maximum": 0.0}
    return found | ({"by_head": {}} if heads else {})


def _protected_distribution(shown: Distribution | None, gains: Gains, rules: Rules) -> tuple[Distribution | None, list[str]]:
    """Who gains, with classes suppressed; and what was, in sentences."""
    if shown is None:
        return None, []
    moved = [part for gain in (gains.static, gains.response) for part in (gain > HALF_A_PENNY, gain < -HALF_A_PENNY)]
    if any(0 < int(part.sum()) < rules.minimum_records for part in moved):
        return None, [f"Suppressed: who gains, as fewer than {rules.minimum_records:g} companies gain or lose."]
    hidden = {one.name: _hidden(one, gains, rules, shown) for one in classifications()}
    merged = {one.name: {*range(len(one.rows))} for one in classifications() if one.row_of and _base_is_hidden(one, hidden)}
    hidden |= merged
    tables = tuple(_protected_table(table, hidden[table.name], rules) for table in shown.tables)
    said = [f"Suppressed in {name}: {len(rows)} classes, marked {SUPPRESSED}." for name, rows in hidden.items() if rows]
    areas = [] if shown.priority_areas is None else ["Left out: training in priority areas."]
    totals = tuple(_protected_total(total, rules) for total in shown.totals)
    return replace(shown, tables=tables, totals=totals, priority_areas=None, reasons={}, cells={}), [*said, *areas]


def _base_is_hidden(merged: Classification, hidden: Mapping[str, set[int]]) -> bool:
    """Whether a class that a merged one is made of is hidden, so that the merged one could give it away."""
    return any(hidden[one.name] for one in classifications() if one.key == merged.key and not one.row_of)


def _hidden(one: Classification, gains: Gains, rules: Rules, shown: Distribution) -> set[int]:
    """Places of the classes of a classification that are not shown."""
    if one.key in gains.classes:
        codes = gains.classes[one.key]
        codes = codes if not one.row_of else np.array([*one.row_of, len(one.rows)])[np.minimum(codes, len(one.row_of))]
    else:
        codes = (share_in_top(getattr(gains, one.key), gains.weight) <= 0).astype(np.int8)
    there = gains.weight > 0
    count = len(shown.table(one.name).rows)
    hidden = {place for place in range(count) if any(_fails(gains, there & (codes == place), rules))}
    others = sorted((int((there & (codes == place)).sum()), place) for place in range(count) if place not in hidden)
    if len(hidden) == 1 and others:
        hidden.add(next((place for size, place in others if size), others[0][1]))
    return hidden


def _fails(gains: Gains, here: np.ndarray, rules: Rules) -> Iterator[bool]:
    """For each figure of a class, whether it may not be shown."""
    weight = gains.weight[here]
    yield 0 < weight.size < rules.minimum_records
    for gain in (gains.static[here], gains.response[here]):
        yield bool(rules.why_not(*support(weight * gain)))
        yield bool(0 < int((gain > HALF_A_PENNY).sum()) < rules.minimum_records)
    for amount in (gains.qualifying[here], gains.induced[here]):
        yield bool(rules.why_not(*support(weight * amount)))
    yield 0 < int(gains.claims[here].sum()) < rules.minimum_records


_KEPT = {"name", "effective_records", "is_suppressed"}
_COUNTS = ("companies", "gaining", "losing", "unaffected", "claimants")
_AMOUNTS = ("gain", "qualifying_training", "induced_training")


def _protected_table(table: Table, hidden: set[int], rules: Rules) -> Table:
    whole = sum(row.gain or 0.0 for row in table.rows)
    nothing: dict[str, Any] = {one.name: None for one in fields(Row) if one.name not in _KEPT}
    nothing |= {"effective_records": 0.0, "is_suppressed": True}
    rows = tuple(
        replace(row, name=f"{row.name} {SUPPRESSED}", **nothing) if place in hidden else _rounded(row, whole, rules)
        for place, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def _rounded(row: Row, whole: float, rules: Rules) -> Row:
    amounts, counts = _each(row, _AMOUNTS, rules.amount), _each(row, _COUNTS, rules.count)
    gain = amounts["gain"]
    return replace(
        row,
        records=int(rules.count(row.records)),
        records_affected=int(rules.count(row.records_affected)),
        share_of_gain=None if row.share_of_gain is None or not whole else round(gain / whole, 3),
        gain_per_company=None if not counts["companies"] else MILLION * gain / counts["companies"],
        gain_per_gaining_company=None,
        gain_per_employee=None,
        effective_records=0.0,
        **amounts,
        **counts,
    )


def _protected_total(total: Totals, rules: Rules) -> Totals:
    named = ("gain", "gain_of_gaining", "loss_of_losing", "invalid_claims", "exchequer_effect", "accrued")
    amounts, counts = _each(total, named, rules.amount), _each(total, _COUNTS[:-1], rules.count)
    gaining = counts["gaining"]
    mean = MILLION * amounts["gain_of_gaining"] / gaining if gaining else None
    return replace(total, mean_gain=mean, median_gain=None, records_affected=0, effective_records=0.0, **counts, **amounts)
