"""Refusals: what was told of a company cannot be so, or reaches outside the law held.

The engine takes each for a mistake in the situation it was given: the web API answers with the message and 400 instead of
500, and ``openfisca test`` prints the message without a traceback.
"""

from __future__ import annotations

from openfisca_core.errors import SituationParsingError

from openfisca_goodwork.errors import GoodworkError, ParameterError, PeriodError

_BAD_REQUEST = 400


class _RefusalError(SituationParsingError):
    """The engine's error about a situation, with a whole message instead of a path."""

    def __init__(self, message: str) -> None:
        self.error, self.code = {"error": message}, _BAD_REQUEST
        Exception.__init__(self, message)

    def __str__(self) -> str:
        return str(self.error["error"])


class RefusedPeriodError(_RefusalError, PeriodError):
    """An accounting period, or a balance in the wrong one."""


class RefusedInputError(_RefusalError, GoodworkError, ValueError):
    """An amount that is no amount, is out of bounds, or is given twice."""


class RefusedDateError(_RefusalError, ParameterError):
    """A date for which the law is not held."""
