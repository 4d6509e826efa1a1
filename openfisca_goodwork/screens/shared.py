"""The one desk of this server, at which every page asks, and how a page asks it once somebody wants to know."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import streamlit
from streamlit import runtime
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from openfisca_goodwork.desk.apart import Apart
from openfisca_goodwork.desk.costing_desk import CostingDesk, Work
from openfisca_goodwork.screens import widgets
from openfisca_goodwork.screens.widgets import plain

Result = TypeVar("Result")
_MOMENT = 0.05  # seconds: a server ends the script of a page before it counts the page as gone
is_server = threading.Event()  # set while this process is the server of the app, and nothing else


@streamlit.cache_resource(show_spinner=False)
def desk() -> CostingDesk:
    """The one desk of this server."""
    return CostingDesk(work=Apart() if is_server.is_set() else Work(), has_left=has_left)


def has_left(raised: BaseException) -> bool:
    """Whether a script was ended because its page is gone, closed or loaded anew; not because of a change on it."""
    page = get_script_run_ctx()
    if not isinstance(raised, StopException) or page is None or not runtime.exists():
        return False
    time.sleep(_MOMENT)
    return not runtime.get_instance().is_active_session(page.session_id)


def worked_out(key: str, button: str, failed: str, work: Callable[[widgets.Stages], Result]) -> Result | None:
    """What is worked out over the population once somebody presses a button, stage by stage; kept for this visit.

    Args:
        key: of what is kept. button: its label. failed: said where it cannot be worked out. work: called with the stages.

    Returns:
        None before somebody asks, and where it cannot be worked out, which is said.
    """
    state = streamlit.session_state
    if key in state:
        return state[key]
    place = streamlit.empty()
    if not place.button(button, type="primary"):
        streamlit.caption("A machine that has no table of companies yet builds it first, which takes one to three minutes.")
        return None
    with widgets.staged(failed) as stages:
        state[key] = work(stages)
    if stages.problem:
        streamlit.error(plain(stages.problem))
        return None
    place.empty()
    return state[key]
