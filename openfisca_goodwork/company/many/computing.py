"""The law over all companies of a table at once, those with the same labels together, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.claims import CLAIMED
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM
from openfisca_goodwork.company.many.table import (
    Sequences,
    check_amounts_claimed,
    check_carry_back,
    check_final_periods,
    check_headings,
    check_opening_balances,
    facts_of,
    is_told,
    names_of,
    read_rows,
    sequences_of,
)
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.policy import Reform, load_all
from openfisca_goodwork.policy.laws import Reforms
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.system import run
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas as pd

Facts = dict[str, np.ndarray]
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


def calculate_many(path: str | Path, reforms: Reforms = ()) -> CompaniesResult:
    """Work out the corporation tax of every company of a CSV, under current law and, if any are given, under reforms.

    The table has one row for each company and accounting period: ``company``, ``start``, ``end``, if need be
    ``apportionment``, and any facts of a company file; an empty cell is the fact left out. Rows of one company may stand
    anywhere. Amounts of a row are spread evenly over the days of its accounting period.

    Args:
        path: of the CSV file. reforms: names of the library, files, or Reforms, applied to current law together.

    Raises:
        CompanyFileError: with every fault of the table, before anything is computed.
        ReformError: with every fault of a reform.
    """
    chosen = load_all(reforms)
    rows = read_rows(Path(path))
    check_headings(rows)
    names, companies = names_of(rows)
    facts = facts_of(rows)
    ordered = sequences_of(rows, names, companies)
    check_opening_balances(rows, facts, ordered)
    check_final_periods(rows, facts, ordered)
    check_carry_back(rows, facts)
    if not rows.numbers and not rows.document.faults:
        rows.document.fault("There is no row below the heading: nothing to work out.", (1,))
    rows.document.raise_faults()
    starts, ends = (_in_file_order(ordered, days) for days in (ordered.starts, ordered.ends))
    is_given = np.stack([is_told(rows, name)[ordered.order[ordered.place == 0]] for name in TOLD_AT_THE_BEGINNING])
    asked = (*MAIN_OUTPUTS, *(name for claim in CLAIMED if claim in facts for name in CLAIMED[claim]))
    outputs = {name: _work_out(law, facts, ordered, is_given, asked) for name, law in laws_of(chosen).items()}
    check_amounts_claimed(rows, facts, starts, list(outputs.values()))
    rows.document.raise_faults()
    return CompaniesResult(tuple(names[code] for code in companies), starts, ends, outputs, chosen, model_version())


def _in_file_order(ordered: Sequences, values: np.ndarray) -> np.ndarray:
    back = np.empty_like(values)
    back[ordered.order] = values
    return back


def _work_out(law: TaxBenefitSystem, facts: Facts, ordered: Sequences, is_given: np.ndarray, asked: Sequence[str]) -> Facts:
    """The outputs of a law that are asked for, one value for each row in the order of the file."""
    worked: Facts = {}
    for inputs, rows_of in _groups(facts, ordered, is_given):
        results = run(law, inputs, asked)
        for label, rows in rows_of.items():
            for name, values in results[label].items():
                plain = _plain(law, name, values)
                worked.setdefault(name, np.empty(len(ordered.order), dtype=plain.dtype))[rows] = plain
    return worked


def _groups(
    facts: Facts, ordered: Sequences, is_given: np.ndarray
) -> Iterator[tuple[dict[int, Facts], dict[int, np.ndarray]]]:
    """Companies with the same first label and number of periods: inputs by label, and the rows they come from.

    Those that tell of the time before their first period run apart from those that do not, whom the law may have to ask.

    Args:
        is_given: by ``TOLD_AT_THE_BEGINNING``, whether each company tells it.
    """
    firsts = np.flatnonzero(ordered.place == 0)
    counts = np.diff(np.r_[firsts, len(ordered.place)])
    kinds, index = np.unique(np.vstack([ordered.labels()[firsts], counts, is_given]), axis=1, return_inverse=True)
    for kind, (first_label, count, *tells) in enumerate(kinds.T.tolist()):
        silent = [name for name, is_so in zip(TOLD_AT_THE_BEGINNING, tells, strict=True) if not is_so]
        known = {name: values for name, values in facts.items() if name not in silent}
        members = firsts[index.ravel() == kind]
        inputs, rows_of = {}, {}
        for place in range(count):
            sorted_places = members + place
            rows_of[first_label + place] = ordered.order[sorted_places]
            inputs[first_label + place] = _inputs(known, ordered, sorted_places, first_label)
        yield inputs, rows_of


def _inputs(facts: Facts, ordered: Sequences, places: np.ndarray, first_label: int) -> Facts:
    """What the law takes for one label: facts that were not given are left to their defaults."""
    dates = {
        "accounting_period_start": ordered.starts[places],
        "accounting_period_end": ordered.ends[places],
        "first_accounting_period": np.full(len(places), first_label),
    }
    given = {name: values[ordered.order[places]] for name, values in facts.items()}
    is_first = (ordered.place[places] == 0).all()
    return dates | {name: values for name, values in given.items() if is_first or "_brought_forward" not in name}


def _plain(law: TaxBenefitSystem, name: str, values: np.ndarray) -> np.ndarray:
    """An array of numbers, or of the words of a choice."""
    variable = law.variables[name]
    if variable.value_type is Enum:
        words = np.array([option.name for option in variable.possible_values])
        return words[np.asarray(values, dtype=np.int64)]
    return np.asarray(values) + 0.0  # no minus before a zero
