"""What is installed: the version of package, parameters and reforms, which go together, and the extras beside it."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

__version__ = "0.9.0"
RELEASED = "2026-11-30"


def model_version() -> str:
    """The version that results and run records name, such as ``0.1.0``."""
    return __version__


# --- extras of the package: whether one is installed, and how to install it ------------------------------------------


def installing(extra: str) -> str:
    """The command that installs an extra into the running interpreter: pip's, or uv's where there is no pip in it."""
    what = f"'openfisca-goodwork[{extra}]'"
    python = Path(sys.executable)
    return f"{python} -m pip install {what}" if find_spec("pip") else f"uv pip install --python {python} {what}"


def is_installed(library: str) -> bool:
    """Whether a library can be imported."""
    try:
        import_module(library)
    except ModuleNotFoundError:
        return False
    return True
