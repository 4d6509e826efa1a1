"""The law run over the population: the baseline once and kept, each scenario of the reform on the companies it affects."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from math import ceil
from pathlib import Path

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import cache, system
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.ticks import Edit, side_by_side, ticked
from openfisca_goodwork.law.human_investment import HEADS, REWORKED, periods_looked_back, relief_begins
from openfisca_goodwork.law.model import is_balance, is_kept
from openfisca_goodwork.law.periods import AccountingPeriods, constant_array, folded, history, part_of, picked, unwritable
from openfisca_goodwork.law.periods.accounting_period import factorise
from openfisca_goodwork.law.plant import CLASSES as PLANT_CLASSES
from openfisca_goodwork.law.training_match import ENABLED as PLANT_IS_MATCHED

LIABILITY, PROFIT_STATUS = BASELINE_STATUS = ("liability", "profit_status")
IN_LOSS, NO_LIABILITY, SMALL, MARGINAL, MAIN, OVER_A_MILLION = PROFIT_STATUSES = (
    "In loss",
    "No liability, not in loss",
    "Small profits rate",
    "Marginal relief",
    "Main rate",
    "Over £1 million of tax",
)
_TAX, _LOSS, _MARGINAL_RELIEF, _PROFITS, _LOWER_LIMIT = FOR_STATUS = (
    "corporation_tax",
    "trade_loss",
    "marginal_relief",
    "augmented_profits",
    "marginal_relief_lower_limit",
)
_LEAST = "assumptions.base.population.least_liability"
_MILLION = 1e6

Arrays = Mapping[str, np.ndarray]
ByLabel = Mapping[int, np.ndarray]
"""One value per record, by label of the accounting period."""


def baseline_status_of(law: TaxBenefitSystem, label: int, found: Arrays) -> dict[str, np.ndarray]:
    """What a company is liable to (£) and its place in ``PROFIT_STATUSES``, of one label.

    One value per record each, from the outputs ``FOR_STATUS``.

    A liability is what official statistics count: before credits and repayments, of at least the assumed pound. In years
    without a small profits rate every other company is at the main rate.
    """
    tax, profits = found[_TAX], found[_PROFITS]
    is_liable = tax >= float(history(law, _LEAST).on(date(label, 1, 1)))
    reached = {
        OVER_A_MILLION: tax > _MILLION,
        MARGINAL: is_liable & (found[_MARGINAL_RELIEF] > 0),
        SMALL: is_liable & (profits <= found[_LOWER_LIMIT]),
        MAIN: is_liable,
        IN_LOSS: found[_LOSS] > 0,
    }
    codes = [PROFIT_STATUSES.index(name) for name in reached]
    status = np.select(list(reached.values()), codes, PROFIT_STATUSES.index(NO_LIABILITY))
    # Liability is used only to rank companies, for which single precision is enough.
    return {LIABILITY: tax.astype(np.float32), PROFIT_STATUS: status.astype(np.int8)}


TAX = "net_corporation_tax"
CREDITS = "payable_credits"
CHARGE, AUGMENTED = "corporation_tax", "augmented_profits"
REPAYMENT, SAVED = "loss_carry_back_repayment", "corporation_tax_saved_in_group"
QUALIFYING = "qualifying_training_expenditure"
COUNTED = "training_expenditure_counted"
DEDUCTION = "human_investment_deduction"
CREDIT, TAXED_CREDIT = "human_investment_training_credit", "human_investment_credit_as_income"
CASH = "human_investment_cash_option"
BALANCE = (TAX, CREDITS)
EXCHEQUER = (*BALANCE, CHARGE, AUGMENTED, REPAYMENT, SAVED)
_RELIEF = (QUALIFYING, COUNTED, DEDUCTION, CREDIT, TAXED_CREDIT, CASH)
OUTPUTS = (*EXCHEQUER, *_RELIEF)
BY_HEAD = {head: f"{QUALIFYING}_{head}" for head in HEADS}
# What companies claim for plant and buildings, and the balances of it; what they spend, which no other formula reads.
PLANT = (
    *("capital_allowances", "balancing_charges", "structures_and_buildings_gain"),
    *("main_pool_carried_forward", "special_rate_pool_carried_forward", "structures_and_buildings_carried_forward"),
)
_SPENT_ON_PLANT = frozenset({*PLANT_CLASSES, "structures_and_buildings_expenditure"})
CLAIMS = "claims_human_investment_relief"
PROFIT = "trading_profit_before_capital_allowances"
# Companies of the population do not cease, so that no terminal loss reaches further back.
_CARRY_BACK = ("losses.carry_back_months", "losses.extended_carry_back_months")
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one run of a law gives, by output and label (£ per record).

    Attributes:
        values: label → output → one value per record.
    """

    values: Mapping[int, Arrays]

    def of(self, name: str) -> dict[int, np.ndarray]:
        """One output, by label."""
        return {label: arrays[name] for label, arrays in self.values.items()}

    @cached_property
    def balance(self) -> dict[int, np.ndarray]:
        """What the Exchequer has of the companies: net corporation tax less credits paid out in cash, by label."""
        return {label: arrays[TAX] - arrays[CREDITS] for label, arrays in self.values.items()}

    @cached_property
    def is_relieved(self) -> dict[int, np.ndarray]:
        """Whether a company has any relief, of whatever form, by label (bool per record)."""
        return {
            label: (arrays[DEDUCTION] > 0) | (arrays[CREDIT] > 0) | (arrays[CASH] > 0)
            for label, arrays in self.values.items()
        }

    @property
    def by_head(self) -> dict[str, dict[int, np.ndarray]]:
        """Qualifying training expenditure by type of training cost and label, of a run that was asked for it."""
        return {head: self.of(name) for head, name in BY_HEAD.items()}

    def only(self, records: np.ndarray) -> Outcome:
        """The outcome of some of the records (a mask, or their places)."""
        return Outcome(_chosen(self.values, records))

    def parts(self, stretches: Sequence[slice]) -> list[Outcome]:
        """The outcome of each of some stretches of the records."""
        of_label = self.values.items()
        return [
            Outcome({label: {name: part_of(one, some) for name, one in arrays.items()} for label, arrays in of_label})
            for some in stretches
        ]

    @classmethod
    def joined(cls, outcomes: Sequence[Outcome]) -> Outcome:
        """Outcomes of other records each, one after the other."""
        first, *others = outcomes
        if not others:
            return first
        return cls({label: joined(one.values[label] for one in outcomes) for label in first.values})

    def with_those(self, records: np.ndarray, others: Outcome) -> Outcome:
        """The outcome with some of the records (a mask) taken from another run, made over them alone.

        Its arrays are put together when they are first read, which few of them are.
        """
        if records.all():
            return others
        places = np.flatnonzero(records)
        return Outcome({label: _Laid(arrays, places, others.values[label]) for label, arrays in self.values.items()})


