"""Questions over the sample of companies that costings are tried on."""

from tests.costing.conftest import people

__all__ = ["people"]
