"""The pages of the app, and what has to be imported before any of them is shown.

Each visit runs its page in a thread of its own, and two threads that begin to import the same modules may each meet the
other's by halves. So everything is imported once, on one thread: by ``launch`` before the port is open, or else by the first
visit, while all others wait.
"""

from __future__ import annotations

import gc
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import NamedTuple

import openfisca_goodwork


class Page(NamedTuple):
    """A page: its script in this folder, its title, the path of its address, and whether the menu lists it."""

    script: str
    title: str
    path: str
    is_listed: bool


PAGES = (
    Page("home", "Home", "", is_listed=True),
    Page("company", "For a company", "company", is_listed=True),
    Page("cost", "Cost a policy", "cost", is_listed=True),
    Page("compare", "Compare two sets of law", "compare", is_listed=True),
    Page("rates", "Effective tax rates", "rates", is_listed=True),
    Page("audit", "Good Jobs Audit", "audit", is_listed=True),
    Page("procurement", "Good Work First", "procurement", is_listed=True),
    Page("methods", "Methods and data", "methods", is_listed=True),
    Page("companies", "Many companies", "companies", is_listed=False),
    Page("parameter", "A parameter", "parameter", is_listed=False),
    Page("compare_costings", "Several reforms", "several", is_listed=False),
)

_TURN = Lock()
_FRONT_ENDS = {f"{openfisca_goodwork.__name__}.{room}" for room in ("commands", "doors", "screens")}
_SCRIPTS = {f"{__package__}.{script}" for script in ("navigation", *(page.script for page in PAGES))}
# What the modules of the package import only where they need it; pictures, Word and workbooks come with the extra `report`.
# SciPy is not among it (38 MB): the process of runs has its own, and the claims of a group import it one by one.
_LIBRARIES = ("pandas", "platformdirs", "pyarrow.parquet")
_OF_REPORTS = ("docx", "vl_convert", "xlsxwriter")


def import_everything() -> None:
    """Import all that a page may need and read the law, unless that is done; whoever comes meanwhile waits."""
    with _TURN:
        _import_everything()


@cache
def _import_everything() -> None:
    for name in (*_LIBRARIES, *filter(find_spec, _OF_REPORTS), *_modules()):
        import_module(name)
    import_module("openfisca_goodwork.policy.vocabulary").current_vocabulary()
    # Streamlit collects garbage after every run of a page, and looks at all that is there: 0.15 s, unless told what stays.
    gc.collect()
    gc.freeze()


def _modules() -> Iterator[str]:
    """Every module of the package but the commands, and the scripts of pages, which show them."""
    package = openfisca_goodwork
    for room in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if room.name not in _FRONT_ENDS:
            yield room.name
            if room.ispkg:
                listed = pkgutil.walk_packages(import_module(room.name).__path__, f"{room.name}.")
                yield from (module.name for module in listed)
    here = pkgutil.iter_modules(import_module(str(__package__)).__path__, f"{__package__}.")
    yield from (module.name for module in here if module.name not in _SCRIPTS)