@dataclass(frozen=True, eq=False)
class Base:
    """Companies and the labels over which two laws are compared, with the balances the baseline leaves them.

    Attributes:
        inputs: label → input variable → one value per record. The labels before ``start`` lead in: they hand on their
            balances, and losses carried back from later ones reach them.
        start: the first label in which the two laws differ.
        baseline_status: what companies owe, which rate they have reached and whether they are very large under the
            baseline law (``baseline_status_of``), by label from the one before ``start`` on.
        absent: records without an accounting period, by label, where there are any (mask): nothing of them is counted.
    """

    inputs: Mapping[int, Arrays]
    start: int
    baseline_status: Mapping[int, Arrays] = field(default_factory=dict)
    absent: Mapping[int, np.ndarray] = field(default_factory=dict)

    def run(self, law: TaxBenefitSystem, edit: Edit | None = None, *, also: tuple[str, ...] = ()) -> Outcome:
        """Run a law over these companies, their inputs edited first; what it gives from ``start`` on, and ``also`` that."""
        found = self._found(law, edit, (*_outputs_of(law), *also))
        return Outcome({label: _in_full(arrays) for label, arrays in found.items()})

    def run_for(self, outputs: tuple[str, ...], law: TaxBenefitSystem, edit: Edit | None = None) -> Outcome:
        """Run a law for these outputs alone: what nobody asks for is not kept."""
        return Outcome(self._found(law, edit, outputs))

    def _found(self, law: TaxBenefitSystem, edit: Edit | None, outputs: tuple[str, ...]) -> dict[int, dict[str, np.ndarray]]:
        found = system.run(law, ticked(self.inputs, edit), outputs, first=self.start)
        return _without(self.absent, found) if self.absent else found

    def run_unclaimed(self, law: TaxBenefitSystem) -> Outcome:
        """Run a law over these companies, none of which claims a relief for training."""
        if relief_begins(law) is None:
            return self.run(law)
        nobody = np.zeros(self.records, dtype=bool)
        return self.run(law, lambda _label, given: given | {CLAIMS: nobody})

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self.inputs[self.start][PROFIT])

    @cached_property
    def trains(self) -> np.ndarray:
        """Records with any training (mask): a relief for it leaves all others as they are."""
        heads = [given[head] > 0 for given in self.inputs.values() for head in HEADS if head in given]
        return np.any(heads or [np.zeros(self.records, dtype=bool)], axis=0)

    def only(self, records: np.ndarray) -> Base:
        """The companies of some of the records (a mask, or their places)."""
        absent = {label: mask[records] for label, mask in self.absent.items()}
        return Base(_chosen(self.inputs, records), self.start, _chosen(self.baseline_status, records), absent)

    def with_plant_of(self, outcome: Outcome) -> Base:
        """These companies with ``PLANT`` of a run as inputs in place of spending on plant, so that no run works it out."""
        inputs = dict(self.inputs)
        for label, arrays in outcome.values.items():
            others = {name: array for name, array in inputs[label].items() if name not in _SPENT_ON_PLANT}
            inputs[label] = others | {name: arrays[name] for name in PLANT}
        return replace(self, inputs=inputs)

    @cached_property
    def periods(self) -> dict[int, AccountingPeriods]:
        """The accounting periods from ``start`` on, by label."""
        return {
            label: factorise(
                given["accounting_period_start"], given["accounting_period_end"], np.zeros(len(given[PROFIT]), dtype=bool)
            )
            for label, given in self.inputs.items()
            if label >= self.start
        }


