"""What effective rates are: frozen rows with their provenance."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

MACHINE_AND_BUILDING, TRAINING_TOGETHER = "machine_and_building", "training"
"""Rows of £1 spread over several things by weight."""
EVERY_UPLIFT = "_every_uplift"
"""What ends the name of a row of training that has every uplift there is."""
AVERAGED = ("deductions", "credit", "tax_relief", "cost_of_capital", "average_rate", "user_cost", "return_to_society")


@dataclass(frozen=True)
class Rate:
    """What tax does to £1 that one kind of company spends on one thing under one law.

    Attributes:
        number: 0 for the first law, 1 for the one beside it. law: its name.
        company, spent_on: for programs. label: what it is spent on, for people.
        kind: of thing, which says how fast it wears.
        rate, rate_on_returns: rate of tax that deductions save, and that returns bear.
        deductions: their present value (£). credit: credits (£).
        tax_relief: present value of the tax that both save (£).
        cost_of_capital: yearly real return before tax that breaks even. marginal_rate: the part of it that tax takes; None
            where it breaks even without any return.
        average_rate: the part that tax takes of an investment that earns the assumed return.
        user_cost: what the £1 must earn in a year, its wear included.
        return_to_society: for training, the return to everybody at which its employer, who keeps a part, breaks even.
    """

    number: int
    law: str
    company: str
    spent_on: str
    label: str
    kind: str
    rate: float
    rate_on_returns: float
    deductions: float
    credit: float
    tax_relief: float
    cost_of_capital: float
    marginal_rate: float | None
    average_rate: float
    user_cost: float
    return_to_society: float | None

    @property
    def cost_after_tax(self) -> float:
        """What the £1 costs after tax (£)."""
        return 1 - self.tax_relief

    def to_dict(self) -> dict[str, Any]:
        """The row for a table."""
        values = asdict(self)
        return {name: values[name] for name in values if name != "number"} | {"cost_after_tax": self.cost_after_tax}


@dataclass(frozen=True)
class EffectiveRates(Worded):
    """Effective tax rates under one law, or under two beside each other.

    Attributes:
        laws: their names; asked: what a command calls them. settings: as given.
        on: the day of the spending. returns_on: the day whose rate the returns bear.
        assumed: every assumption by its path. rows: one for each law, company and thing. remarks: what rows take as given.
    """

    laws: tuple[str, ...]
    asked: tuple[str, ...]
    settings: tuple[str, ...]
    on: date
    returns_on: date
    assumed: Mapping[str, float]
    rows: tuple[Rate, ...]
    remarks: tuple[str, ...] = ()

    def of(self, company: str, spent_on: str, number: int = 0) -> Rate:
        """The row of a company and a thing under the first law (0), or the one beside it (1). Raises KeyError for no row."""
        for row in self.rows:
            if (row.company, row.spent_on, row.number) == (company, spent_on, number):
                return row
        raise KeyError(company, spent_on, number)

    def user_cost_change(self, row: Rate) -> float | None:
        """By what part the user cost of a row differs from that of the first law; None for a row of the first law itself."""
        before = next((first for first in self.rows if first.number == 0 and _same(first, row)), None)
        return row.user_cost / before.user_cost - 1 if row.number and before is not None else None

    @property
    def command(self) -> str:
        """The command that gives this result again."""
        options = [f"--on {self.on}"]
        options += [f"--law {shlex.quote(self.asked[0])}"] if self.asked[0] != "law" else []
        if len(self.asked) > 1 and self.asked[1] != self.asked[0]:
            upon = self.asked[1].removeprefix(f"{self.asked[0]} + ")
            options += [f"--reform {shlex.quote(reform)}" for reform in upon.split(" + ")]
        options += [f"--returns-on {self.returns_on}"] if self.returns_on != self.on else []
        options += [f"--set {shlex.quote(setting)}" for setting in self.settings]
        return " ".join(["goodwork rates", *options])

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a law, company and thing: every measure, unrounded."""
        import pandas  # here, because it takes longer to import than rates take to work out

        return pandas.DataFrame([row.to_dict() | {"user_cost_change": self.user_cost_change(row)} for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON: fractions and £, unrounded."""
        return {
            "model_version": model_version(),
            "laws": list(self.laws),
            "on": self.on.isoformat(),
            "returns_on": self.returns_on.isoformat(),
            "rates": [row.to_dict() | {"user_cost_change": self.user_cost_change(row)} for row in self.rows],
            "remarks": list(self.remarks),
            "assumptions": dict(self.assumed),
            "command": self.command,
        }


def _same(first: Rate, other: Rate) -> bool:
    """Whether two rows are of the same company and thing; training with every uplift stands beside training as it was."""
    return first.company == other.company and first.spent_on == other.spent_on.removesuffix(EVERY_UPLIFT)
