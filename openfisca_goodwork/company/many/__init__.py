"""Many companies from one CSV: read whole and checked whole, then computed all together, never one by one.

``sheet`` a workbook as rows · ``table`` the file: row by row within bounds, columns of text into columns of values, each
company's accounting periods in their order · ``computing`` the law over all of them, and what came of it.
What a value may be, and what a message says, are those of company files.
"""

from openfisca_goodwork.company.many.computing import MAIN_OUTPUTS, CompaniesResult, calculate_many
from openfisca_goodwork.company.many.table import MOST_ROWS

__all__ = ["MAIN_OUTPUTS", "MOST_ROWS", "CompaniesResult", "calculate_many"]