# The last run of a baseline, by its key: in a process that costs again and again, which it is worth its memory to (300 MB).
HELD: dict[str, tuple[Base, Outcome]] = {}
HOLDS = threading.Event()


def run_baseline(population: People, law: TaxBenefitSystem, start: int, reach: int) -> tuple[Base, Outcome]:
    """The baseline law over the population: the companies as they stand before ``start``, and what follows from there.

    Args:
        population: see ``population.load``.
        law: the baseline law.
        start: the first label in which the two laws differ, or either gives the relief.
        reach: how many accounting periods either law looks back (``reach_of``).

    The run is kept in the cache, and made again when the population, the law or the code of the law changes; that of a part
    of a larger population is not kept.
    """
    lead = max(start - reach, population.labels[0])
    key = cache.fingerprint(population.fingerprint, system.parameters_fingerprint(law), f"{lead} {start}", *_code())
    if key in HELD:
        return HELD[key]
    HELD.clear()
    found = _run_baseline(population, law, lead, start, key)
    if HOLDS.is_set() and not population.is_part:
        HELD[key] = found
    return found


def _run_baseline(population: People, law: TaxBenefitSystem, lead: int, start: int, key: str) -> tuple[Base, Outcome]:
    kept: Arrays
    if population.is_part:
        kept = _run_all_labels(population, law, lead, start)
    else:
        kept = cache.load_or_build("baseline", key, lambda: _run_all_labels(population, law, lead, start))
    labels = range(lead, population.labels[-1] + 1)
    given = side_by_side(*(partial(_inputs_of, population, label) for label in labels))
    inputs = dict(zip(labels, given, strict=True))
    stand: dict[int, dict[str, np.ndarray]] = {}
    for place, array in kept.items():
        name, label = place.split("@")
        if name in BASELINE_STATUS:
            stand.setdefault(int(label), {})[name] = array
        elif int(label) < start:
            inputs[int(label)][name] = array
    whole = np.full(population.records, lead)
    for told in inputs.values():
        begun = told.get("first_accounting_period", whole)
        told["first_accounting_period"] = np.maximum(begun, lead) if np.any(begun > lead) else whole
    inputs = {label: {name: fixed(np.asarray(one)) for name, one in given.items()} for label, given in inputs.items()}
    names = _outputs_of(law)
    outputs = {label: {name: kept[f"{name}@{label}"] for name in names} for label in inputs if label >= start}
    absent = {label: ~there for label in inputs if not (there := population.present(label)).all()}
    outputs = _without(absent, outputs) if absent else outputs
    return Base(inputs, start, stand, absent), Outcome({label: _in_full(arrays) for label, arrays in outputs.items()})


def _inputs_of(population: People, label: int) -> dict[str, np.ndarray]:
    return dict(population.inputs(label))


