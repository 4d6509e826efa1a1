"""The desk over the three companies of the pages."""

from tests.screens.conftest import _three_companies

__all__ = ["_three_companies"]
