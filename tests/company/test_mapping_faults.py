"""Companies given as mappings that are wrong: the same checks as of files, each fault with its place in the mapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork.company import read
from openfisca_goodwork.errors import CompanyFileError

MONEY = "Write pounds as 1250000, £1,250,000, 1.25m or 80k."


def mapping(**facts: Any) -> dict[str, Any]:
    return {"accounting_periods": [{"start": "2027-01-01", "end": "2027-12-31", **facts}]}


MAPPING_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "NaN": (
        mapping(turnover=float("nan")),
        f"accounting_periods.0.turnover must be an amount of money, not 'nan'. {MONEY}",
    ),
    "infinity of NumPy": (
        mapping(turnover=np.inf),
        f"accounting_periods.0.turnover must be an amount of money, not 'inf'. {MONEY}",
    ),
    "negative": (mapping(trainer_pay=-5), "accounting_periods.0.trainer_pay is -5; it cannot be below 0."),
    "unknown": (
        mapping(trainer_pai=5),
        "accounting_periods.0.trainer_pai: 'trainer_pai' is not known here. Did you mean trainer_pay?",
    ),
    "a number for a truth": (
        mapping(is_uk_resident=1),
        "accounting_periods.0.is_uk_resident must be true or false, not '1'.",
    ),
    "a digit of 10**60": (
        mapping(turnover=10**60),
        f"accounting_periods.0.turnover must be an amount of money, not '.inf'. {MONEY}",
    ),
    "an object": (
        mapping(turnover={1}),
        "accounting_periods.0.turnover is a set. Give text, a number, true or false, or a date.",
    ),
    "a name that is a number": (mapping() | {3: 4}, "The name 3 must be text."),  # type: ignore[dict-item]
    "an item outside": (
        mapping(expenditure=[{"on": "2026-01-01", "trainer_pay": 3}]),
        (
            "accounting_periods.0.expenditure.0.on: 1 January 2026 is outside the accounting period of this item, "
            "1 January 2027 to 31 December 2027."
        ),
    ),
}


@pytest.mark.parametrize(("given", "message"), MAPPING_FAULTS.values(), ids=MAPPING_FAULTS)
def test_a_fault_of_a_mapping_is_reported_with_its_place(given: dict[str, Any], message: str) -> None:
    with pytest.raises(CompanyFileError) as caught:
        read(given)
    assert str(caught.value).splitlines() == ["The company has 1 fault.", f"  {message}"]


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
