"""Filling the table of steps for one company: values from a simulation, figures of law from the law it ran under."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from openfisca_core.periods import period as engine_period
from openfisca_core.simulations import Simulation

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Fact
from openfisca_goodwork.company.simulating import plain, simulation_of
from openfisca_goodwork.company.under_law import under
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, input_variables, label_of
from openfisca_goodwork.company.working import allowances, charge_rows, item_steps, profits, proposals, training
from openfisca_goodwork.company.working.law_values import LawValues
from openfisca_goodwork.company.working.rows import BUILDINGS_SOLD, CARS, PERIOD, Row
from openfisca_goodwork.company.working.steps import GIVEN, PERIOD_BEFORE, STEP, Input, Step, Used
from openfisca_goodwork.law.charge import ChargePart, charge_parts
from openfisca_goodwork.law.instalments import instalments, payment_terms
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.notes import notes_of
from openfisca_goodwork.law.periods import Read, day_in_words, segments

_TAX = "corporation_tax"

ROWS = (*allowances.ROWS, *proposals.AFTER_PLANT, *profits.ROWS, *charge_rows.ROWS)


@dataclass(frozen=True)
class Context:
    """One accounting period of a simulation, as the steps need it."""

    law: Any
    company: Company
    simulation: Simulation
    values: LawValues
    reads: Mapping[str, list[Read]]
    period: CompanyPeriod
    label: int
    is_first: bool

    def amount(self, name: str) -> Fact:
        """A variable of the period, as Python's own."""
        return plain(self.simulation.calculate(name, self.label))


def working_of(law: Any, company: Company) -> tuple[tuple[Step, ...], ...]:
    """The steps of every accounting period of a company under a law, oldest period first, in the order of computation."""
    built, told = simulation_of(law, company), under(law, company)
    values = LawValues.of(law)
    return tuple(
        tuple(_steps(Context(law, told, built, values, _reads(built, label), period, label, place == 0)))
        for place, (label, period) in enumerate(zip(told.labels, told.accounting_periods, strict=True))
    )


def _reads(built: Simulation, label: int) -> dict[str, list[Read]]:
    """Work out every output of a period, and what the formulas read of the law for it, by path."""
    notes = notes_of(built)
    notes.reads = []
    for row in ROWS:
        if row.variable not in MAKERS:
            built.calculate(row.variable, label)
    found: dict[str, list[Read]] = {}
    for one in dict.fromkeys(notes.reads):
        found.setdefault(one.path, []).append(one)
    return found


def _steps(context: Context) -> Iterator[Step]:
    for row in ROWS:
        step = _step(context, row)
        if row.variable in MAKERS:
            yield from MAKERS[row.variable](context, row, step)
        else:
            variable = context.law.variables[row.variable]
            unit = str(variable.unit or "text")
            yield replace(
                step,
                label=label_of(row.variable),
                unit=unit,
                reference=_cited(variable),
                result=context.amount(row.variable),
            )


def _cited(variable: Any) -> str:
    """The reference of a variable, which the engine keeps as a list."""
    return "; ".join(variable.reference or ())


def _step(context: Context, row: Row) -> Step:
    """A step without its label and result."""
    return Step(
        part=row.part,
        variable="" if row.variable in MAKERS else row.variable,
        label="",
        words=row.words,
        reference="",
        unit=POUNDS,
        inputs=tuple(one for name in row.inputs for one in _inputs(context, name)),
        parameters=context.values.of_row(row, context.period.start, context.period.end),
        used=tuple(_used(context, row)),
        result=0.0,
    )


def _used(context: Context, row: Row) -> Iterator[Used]:
    """What the formulas took the paths of a row to be over stretches of this period."""
    start, end = context.period.start, context.period.end
    for path in (*row.parameters, *row.at_end):
        for one in context.reads.get(path, ()):
            if start <= one.start and one.end <= end:
                yield Used(path, one.start, one.end, one.value if isinstance(one.value, bool | str) else float(one.value))


def _inputs(context: Context, name: str) -> Iterator[Input]:
    """A variable that a step starts from: item by item where it is given by day."""
    if name in PERIOD:
        value = (context.period.start, context.period.end, context.company.apportionment)[PERIOD.index(name)]
        yield Input(name, label_of(name), value, GIVEN)
        return
    items = [one for one in context.period.items if one.variable == name]
    yield from (Input(name, label_of(name), one.amount, GIVEN, one.day, one.tags) for one in items)
    if not items:
        yield Input(name, label_of(name), context.amount(name), _origin(context, name))


def _origin(context: Context, name: str) -> str:
    if name not in input_variables():
        return STEP
    return PERIOD_BEFORE if BROUGHT_FORWARD in name and not context.is_first else GIVEN


def _charge_by_parts(context: Context, row: Row, step: Step) -> Iterator[Step]:
    """One step for each part of the period that is charged on its own, and their sum: the tax."""
    company, period = context.simulation.populations["company"], engine_period(context.label)
    stretches = segments(company, period, *charge_rows.LIMITS)
    taxed, augmented = (context.simulation.calculate(name, context.label) for name in row.inputs[:2])
    step = replace(step, reference=_cited(context.law.variables[_TAX]))
    taxes = []
    for stretch, part in zip(stretches, charge_parts(company, period), strict=True):
        first, last = (day[0].item() for day in stretch.days())
        label, tax = f"Tax from {day_in_words(first)} to {day_in_words(last)}", float(part.tax(taxed, augmented)[0]) + 0.0
        taxes.append(Input("", label, tax, STEP))
        yield replace(
            step,
            label=label,
            inputs=(*step.inputs, *_figures(part)),
            parameters=context.values.of_row(row, first, last),
            used=tuple(one for one in step.used if first <= one.start and one.end <= last),
            result=tax,
        )
    whole = replace(step, variable=_TAX, label=label_of(_TAX), words=charge_rows.SUM_OF_PARTS, parameters=(), used=())
    yield replace(whole, inputs=tuple(taxes), result=context.amount(_TAX))


LABELS_OF_PART = {
    "share": "Share of the period's profits",
    "main": "Main rate over the part",
    "small": "Small profits rate over the part",
    "fraction": "Marginal relief fraction over the part",
    "lower": "Lower limit of the part, for this company",
    "upper": "Upper limit of the part, for this company",
}


def _figures(part: ChargePart) -> Iterator[Input]:
    """What a part is charged with, worked out from the figures of law."""
    for name, label in LABELS_OF_PART.items():
        yield Input("", label, float(getattr(part, name)[0]), STEP)


def _days_of_payment(context: Context, _row: Row, step: Step) -> Iterator[Step]:
    """When the tax is due, and how much of it on each day."""
    start, end = context.period.start, context.period.end
    tax, regime = float(context.amount("corporation_tax")), str(context.amount("payment_regime"))
    due = instalments(tax, regime, start, end, payment_terms(context.law, start))
    yield replace(step, label="Days of payment", reference=_cited(context.law.variables["payment_regime"]), result=due)


MAKERS: Mapping[str, Callable[[Context, Row, Step], Iterator[Step]]] = {
    CARS: item_steps.cars,
    BUILDINGS_SOLD: item_steps.buildings_sold,
    charge_rows.CHARGE_BY_PARTS: _charge_by_parts,
    charge_rows.DAYS_OF_PAYMENT: _days_of_payment,
    **training.MAKERS,
}
