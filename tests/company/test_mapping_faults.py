"""Companies given as mappings that mean harm; what is said of other wrong ones is in `benchmarks/hostile_messages.txt`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openfisca_goodwork.company import read
from openfisca_goodwork.errors import CompanyFileError


def mapping(**facts: Any) -> dict[str, Any]:
    return {"accounting_periods": [{"start": "2027-01-01", "end": "2027-12-31", **facts}]}


def endless() -> dict[str, Any]:
    given = mapping()
    given["accounting_periods"].append(given)
    return given


HOSTILE: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "a mapping that holds itself": (endless, "is nested more than 20 deep"),
    "a mapping of 100,001 names": (lambda: mapping(**{f"x{n}": 1 for n in range(100_001)}), r"more than 100,000 values"),
}


@pytest.mark.parametrize(("given", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_mapping_is_refused(given: Callable[[], dict[str, Any]], message: str) -> None:
    with pytest.raises(CompanyFileError, match=message):
        read(given())
