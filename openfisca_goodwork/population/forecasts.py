"""What was expected of the economy on the day of a past outlook of the OBR, for costings made then.

`data/forecasts_of_the_day.csv` holds what has been found of each: onshore corporation tax of all; since 2017 consumer
prices, average earnings, employment and output too, business investment of some. Years before an outlook are as they
turned out, those after its last keep its last growth; what nothing is on file of is as it turned out in every year. The
corporation tax of a day includes the law of that day.
"""

from __future__ import annotations

from datetime import date

from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.population import sources

LATEST = "latest"
LATEST_OUTLOOK = "2026-03"
TO_2050 = "to-2050"
"""The latest forecast carried on with nominal GDP: a projection, which no outlook makes."""
FIRST_YEAR, LAST_YEAR = 2018, 2033
"""The first and the last label of a population, unless its outlook is from before 2017 or it is carried on."""
_LAST_CARRIED_ON = 2051
LAW_BEGINS = date(2010, 4, 1)
"""The first day of which corporation tax law is held: no accounting period begins before it."""
_YEARS_BEFORE, _YEARS_AFTER = 2, 8
_TABLE = "forecasts_of_the_day"
_TAX = "onshore corporation tax"
_FIRST_MONTH_OF_A_YEAR = 4
# Of a financial year's months, nine are of the calendar year it begins in and three of the next.
_THIS, _NEXT = 9 / 12, 3 / 12
_INVESTMENT, _DEFLATOR, _OUTPUT, _REAL_OUTPUT = "real business investment", "GDP deflator", "nominal GDP", "real GDP"
_ITEMS = {
    "consumer_prices": ("consumer prices",),
    "earnings": ("average earnings",),
    "employees": ("employment",),
    "pay_bill": ("average earnings", "employment"),
    "turnover": (_OUTPUT,),
}

AS_IT_TURNED_OUT = "as it turned out: nothing that the outlook expected of it is on file"

Growth = dict[int, float]


def outlooks() -> tuple[str, ...]:
    """The outlooks on file, by the month in which each was published, oldest first."""
    return (*dict.fromkeys(row.keys[0] for row in sources.rows(_TABLE)), LATEST_OUTLOOK)


def is_latest(outlook: str) -> bool:
    """Whether a forecast is the latest, up to its end or carried on after it: nothing of it is of the past."""
    return outlook in (LATEST, TO_2050)


def known(outlook: str) -> str:
    """The outlook asked for; `latest` for the one that all else follows. Raises GoodworkError where it is not held."""
    if outlook in (LATEST, LATEST_OUTLOOK):
        return LATEST
    if outlook not in (*outlooks(), TO_2050):
        raise GoodworkError(
            f"The forecast {quoted(outlook)} is not on file. Take {LATEST}, {TO_2050} for the latest carried on with "
            f"nominal GDP, or the month of one of these outlooks: {', '.join(outlooks())}."
        )
    return outlook


def labels(outlook: str) -> range:
    """Labels of the accounting periods of a population on an outlook: the calendar years in which they end.

    With an outlook of before 2017, two years before it, or the first of which law is held, to eight years after it.
    """
    if outlook == TO_2050:
        return range(FIRST_YEAR, _LAST_CARRIED_ON + 1)
    if outlook == LATEST or first_year(outlook) >= FIRST_YEAR - 1:
        return range(FIRST_YEAR, LAST_YEAR + 1)
    first = max(first_year(outlook) - _YEARS_BEFORE, LAW_BEGINS.year)
    return range(first, first_year(outlook) + _YEARS_AFTER + 1)


def financial_years(outlook: str) -> tuple[int, ...]:
    """Financial years covered in full, whatever the end month: a year that ends in January leaves out the last two."""
    return tuple(labels(known(outlook))[:-2])


def is_of_earlier_years(outlook: str) -> bool:
    """Whether a population on an outlook ends before the years of which surveys and statistics are on file."""
    return labels(outlook)[0] < FIRST_YEAR


