"""What a company paid of its tax and when it filed, against what current law asked: interest and penalties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Fact
from openfisca_goodwork.law.instalments import Instalment, instalments, payment_terms
from openfisca_goodwork.law.interest import Interest, after_credits, interest_on, interest_terms, unpaid_on
from openfisca_goodwork.law.late_filing import Penalty, filing_date, penalties

_CREDITS = (
    "notional_tax_deduction_used",
    "research_and_development_credit_set_off",
    "human_investment_notional_tax_used",
    "human_investment_credit_set_off",
)


@dataclass(frozen=True)
class Settlement:
    """Interest and penalties of one accounting period under current law.

    Attributes:
        interest: oldest first; below 0 what is paid to the company. penalties: for a late return.
        unpaid: tax due and not paid by the last day told of; interest on it runs on (£).
        overpaid: paid above the tax by that day; it comes back with interest to the day it does, which is not known (£).
    """

    interest: tuple[Interest, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    unpaid: float = 0.0
    overpaid: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The settlement as JSON holds it."""
        lines = ({**vars(each), "start": each.start.isoformat(), "end": each.end.isoformat()} for each in self.interest)
        fined = [dict(vars(each)) for each in self.penalties]
        return {"interest": list(lines), "penalties": fined, "unpaid": self.unpaid, "overpaid": self.overpaid}


def settlements(
    law: Any,
    company: Company,
    outputs: Sequence[Mapping[str, Fact]],
    of_taxes: Sequence[tuple[Instalment, ...]],
) -> Iterator[Settlement | None]:
    """The settlement of each accounting period, oldest first; None where neither payments nor a day of filing are given.

    Args:
        law: current law. company: as its file tells it.
        outputs: of each accounting period. of_taxes: what of its corporation tax is due when, before credits.
    """
    late_in_a_row = 0
    for period, outcome, of_tax in zip(company.accounting_periods, outputs, of_taxes, strict=True):
        due, paid = _due(law, period, outcome, of_tax), [Instalment(*each) for each in period.payments]
        interest: tuple[Interest, ...] = ()
        if paid:
            terms = payment_terms(law, period.start)
            interest = interest_on(interest_terms(law, period.start), due, paid, (period.start, period.end), terms)
        fined: tuple[Penalty, ...] = ()
        if period.return_filed:
            unpaid_at = partial(unpaid_on, due if paid else (), paid)
            fined = tuple(penalties(law, period.end, period.return_filed, late_in_a_row, unpaid_at))
        is_late = period.return_filed is not None and period.return_filed > filing_date(law, period.end)
        late_in_a_row = late_in_a_row + 1 if is_late else 0
        last = max((each.due for each in (*due, *paid)), default=period.end)
        unpaid, overpaid = (unpaid_on(*sides, last) if paid else 0.0 for sides in ((due, paid), (paid, due)))
        yield Settlement(interest, fined, unpaid, overpaid) if paid or period.return_filed else None


def _due(law: Any, period: CompanyPeriod, outputs: Mapping[str, Fact], of_tax: Sequence[Instalment]) -> list[Instalment]:
    """What is left to pay by credits, and the tax on loans to participators, which is due on the same days."""
    on_loans, regime = float(outputs["tax_on_loans_to_participators"]), str(outputs["payment_regime"])
    terms = payment_terms(law, period.start)
    return [
        *after_credits(of_tax, sum(float(outputs[name]) for name in _CREDITS)),
        *instalments(on_loans, regime, period.start, period.end, terms),
    ]
