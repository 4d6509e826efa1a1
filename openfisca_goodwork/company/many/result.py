"""What the computation of many companies comes to: a row for each accounting period under each law."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.rendering import Worded

if TYPE_CHECKING:
    import pandas as pd

# The outputs that a table of companies lists, in the order of the computation.
MAIN_OUTPUTS = (
    "capital_allowances",
    "balancing_charges",
    "qualifying_training_expenditure",
    "human_investment_deduction",
    "trade_profit",
    "trade_loss",
    "total_profits",
    "trading_losses_used",
    "loss_carried_back",
    "trading_losses_carried_forward",
    "taxable_total_profits",
    "marginal_relief",
    "corporation_tax",
    "loss_carry_back_repayment",
    "net_corporation_tax",
    "marginal_tax_rate",
    "payment_regime",
)
_NET = "net_corporation_tax"


@dataclass(frozen=True)
class CompaniesResult(Worded):
    """Many companies under current law and, if any were given, under reforms; one row for each accounting period.

    Attributes:
        companies: the company of each row, in the order of the file.
        starts, ends: its first and last day (datetime64[D]).
        outputs: ``current_law`` (and ``reform``) → main output → one value for each row (£ unless it says otherwise).
        reforms: applied to current law together, in this order.
        model_version: of the package that worked it out.
    """

    companies: tuple[str, ...]
    starts: np.ndarray = field(hash=False)
    ends: np.ndarray = field(hash=False)
    outputs: dict[str, dict[str, np.ndarray]] = field(hash=False)
    reforms: tuple[Reform, ...]
    model_version: str

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each accounting period and law: company, start, end, law, and the main outputs."""
        import pandas as pd

        tables = []
        for law, outputs in self.outputs.items():
            table = pd.DataFrame({name: outputs[name] for name in MAIN_OUTPUTS})
            table.insert(0, "law", law)
            table.insert(0, "end", np.datetime_as_string(self.ends, unit="D"))
            table.insert(0, "start", np.datetime_as_string(self.starts, unit="D"))
            table.insert(0, "company", list(self.companies))
            tables.append(table)
        return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON holds it."""
        return {
            "model_version": self.model_version,
            "reforms": [reform.name for reform in self.reforms],
            "companies": len(set(self.companies)),
            "rows": self.to_dataframe().to_dict(orient="records"),
        }

    def total(self, law: str, output: str) -> float:
        """Sum of an output over all rows."""
        return float(self.outputs[law][output].sum())

    def change(self) -> np.ndarray:
        """Net corporation tax under the reforms less the same under current law, one for each company (£)."""
        _, index = np.unique(np.array(self.companies), return_inverse=True)
        return np.bincount(index, self.outputs[REFORM][_NET] - self.outputs[CURRENT_LAW][_NET])
