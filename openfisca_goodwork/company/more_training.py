"""What more or less training would cost a company after tax, under each law: full computations, no rate applied.

``next_training`` adds £1,000, ``what_if`` goes from no training to twice as much. More is spent in one accounting period, on
what counts there under the reform and in the same mix, days and marks; it comes off that period's profit. What it changes in
the later periods of the file counts in full, undiscounted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import PENNY, Company, CompanyPeriod
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.under_law import inputs_of, ledger_of, under
from openfisca_goodwork.law.human_investment import TrainingItem, record_items
from openfisca_goodwork.law.periods import RefusedInputError
from openfisca_goodwork.system import simulation

MORE = 1_000.0
_PROFIT = "trading_profit_before_capital_allowances"
_TAX, _PAID = "net_corporation_tax", "payable_credits"
_CARRIED = {
    "losses": ("trading_losses_carried_forward", "trading_losses_carried_forward_pre_april_2017"),
    "credit": ("human_investment_credit_carried_forward", "human_investment_notional_tax_carried_forward"),
}
TIMES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
INSTEAD_OF_NONE = 100_000.0
_ROUNDS, _BETWEEN = 4, 11  # runs of so many amounts between two points, until it is known where the relief saves no more


@dataclass(frozen=True)
class Cost:
    """What £1,000 more of training comes to under one law (£).

    Attributes:
        after_tax: £1,000 less the tax that it saves and the credits that it brings, over all accounting periods.
        losses, credit: what more of them the last period carries forward because of it.
    """

    after_tax: float
    losses: float
    credit: float


@dataclass(frozen=True)
class NextTraining:
    """£1,000 more of training in one accounting period.

    Attributes:
        mix: type of training cost → its part of the £1,000 (£).
        is_of_period: whether the mix is the period's own; else it had no training that counts.
        without, with_relief: what it costs under current law and under the reform.
    """

    mix: Mapping[str, float] = field(hash=False)
    is_of_period: bool
    without: Cost
    with_relief: Cost

    @property
    def relief(self) -> float:
        """What the relief takes off the cost of £1,000 more (£)."""
        return self.without.after_tax - self.with_relief.after_tax

    @property
    def losses_carried(self) -> float:
        """Losses that the last period carries forward because of the relief on it (£)."""
        return self.with_relief.losses - self.without.losses

    @property
    def credit_carried(self) -> float:
        """Credit, with notional tax held back, that it carries forward likewise (£)."""
        return self.with_relief.credit - self.without.credit

    @property
    def per_pound(self) -> float:
        """The same for each £1 more (£)."""
        return self.relief / MORE

    @property
    def saves(self) -> bool:
        """Whether the relief changes the cost at all, to the penny."""
        return abs(self.relief) >= PENNY

    def to_dict(self) -> dict[str, Any]:
        """It as JSON holds it."""
        return {
            "amount": MORE,
            "mix": dict(self.mix),
            "cost_without_relief": self.without.after_tax,
            "cost_with_relief": self.with_relief.after_tax,
            "saved_per_pound": self.per_pound,
            "losses_carried_forward": self.losses_carried,
            "credit_carried_forward": self.credit_carried,
        }


def next_training(
    laws: Mapping[str, TaxBenefitSystem], company: Company, reliefs: Sequence[TrainingRelief | None]
) -> tuple[NextTraining | None, ...]:
    """For every accounting period in which a relief is in force, what £1,000 more of training in it costs.

    None too where the law would ask what the file does not say: a company without training was not asked for a baseline.

    Args:
        laws: current law and the law with the reforms, in this order. reliefs: of the periods, under the latter.
    """
    mixes = [None if relief is None else _mix(relief) for relief in reliefs]
    places = [place for place, mix in enumerate(mixes) if mix is not None]
    if not places:
        return (None,) * len(mixes)
    more = [with_more(company, place, mixes[place] or {}) for place in places]
    training: list[NextTraining | None] = [None] * len(mixes)
    for place, costs in zip(places, _known_costs(laws, company, more), strict=True):
        mix, relief = mixes[place] or {}, reliefs[place]
        if costs is not None:
            training[place] = NextTraining(mix, bool(relief and any(relief.spent[head] for head in mix)), *costs)
    return tuple(training)


def _known_costs(
    laws: Mapping[str, TaxBenefitSystem], company: Company, more: Sequence[Company]
) -> list[tuple[Cost, Cost] | None]:
    """What each costs under the two laws; where one cannot be worked out, each by itself and None for that one."""
    try:
        first, second = (_costs(law, [company, *more]) for law in laws.values())
    except RefusedInputError:
        return [None] if len(more) == 1 else [cost for each in more for cost in _known_costs(laws, company, [each])]
    return list(zip(first, second, strict=True))


def _mix(relief: TrainingRelief) -> dict[str, float]:
    """£1,000 in the mix of what the period spent on heads that count; without any, all on the first of those heads."""
    spent = {head: relief.spent[head] for head in relief.counting if relief.spent[head] > 0}
    total = sum(spent.values())
    return {head: MORE * amount / total for head, amount in spent.items()} or {relief.counting[0]: MORE}


def with_more(company: Company, place: int, mix: Mapping[str, float], amount: float = MORE) -> Company:
    """The company that spends so much more in one of its periods, `mix` by head, with so much less of profit in it (£)."""
    periods = list(company.accounting_periods)
    periods[place] = _more(periods[place], mix, amount)
    return replace(company, accounting_periods=tuple(periods))


def _more(period: CompanyPeriod, mix: Mapping[str, float], total: float) -> CompanyPeriod:
    values = dict(period.values)
    values[_PROFIT] = float(values.get(_PROFIT, 0.0)) - total
    of_items = {head: sum(item.amount for item in period.items if item.variable == head) for head in mix}
    for head, amount in mix.items():
        if not of_items[head]:
            values[head] = float(values.get(head, 0.0)) + amount
    grown = {head: 1 + mix[head] / amount for head, amount in of_items.items() if amount}
    items = tuple(replace(item, amount=item.amount * grown.get(item.variable, 1.0)) for item in period.items)
    return replace(period, values=values, items=items)


def _costs(law: TaxBenefitSystem, companies: list[Company]) -> list[Cost]:
    """What each company but the first pays for its £1,000 more: all are run together."""
    built, labels = together(law, companies), companies[0].labels
    tax = sum(built.calculate(_TAX, label) - built.calculate(_PAID, label) for label in labels)
    after_tax = MORE + tax[1:] - tax[0]
    carried = {what: sum(built.calculate(name, labels[-1]) for name in names) for what, names in _CARRIED.items()}
    more = {what: amounts[1:] - amounts[0] for what, amounts in carried.items()}
    return [Cost(*map(float, amounts)) for amounts in zip(after_tax, more["losses"], more["credit"], strict=True)]


def together(law: TaxBenefitSystem, companies: list[Company]) -> Simulation:
    """One simulation of companies that differ in amounts alone."""
    inputs = [inputs_of(under(law, variant)) for variant in companies]
    built = simulation(
        law, {when: _side_by_side([by_label[when] for by_label in inputs]) for when in inputs[0]}, len(inputs)
    )
    ledgers = [ledger_of(variant) for variant in companies]
    for label, items in ledgers[0].items():
        amounts = [[item.amount for item in each[label]] for each in ledgers]
        each_of = zip(items, np.array(amounts).T, strict=True)
        record_items(built, label, [TrainingItem(item.head, item.day, many, item.tags) for item, many in each_of])
    return built


def _side_by_side(inputs: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """The inputs of companies for one label or day; what only some tell is 0 for the others."""
    names = dict.fromkeys(name for given in inputs for name in given)
    return {name: np.concatenate([given.get(name, np.zeros(1)) for given in inputs]) for name in names}


@dataclass(frozen=True)
class WhatIf:
    """What the relief saves at several amounts of training in one accounting period (£, all periods of the file).

    Attributes:
        training: spent on heads that count, least first. saved: tax saved and credits paid at each amount.
        here: the place of what the company spends now.
        levels_off: the amount from which on the relief saves the same, to a ten-thousandth of the way between two points;
            None where the last of the points saves more, or less, than the one before it.
    """

    training: tuple[float, ...] = field(hash=False)
    saved: tuple[float, ...] = field(hash=False)
    here: int
    levels_off: float | None = None

    @property
    def finding(self) -> str:
        """What the points show, as a sentence without its stop."""
        steps = [after - before for before, after in pairwise(self.saved)]
        if max(map(abs, self.saved)) < PENNY:
            return "More training would save no tax of these accounting periods"
        if steps[-1] <= -PENNY:
            most = max(range(len(self.saved)), key=self.saved.__getitem__)
            saved, training = f"£{self.saved[most]:,.0f}", f"£{self.training[most]:,.0f}"
            return f"Of these amounts the relief saves most, {saved}, at {training} of training"
        if self.levels_off is not None:
            return f"The relief saves no more from £{self.levels_off:,.0f} of training on"
        gain = self.saved[-1] - self.saved[self.here]
        verb = "twice the training" if self.training[self.here] else f"£{self.training[-1]:,.0f} of training"
        return f"With {verb} the relief would save £{gain:,.0f} more"


def what_if(laws: Mapping[str, TaxBenefitSystem], company: Company, place: int, relief: TrainingRelief) -> WhatIf:
    """What the relief saves from no training to twice as much in one accounting period, in which it is in force.

    Without any training that counts, up to £100,000 on the first head that does.

    Args:
        laws: current law and the law with the reforms, in this order. relief: of the period, under the latter.
    """
    spent = {head: relief.spent[head] for head in relief.counting if relief.spent[head] > 0}
    here = TIMES.index(1.0) if spent else 0
    now = sum(spent.values())

    def saved_at(multiples: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        mixes = [_scaled(relief, spent, times) for times in multiples]
        scaled = [with_more(company, place, mix, sum(mix.values())) for mix in mixes]
        without, with_relief = (borne(law, scaled) for law in laws.values())
        return tuple(now + sum(mix.values()) for mix in mixes), tuple((without - with_relief).tolist())

    multiples, (training, saved) = list(TIMES), saved_at(TIMES)
    curve, level = WhatIf(training, saved, here), _where_level(saved)
    if level == len(saved) - 1:
        return curve
    for _round in range(_ROUNDS if level else 0):
        multiples = np.linspace(multiples[level - 1], multiples[level], _BETWEEN).tolist()
        training, saved = saved_at(multiples)
        level = _where_level(saved)
    return replace(curve, levels_off=training[level])


def _where_level(saved: Sequence[float]) -> int:
    """The place of the first amount from which on all save the same, to the penny."""
    return max((place for place, amount in enumerate(saved, start=1) if abs(amount - saved[-1]) >= PENNY), default=0)


def _scaled(relief: TrainingRelief, spent: dict[str, float], times: float) -> dict[str, float]:
    """What is spent more by head, less where it is negative, for training to be so many times what it is."""
    if spent:
        return {head: amount * (times - 1) for head, amount in spent.items()}
    return {relief.counting[0]: INSTEAD_OF_NONE * times / TIMES[-1]}


def borne(law: TaxBenefitSystem, companies: list[Company]) -> NDArray:
    """Tax less credits paid of each company over all its periods (£); they differ in amounts alone and are run together."""
    built = together(law, companies)
    return np.asarray(sum(built.calculate(_TAX, label) - built.calculate(_PAID, label) for label in companies[0].labels))
