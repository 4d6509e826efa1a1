"""A company file or a group file: what it is decides what is worked out."""

from __future__ import annotations

from openfisca_goodwork.company.calculation import calculate_company
from openfisca_goodwork.company.group import GroupResult, calculate_group, is_group
from openfisca_goodwork.company.reading import Source, document_of
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.policy.library import Reforms


def calculate(company: Source, reforms: Reforms = ()) -> CompanyResult | GroupResult:
    """Work out the corporation tax of one company, or of a group of them, under current law and under reforms.

    Args:
        company: a mapping, the path of a file, or (as bytes) the content of one; of a group where it has `companies`.
        reforms: names of the library, files, or Reforms, applied to current law together and in this order.

    Returns:
        A ``CompanyResult``; a ``GroupResult`` for a group, with each company's own result in it.

    Raises:
        CompanyFileError: with every fault of the company or the group.
        ReformError: with every fault of a reform.

    Example: a profit of £240,000 in 2028 after course fees of £20,000 pays £59,850 of tax, and £58,260 under
    ``human-investment-super-deduction``.
    """
    document = document_of(company)
    return calculate_group(document, reforms) if is_group(document.tree) else calculate_company(document, reforms)
