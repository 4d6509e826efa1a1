"""Groups to work out in tests: companies with a profit or loss a year, as mappings."""

from __future__ import annotations

from typing import Any

PROFIT = "trading_profit_before_capital_allowances"
YEAR = ("2027-01-01", "2027-12-31")


def company(name: str, *results: float, owners: dict[str, float] | None = None, **facts: Any) -> dict[str, Any]:
    """A company with a trading result in each year from 2027; its other facts are those of the first."""
    periods = [
        {"start": f"{2027 + place}-01-01", "end": f"{2027 + place}-12-31", PROFIT: result}
        for place, result in enumerate(results)
    ]
    periods[0] |= facts
    return {"company": {"name": name, "owners": owners or {}}, "accounting_periods": periods}


def period(name: str, start: str, end: str, result: float, owners: dict[str, float], **facts: Any) -> dict[str, Any]:
    """A company of one accounting period."""
    return {
        "company": {"name": name, "owners": owners},
        "accounting_periods": [{"start": start, "end": end, PROFIT: result, **facts}],
    }


def claim(giver: str, receiver: str, amount: float, loss: str = "current", **ends: str) -> dict[str, Any]:
    """A claim of a file."""
    return {"from": giver, "to": receiver, "loss": loss, "amount": amount, **ends}


def group(*companies: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group of companies."""
    return {"group": {"name": "Example Group"}, "companies": list(companies), **more}


OWNED = {"Parent Ltd": 0.8, "Mr B": 0.2}
