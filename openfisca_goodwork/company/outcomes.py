"""What follows from two laws for the same companies: made-up ones of several kinds, side by side.

The companies stand for nobody. They show how a difference of law comes out for a small profit and a large one, with and
without plant or training, and in a loss.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.reading import read
from openfisca_goodwork.company.training import borne
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.errors import PeriodError
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.policy import Comparison, load
from openfisca_goodwork.policy.vocabulary import current_vocabulary, first_date, last_date

if TYPE_CHECKING:
    import pandas

LAW = "law"
_NAMES = (
    "A small profit, no plant, no training",
    "A profit between the limits, with training",
    "A profit of £1m, with plant and training",
    "A profit of £20m, much plant, its own trainers",
    "A loss, with training and research",
)
# Fact of twelve months (£, shares and counts) → what each of them has; None for what is not said.
_FACTS: Mapping[str, tuple[float | None, ...]] = {
    "trading_profit_before_capital_allowances": (40_000, 150_000, 1_000_000, 20_000_000, -200_000),
    "turnover": (300_000, 1_500_000, 8_000_000, 150_000_000, 900_000),
    "balance_sheet_total": (None, None, None, 120_000_000, None),
    "pay_bill": (120_000, 500_000, 2_400_000, 40_000_000, 700_000),
    "paye_and_nic": (None, None, None, None, 200_000),
    "employees": (4, 15, 60, 900, 20),
    "main_rate_plant_new": (None, None, 200_000, 5_000_000, None),
    "special_rate_plant_new": (None, None, None, 500_000, None),
    "external_course_fees": (None, 10_000, 30_000, 400_000, 20_000),
    "trainer_pay": (None, None, 20_000, 600_000, None),
    "accredited_share": (None, 0.5, 0.5, 0.3, 0.5),
    "registered_provider_share": (None, 1, 0.6, 0.4, 1),
    "trainees": (None, 6, 30, 500, 12),
    "baseline_training_expenditure": (None, 8_000, 40_000, 800_000, 16_000),
    "research_and_development_expenditure": (None, None, None, None, 100_000),
}
EXAMPLES: Mapping[str, Mapping[str, float]] = {
    name: {fact: amount for fact, amounts in _FACTS.items() if (amount := amounts[place]) is not None}
    for place, name in enumerate(_NAMES)
}


@dataclass(frozen=True)
class Outcome:
    """What one company pays under law A and under law B: its tax less the credits paid to it in cash (£)."""

    company: str
    a: float
    b: float

    @property
    def difference(self) -> float:
        """Under B less under A (£); never minus nothing."""
        return round(self.b - self.a, 2) + 0.0


@dataclass(frozen=True)
class Outcomes:
    """What companies pay under two laws, in an accounting period of twelve months from `start` to `end`."""

    a: str
    b: str
    start: datetime.date
    end: datetime.date
    rows: tuple[Outcome, ...]

    @property
    def finding(self) -> str:
        """How many pay less and how many pay more, as a sentence."""
        less = sum(row.difference < -PENNY for row in self.rows)
        more = sum(row.difference > PENNY for row in self.rows)
        same = len(self.rows) - less - more
        if same == len(self.rows):
            return (
                f"None of the {same} example companies pays another amount under B: what differs applies to other days, or "
                "to companies that do what none of these does."
            )
        counts = [str(count or "none") for count in (less, more, same)]
        return (
            f"Of {len(self.rows)} example companies, {counts[0]} pay less under B than under A, {counts[1]} more, "
            f"{counts[2]} the same."
        )

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a company: what it pays under A, under B, and the difference (£)."""
        import pandas  # here, because it takes long to import

        rows = [(row.company, round(row.a, 2), round(row.b, 2), row.difference) for row in self.rows]
        return pandas.DataFrame(rows, columns=["company", "a", "b", "difference"])


def outcomes(comparison: Comparison, sides: Sequence[Any], start: datetime.date) -> Outcomes:
    """What the example companies pay under the two laws of a comparison, in twelve months from a day.

    Args:
        comparison: of the two laws. sides: the two as they were asked for: `law`, `law@DAY`, a reform, or `NAME@DAY`.
        start: the first day.

    Raises:
        PeriodError: for twelve months outside the law held.
    """
    end = add_months(start, 12) - ONE_DAY if start.year < datetime.MAXYEAR else start
    first, last = first_date(current_vocabulary()), last_date(current_vocabulary())
    if start < first or end > last:
        raise PeriodError(
            f"Twelve months from {day_in_words(start)} are outside the law held, {day_in_words(first)} to "
            f"{day_in_words(last)}. For example: 2028-01-01."
        )
    laws = [_law(given) for given in sides]
    rows = [Outcome(name, *(_paid(law, facts, start, end) for law in laws)) for name, facts in EXAMPLES.items()]
    return Outcomes(comparison.a, comparison.b, start, end, tuple(rows))


def first_day(comparison: Comparison) -> datetime.date:
    """A day from which to look at companies: the first asked for and held on which most of what differs applies."""
    latest = add_months(last_date(current_vocabulary()), -12) + ONE_DAY
    earliest = max(first_date(current_vocabulary()), comparison.start or datetime.date.min)
    days = sorted({min(max(row.starts, earliest), latest) for row in comparison.rows}) or [min(earliest, latest)]
    return max(days, key=lambda day: sum(row.starts <= day <= (row.ends or day) for row in comparison.rows))


def _law(side: Any) -> TaxBenefitSystem:
    return laws_of(())[CURRENT_LAW] if side == LAW else laws_of((load(side),))[REFORM]


def _paid(law: TaxBenefitSystem, facts: Mapping[str, float], start: datetime.date, end: datetime.date) -> float:
    """Tax less credits paid in cash (£)."""
    company = read({"accounting_periods": [{"start": start.isoformat(), "end": end.isoformat(), **facts}]})
    return float(borne(law, [company])[0])
