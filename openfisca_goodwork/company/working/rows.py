"""What a row of the table of steps is. The tables themselves stand in ``allowances``, ``profits`` and ``charge_rows``."""

from __future__ import annotations

from typing import NamedTuple

CARS, BUILDINGS_SOLD = "one step for each car", "one step for each building sold"
PERIOD = ("accounting_period_start", "accounting_period_end", "apportionment")


class Row(NamedTuple):
    """One step of the computation, as it is for every company.

    Attributes:
        part: the heading it stands under.
        variable: the output that it works out, or the name of a maker of steps (``build.MAKERS``).
        words: the formula in words.
        inputs: variables it starts from: told of the company, brought forward, or worked out above.
        parameters: paths of the figures of law it reads, as they stand in the accounting period.
        at_end: paths of those that go by the last day of the period alone.
    """

    part: str
    variable: str
    words: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    at_end: tuple[str, ...] = ()
