"""The one door from a result to its words: ``str(result)`` finds the reports by name, so that no result imports them."""

from __future__ import annotations

from importlib import import_module

_REPORTS = "openfisca_goodwork.reports"


def text_of(result: object) -> str:
    """A result as text for a terminal.

    Raises:
        LookupError: for an object that has no report.
    """
    return str(import_module(_REPORTS).text_of(result))


class Worded:
    """A result that can say itself in words: ``str(result)``, or ``result.summary()``; as HTML in a notebook."""

    def summary(self) -> str:
        """The result as text for a terminal: what was found, its tables, what stands behind them."""
        return text_of(self)

    def __str__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        """The result as a notebook shows it."""
        return str(import_module(_REPORTS).html_of(self))