def was_known(year: str, outlook: str) -> bool:
    """Whether a financial year (`2023-24`) was over before the outlook that a population follows."""
    return is_latest(outlook) or int(year[:4]) < first_year(outlook)


def month_of(outlook: str) -> date | None:
    """First day of the month in which an outlook of the past was published; None for the latest."""
    return None if is_latest(outlook) else date.fromisoformat(f"{outlook}-01")


def published_on(outlook: str) -> date:
    """First day of the month in which an outlook was published, the latest included."""
    return date.fromisoformat(f"{LATEST_OUTLOOK if is_latest(outlook) else outlook}-01")


def first_year(outlook: str) -> int:
    """The financial year (by the year it begins in) in which an outlook was published: the first that it forecasts."""
    year, month = map(int, outlook.split("-"))
    return year - (month < _FIRST_MONTH_OF_A_YEAR)


def corporation_tax(outlook: str) -> tuple[sources.Row, ...]:
    """Onshore corporation tax as an outlook expected it, a row a financial year."""
    return tuple(row for row in sources.rows(_TABLE) if row.keys == (outlook, _TAX))


def growth(outlook: str, series: str) -> Growth:
    """Growth of one of `assumptions.growth` in the financial years that an outlook covers; a share of the year before."""
    if series == "business_investment":
        return _business_investment(outlook)
    parts = [_of(outlook, item) for item in _ITEMS.get(series, ())]
    return _together(*parts) if parts else {}


def guides(outlook: str) -> dict[str, str]:
    """Where the growth of each series comes from under an outlook, in words."""
    said = {
        series: " and ".join(items) if all(_of(outlook, item) for item in items) else AS_IT_TURNED_OUT
        for series, items in _ITEMS.items()
    }
    if not _of(outlook, _INVESTMENT) and not _of(outlook, _OUTPUT):
        investment = AS_IT_TURNED_OUT
    elif not _of(outlook, _INVESTMENT):
        investment = f"{_OUTPUT}, as a guide: of its business investment nothing is on file"
    elif _of(outlook, _DEFLATOR):
        investment = f"{_INVESTMENT} and {_DEFLATOR}"
    else:
        investment = f"{_INVESTMENT}, and prices from its {_OUTPUT} and {_REAL_OUTPUT}"
    return {**said, "business_investment": investment, "corporation tax": _TAX}


def _business_investment(outlook: str) -> Growth:
    """Business investment at current prices: real growth and prices where they are held, else in line with output."""
    real = _of(outlook, _INVESTMENT)
    if not real:
        return _of(outlook, _OUTPUT)
    prices = _of(outlook, _DEFLATOR)
    if not prices:
        volume = _of(outlook, _REAL_OUTPUT)
        prices = {
            year: (1 + rate) / (1 + volume[year]) - 1 for year, rate in _of(outlook, _OUTPUT).items() if year in volume
        }
    return _together(real, prices)


def _together(*parts: Growth) -> Growth:
    """Growth of a product, in the years that all its parts cover."""
    found = dict(parts[0])
    for part in parts[1:]:
        found = {year: (1 + rate) * (1 + part[year]) - 1 for year, rate in found.items() if year in part}
    return found


def _of(outlook: str, item: str) -> Growth:
    """Growth of one item by financial year, from calendar years where those were published.

    A financial year holds three quarters of its first calendar year and one of the next; the growth of the last stands
    for the year after it.
    """
    rows = [row for row in sources.rows(_TABLE) if row.keys == (outlook, item)]
    rates = {int(row.year[:4]): row.figure / 100 for row in rows}
    if not rows or "-" in rows[0].year:
        return rates
    return {year: _of_quarters(rate, rates.get(year + 1, rate)) for year, rate in rates.items()}


def _of_quarters(this: float, following: float) -> float:
    """Growth of the financial year that begins in a calendar year, from growth in that year and the one after it."""
    level = 1 + this
    return (_THIS * level + _NEXT * level * (1 + following)) / (_THIS + _NEXT * level) - 1
