"""The state of a comparison as a link: written in full, read back as untrusted text and refused in words. No Streamlit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day_of_law
from openfisca_goodwork.version import model_version

LAW, LAW_ON = "law", "law@"
SIDES, DAYS = ("a", "b"), ("on", "from", "to")
KEYS = (*SIDES, *DAYS, "parameter", "version")


@dataclass(frozen=True)
class Asked:
    """What a comparison was asked for: two laws, a day or a span of days, the parameter opened.

    Attributes:
        a, b: `law`, `law@2023-04-01`, or a reform of the library. on, start, end: days as text, empty where open.
        parameter: path of the one whose history is open, or empty.
    """

    a: str = LAW
    b: str = "human-investment-super-deduction"
    on: str = ""
    start: str = ""
    end: str = ""
    parameter: str = ""

    def to_link(self) -> dict[str, str]:
        """The query of the link, empty parts left out, with the version that it was made by."""
        days = {"on": self.on, "from": self.start, "to": self.end}
        query = {"a": self.a, "b": self.b, **days, "parameter": self.parameter, "version": model_version()}
        return {key: value for key, value in query.items() if value}

    def query(self) -> str:
        """The query as an address ends with it."""
        return f"?{urlencode(self.to_link())}"


@dataclass(frozen=True)
class Opened:
    """A link as it was opened: what can be used of it, what was refused and why, another version that made it."""

    asked: Asked
    refused: tuple[str, ...] = field(default=())
    other_version: str = ""


def opened(query: Mapping[str, str], reforms: Collection[str]) -> Opened:
    """Read a link; what cannot be used is left out and told of."""
    refused = [f"{quoted(key)} is no part of a link of this page." for key in list(query)[:50] if key not in KEYS]
    good: dict[str, str] = {}
    for key in KEYS:
        value = query.get(key, "")
        fault = _fault(key, value, reforms) if value else ""
        if fault:
            refused.append(fault)
        elif value:
            good[{"from": "start", "to": "end"}.get(key, key)] = value
    version = good.pop("version", "")
    return Opened(Asked(**good), tuple(refused), version if version != model_version() else "")


def _fault(key: str, value: str, reforms: Collection[str]) -> str:
    if key in SIDES and value != LAW and value not in reforms:
        if not value.startswith(LAW_ON):
            return f"{quoted(value)} is no law that this page can open: law, law@2023-04-01, or a reform of the library."
        return _fault_of_day(value.removeprefix(LAW_ON))
    if key in DAYS:
        return _fault_of_day(value)
    if key == "parameter" and value not in current_vocabulary():
        return f"{quoted(value)} is no parameter."
    return ""


def _fault_of_day(value: str) -> str:
    try:
        day_of_law(value)
    except GoodworkError as error:
        return str(error)
    return ""
