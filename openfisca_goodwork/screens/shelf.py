"""The library of reforms as pages offer it: by group, what might be law first; read once for all visitors."""

from __future__ import annotations

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.policy import Reform

MAIN = "human-investment-super-deduction"
GROUPS = {
    "proposals": "Proposed",
    "foreign": "As abroad",
    "stress": "Stress test",
    "procurement": "Proposed for public contracts, no tax",
    "counterfactual": "If it had been otherwise",
    "history": "Enacted",
}
RELIEFS = ("proposals", "foreign", "stress")


@streamlit.cache_resource(show_spinner=False)
def by_group() -> dict[str, list[Reform]]:
    """Every reform of the library by its group."""
    return policy.library_by_group()


@streamlit.cache_resource(show_spinner=False)
def reforms() -> dict[str, Reform]:
    """Every reform of the library by its name."""
    return {one.name: one for group in by_group().values() for one in group}


@streamlit.cache_resource(show_spinner=False)
def _titles() -> dict[str, str]:
    return {one.name: f"{GROUPS.get(group, group)}: {one.title}" for group, listed in by_group().items() for one in listed}


def title_with_group(name: str) -> str:
    """What a list of reforms calls one: its group and its title."""
    return _titles()[name]


def choose_relief(key: str) -> str:
    """The name of the relief to set against current law."""
    names = [one.name for group in RELIEFS for one in by_group().get(group, [])]
    return streamlit.selectbox(
        "Relief to set against current law (none of them is law)",
        names,
        index=names.index(MAIN),
        format_func=title_with_group,
        key=key,
    )
