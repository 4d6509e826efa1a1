"""The state of a costing as a link: reforms of the library, years, response, baseline, settings; read as untrusted text.

No Streamlit. A reform of somebody's own is in no link: it goes by its file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from openfisca_goodwork.costing.steps import ACCRUALS
from openfisca_goodwork.errors import quoted
from openfisca_goodwork.population import LATEST
from openfisca_goodwork.screens.costing_desk import CostRequest
from openfisca_goodwork.version import model_version

REFORMS, BASELINE, FIRST, LAST = "reforms", "baseline", "first", "last"
BEHAVIOUR, BASIS, FORECAST, SET, VERSION = "behaviour", "basis", "forecast", "set", "version"
KEYS = (REFORMS, BASELINE, FIRST, LAST, BEHAVIOUR, BASIS, FORECAST, SET, VERSION)
MOST_OF_A_KIND, LONGEST = 20, 200
Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Opened:
    """A link as it was opened: what of it can be used by key, what was refused and why, another version that made it."""

    values: Mapping[str, tuple[str, ...]]
    refused: tuple[str, ...]
    other_version: str


def query_of(request: CostRequest) -> str:
    """The end of the address that asks for the same again; nothing where a reform is somebody's own."""
    if not replace(request, settings=()).is_public:
        return ""
    first, last = request.years.split(":")
    told = {
        REFORMS: [one.name for one in request.reforms],
        BASELINE: [one.name for one in request.baseline],
        FIRST: [first],
        LAST: [last],
        BEHAVIOUR: [request.behaviour],
        BASIS: [request.basis] if request.basis != ACCRUALS else [],
        FORECAST: [request.forecast] if request.forecast != LATEST else [],
        SET: list(request.settings),
        VERSION: [model_version()],
    }
    return f"?{urlencode({key: values for key, values in told.items() if values}, doseq=True)}"


def opened(query: Query, known: Mapping[str, Collection[str]]) -> Opened:
    """Read a link; what cannot be used is left out and told of.

    Args:
        query: of the address. known: key → what its values may be; settings are checked when the costing is run.
    """
    refused = [
        f"{quoted(key)} is no part of a link of this page." for key in list(query)[:MOST_OF_A_KIND] if key not in KEYS
    ]
    good: dict[str, tuple[str, ...]] = {}
    for key in (one for one in KEYS if one in query):
        given = list(query[key])[:MOST_OF_A_KIND]
        wrong = [one for one in given if len(one) > LONGEST or one not in known.get(key, given)]
        refused += [f"{quoted(one)} is not known here as {key}." for one in wrong]
        good[key] = tuple(one for one in given if one not in wrong)
    version = next(iter(good.pop(VERSION, ())), "")
    return Opened({key: values for key, values in good.items() if values}, tuple(refused), _if_other(version))


def _if_other(version: str) -> str:
    return "" if version == model_version() else version