def _without(absent: Mapping[int, np.ndarray], found: dict[int, dict[str, np.ndarray]]) -> dict[int, dict[str, np.ndarray]]:
    """What was found, and nothing of records that have no accounting period of a label."""
    return {
        label: {name: np.where(absent[label], 0, one) for name, one in arrays.items()} if label in absent else arrays
        for label, arrays in found.items()
    }


def goes_by_plant_alone(law: TaxBenefitSystem) -> bool:
    """Whether what companies claim for plant is the same whatever they train: not where a law matches the two."""
    return not any(one.value for one in history(law, PLANT_IS_MATCHED).values)


def _outputs_of(law: TaxBenefitSystem) -> tuple[str, ...]:
    return EXCHEQUER if relief_begins(law) is None else OUTPUTS


def _in_full(arrays: Arrays) -> Arrays:
    nothing = constant_array(0.0, arrays[TAX].size)
    return dict.fromkeys(OUTPUTS, nothing) | dict(arrays)


def joined(parts: Iterable[Arrays]) -> dict[str, np.ndarray]:
    """The records of some arrays, one after the other, by name."""
    listed = list(parts)
    return {name: np.concatenate([one[name] for one in listed]) for name in listed[0]}


def fixed(array: np.ndarray) -> np.ndarray:
    """An input that runs share: one number where it is that for all; nobody may write to it, so it is checked once."""
    return unwritable(folded(array))


def _chosen(arrays_of: Mapping[int, Arrays], records: np.ndarray) -> dict[int, dict[str, np.ndarray]]:
    """Arrays of every label cut to some of the records (a mask, or their places); an array that labels share is cut once."""
    places = np.flatnonzero(records) if records.dtype == bool else records
    known: dict[int, tuple[np.ndarray, np.ndarray]] = {}  # the array itself too, so that nothing else takes its place

    def taken(array: np.ndarray) -> np.ndarray:
        if id(array) not in known:
            known[id(array)] = array, unwritable(picked(array, places))
        return known[id(array)][1]

    return {label: {name: taken(one) for name, one in arrays.items()} for label, arrays in arrays_of.items()}


class _Laid(Mapping[str, np.ndarray]):
    """Arrays of all records with other values at some places, each put together when it is first read."""

    def __init__(self, arrays: Arrays, places: np.ndarray, others: Arrays) -> None:
        self._arrays, self._places, self._others = arrays, places, others
        self._made: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        made = self._made.get(name)
        if made is None:
            made = np.array(self._arrays[name])
            made[self._places] = self._others[name]
            self._made[name] = made
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


def reach_of(law: TaxBenefitSystem, start: int) -> int:
    """How many accounting periods of twelve months this label or a later one looks back: for a loss, or for a baseline."""
    day = date(start, 1, 1)
    months = [
        one.value
        for path in _CARRY_BACK
        for one in history(law, path).values
        if one.start > day or one.value == history(law, path).on(day)
    ]
    return max(ceil(max(months) / _MONTHS_OF_A_YEAR), periods_looked_back(law, day))


def _code() -> list[Path]:
    """The code that a kept baseline depends on."""
    root = Path(system.__file__).parent
    law = [root / one for one in ("law", "system.py")]
    return [*law, Path(__file__)]


def _run_all_labels(population: People, law: TaxBenefitSystem, lead: int, start: int) -> dict[str, np.ndarray]:
    """Run every label once; keep what the labels before ``start`` hand on, and the outputs from there on.

    Handed on are the balances at the end of the last one, and of each what a loss carried back has to know of it: given as
    inputs, they are not worked out again from a history that the later run does not have. What a baseline for training
    makes of earlier periods is another law's to say, from their inputs.
    """
    handing_on = {name: variable for name, variable in law.variables.items() if name not in REWORKED}
    carried = [name for name in handing_on if is_balance(name, law.variables)]
    known = [name for name, variable in handing_on.items() if is_kept(variable) and variable.formulas]
    names = _outputs_of(law)
    found = system.run(law, ticked(population.panel()), list(dict.fromkeys([*carried, *known, *names, *FOR_STATUS])))
    handed_on = {f"{name}@{start - 1}": found[start - 1][name] for name in carried} if lead < start else {}
    handed_on |= {f"{name}@{label}": found[label][name] for label in range(lead, start) for name in known}
    outputs = {f"{name}@{label}": arrays[name] for label, arrays in found.items() if label >= start for name in names}
    for label in (one for one in found if one >= start - 1):
        of_label = baseline_status_of(law, label, found[label])
        outputs |= {f"{name}@{label}": array for name, array in of_label.items()}
    return handed_on | outputs
