"""What stands behind one company's computation in a workbook: what was entered, and notes on the sheets."""

from __future__ import annotations

from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.number_formats import POUNDS_AND_PENCE, TEXT
from openfisca_goodwork.reports.company_working import span_of
from openfisca_goodwork.reports.sections import Column, Medium, Note, Row, Section, Table, Value

DISCLAIMER = "This is a model’s computation, not advice and not a return."
LIVE = (
    "Change the trading profit, or another figure of this sheet that is a value, and what follows from it is worked out "
    "anew: totals, differences, marginal relief, the tax, tax chargeable and what is due on each day. Allowances, the "
    "deduction for training, reliefs and losses used stay as they are, as do all other sheets: work those out again in the "
    "model."
)


def inputs_of(result: CompanyResult, name: str) -> Section:
    """What was said of the company."""
    rows: list[Row] = []
    for period in result.company.accounting_periods:
        span = span_of(period)
        rest: list[tuple[Value, ...]] = []
        rest += [(variable, label_of(variable), value, None) for variable, value in period.values.items()]
        for item in period.items:
            marks = f" ({', '.join(item.tags)})" if item.tags else ""
            rest.append((item.variable, f"{label_of(item.variable)}{marks}", item.amount, item.day))
        for car in period.cars:
            condition = "new" if car.is_new else "second-hand"
            rest.append(("car", f"Car, {car.emissions:g} g/km, {condition}", car.cost, car.day))
        for building in period.buildings_sold:
            rest.append(("cost", "Cost of a building sold; the day its allowance began", building.cost, building.begins))
            rest.append(("proceeds", "Proceeds of a building sold", building.proceeds, building.sold))
        rows += [Row((span, *each)) for each in rest]
    names = ("Accounting period", "Variable", "What", "Value", "Day")
    widths = (26, 60, 50, 18, 18)
    columns = [
        Column(name, POUNDS_AND_PENCE if name == "Value" else TEXT, width) for name, width in zip(names, widths, strict=True)
    ]
    return Section(
        "Inputs",
        f"{name}: what was entered",
        (Table("", tuple(columns), rows, name="Inputs", empty="Nothing but the dates."),),
        on=Medium.WORKBOOK,
    )


def notes() -> Section:
    """Notes on the figures and the sheets."""
    listed = (
        "Amounts are pounds, unrounded in the cells and shown to the penny; rates are fractions: 25% is 0.25.",
        LIVE,
        "The sheet Working lists the steps that come to something: what each formula read, figures of law, what came out.",
        "The reform is a proposal unless the cover says otherwise; current law is that held by this version of the model.",
        DISCLAIMER,
    )
    return Section("Notes", "Notes", tuple(map(Note, listed)), on=Medium.WORKBOOK)
