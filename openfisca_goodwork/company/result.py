"""What a company's computation comes to: frozen, and the same figures as JSON, as a table, and as text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.company.facts import Company, Fact
from openfisca_goodwork.company.instalments import Instalment
from openfisca_goodwork.policy import Reform

if TYPE_CHECKING:
    import pandas as pd

CURRENT_LAW, REFORM = "current_law", "reform"


@dataclass(frozen=True)
class PeriodResult:
    """One accounting period, under each law.

    Attributes:
        start, end: its first and last day.
        outputs: ``current_law`` (and ``reform``) → output → value; £ unless the variable says otherwise.
        instalments: the same laws → what is due when.
    """

    start: date
    end: date
    outputs: Mapping[str, Mapping[str, Fact]] = field(hash=False)
    instalments: Mapping[str, tuple[Instalment, ...]] = field(hash=False)

    def amount(self, law: str, output: str) -> float:
        """A figure of this period under one of the laws."""
        return float(self.outputs[law][output])

    def change(self, output: str) -> float:
        """A figure under the reform less the same under current law: two full computations; 0 without a reform."""
        return self.amount(REFORM, output) - self.amount(CURRENT_LAW, output) if REFORM in self.outputs else 0.0

    @property
    def tax_saved(self) -> float:
        """Tax of this period that the reform saves, negative if it costs tax (£)."""
        return -self.change("net_corporation_tax")


@dataclass(frozen=True)
class CompanyResult:
    """One company under current law and, if any were given, under reforms.

    Attributes:
        company: the facts it was worked out from.
        reforms: laid upon current law together, in this order.
        accounting_periods: oldest first.
        model_version: of the package that worked it out.
    """

    company: Company
    reforms: tuple[Reform, ...]
    accounting_periods: tuple[PeriodResult, ...]
    model_version: str

    @property
    def tax_saved(self) -> float:
        """Tax of all accounting periods that the reforms save, negative if they cost tax (£)."""
        return sum((one.tax_saved for one in self.accounting_periods), 0.0)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON holds it: days in ISO form, no limit as null."""
        return {
            "model_version": self.model_version,
            "reforms": [one.name for one in self.reforms],
            "accounting_periods": [_period_as_dict(one) for one in self.accounting_periods],
        }

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each output of each accounting period: start, end, variable, current_law and, with reforms, reform."""
        import pandas as pd

        laws = [CURRENT_LAW, REFORM] if self.reforms else [CURRENT_LAW]
        return pd.DataFrame(list(self._rows()), columns=["start", "end", "variable", *laws])

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for one in self.accounting_periods:
            for variable in one.outputs[CURRENT_LAW]:
                yield (one.start, one.end, variable, *(outputs[variable] for outputs in one.outputs.values()))

    def summary(self) -> str:
        """The result as plain text for a terminal."""
        from openfisca_goodwork.company.summary import summary_of

        return summary_of(self)


def _period_as_dict(one: PeriodResult) -> dict[str, Any]:
    found: dict[str, Any] = {"start": one.start.isoformat(), "end": one.end.isoformat()}
    for law, outputs in one.outputs.items():
        found[law] = {name: _as_json(value) for name, value in outputs.items()}
    found["instalments"] = {
        law: [{"due": each.due.isoformat(), "amount": each.amount} for each in due] for law, due in one.instalments.items()
    }
    return found


def _as_json(value: Fact) -> Fact | None:
    return None if isinstance(value, float) and math.isinf(value) else value
