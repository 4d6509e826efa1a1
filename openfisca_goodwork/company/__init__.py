"""One company, or a group of them: its file read and checked, both laws computed, and the result with its payment dates.

``calculate`` answers "what would this reform do to our tax bill?"; ``read`` stops at the checked facts. No rule of law lives
here; the dates of payment are the law's too, for costings on a cash basis.
"""

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Item
from openfisca_goodwork.company.group import GroupResult
from openfisca_goodwork.company.group.result import calculate
from openfisca_goodwork.company.reading import read
from openfisca_goodwork.company.result import CompanyResult, PeriodResult, calculate_company
from openfisca_goodwork.law.payment import Instalment, due_dates, instalments, payment_terms
from openfisca_goodwork.law.periods import months_of_period

__all__ = [
    "Company",
    "CompanyPeriod",
    "CompanyResult",
    "GroupResult",
    "Instalment",
    "Item",
    "PeriodResult",
    "calculate",
    "calculate_company",
    "due_dates",
    "instalments",
    "months_of_period",
    "payment_terms",
    "read",
]
