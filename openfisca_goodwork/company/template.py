"""Templates to begin with: a table of companies as CSV, a company file as YAML; both can be worked out as they are."""

from __future__ import annotations

from collections.abc import Iterator

from openfisca_goodwork.company.practice import PROFIT
from openfisca_goodwork.company.vocabulary import CAR_EXAMPLE, MONEY, input_variables, label_of

TABLE = f"""\
company,start,end,{PROFIT},associated_companies,main_rate_plant_new,external_course_fees
Hilltop Joinery Ltd,2028-01-01,2028-12-31,"£240,000",0,,20k
Riverside Robotics Ltd,2027-07-01,2028-06-30,1.2m,1,150000,40000
"""


def company_file() -> str:
    """A company file with one accounting period, and below it every other input, with its label, to be uncommented."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "company: {name: Hilltop Joinery Ltd}"
    yield "# apportionment: months          # days unless said"
    yield "accounting_periods:"
    yield "  - start: 2028-01-01             # also 1/1/2028 (the day first) or 1 January 2028"
    yield "    end: 2028-12-31"
    yield f"    {PROFIT}: 240000   # a loss: -240000 or (240,000)"
    yield "    # What follows is left out where it stands behind a #. Take the # away, and put the figure in."
    yield "    # expenditure:   # amounts by the day, where the law changed within the period, and cars one by one"
    yield "    #   - {on: 2028-02-14, external_course_fees: 12000}"
    yield f"    #   - {CAR_EXAMPLE.replace('2027', '2028')}"
    for name, variable in input_variables().items():
        if name != PROFIT:
            yield f"    # {name}:   # {label_of(name)}{' (£)' if variable.kind == MONEY else f' ({variable.kind})'}"
