"""A company's result in rows and columns, as a page shows them: pounds under each law, and the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas

from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.summary import computation
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.training_text import WHAT
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.number_formats import STATUSES

DIFFERENCE = "Difference"
_LOSSES = (
    "trade_loss",
    "trade_loss_set_against_total_profits",
    "loss_carried_back",
    "trading_losses_used",
    "trading_losses_carried_forward",
)


def names_of_laws(result: CompanyResult) -> dict[str, str]:
    """What the columns are called: current law, and the reform with its standing, so that nobody takes it for law."""
    standing = " and ".join(dict.fromkeys(STATUSES[one.status].lower() for one in result.reforms))
    return {CURRENT_LAW: "Current law", **({REFORM: f"With the relief ({standing})"} if result.reforms else {})}


def computation_of(result: CompanyResult, place: int) -> pandas.DataFrame:
    """From the trading profit to the tax of one accounting period."""
    one = result.accounting_periods[place]
    rows = computation(result.company.accounting_periods[place], one)
    return _beside(result, {label.strip(): amounts for label, amounts in rows})


def instalments_of(result: CompanyResult, place: int) -> pandas.DataFrame:
    """What is due when, a row for each day (datetime.date)."""
    due = result.accounting_periods[place].instalments
    days = sorted({each.due for one in due.values() for each in one})
    return _beside(
        result, {day: [sum(each.amount for each in one if each.due == day) for one in due.values()] for day in days}
    )


def losses_of(result: CompanyResult, place: int) -> pandas.DataFrame:
    """The losses of one accounting period, those that come to nothing left out."""
    one = result.accounting_periods[place]
    rows = {label_of(name): [one.amount(law, name) for law in one.outputs] for name in _LOSSES}
    return _beside(result, {label: amounts for label, amounts in rows.items() if any(map(abs, amounts))})


def _beside(result: CompanyResult, rows: Mapping[object, Sequence[float]]) -> pandas.DataFrame:
    """The amounts under each law, and under the last one less under the first."""
    table = pandas.DataFrame(
        list(rows.values()), index=list(rows), columns=list(names_of_laws(result).values()), dtype=float
    )
    return table.assign(**{DIFFERENCE: table.iloc[:, -1] - table.iloc[:, 0]}) if result.reforms else table


def training_of(relief: TrainingRelief) -> pandas.DataFrame:
    """What was spent on training by head, what qualifies of it, and the relief on it (£)."""
    amounts = relief.spent, relief.qualifying, relief.relief
    heads = [head for head in relief.spent if any(one[head] >= PENNY for one in amounts)]
    rows = [[one[head] for one in amounts] for head in heads]
    table = pandas.DataFrame(rows, index=list(map(label_of, heads)), columns=_columns(relief), dtype=float)
    return table if table.empty else pandas.concat([table, table.sum().to_frame("All training").T])


def _columns(relief: TrainingRelief) -> list[str]:
    return ["Spent", "Qualifies", WHAT[relief.form]]
