"""The one desk of this server, at which every page asks."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.screens.costing_desk import CostingDesk


@streamlit.cache_resource(show_spinner=False)
def desk() -> CostingDesk:
    """The one desk of this server."""
    return CostingDesk()
