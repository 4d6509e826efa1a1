"""Settings of the audit and of procurement: which of them anything here reads."""

from __future__ import annotations

from collections.abc import Iterable

from openfisca_goodwork.errors import GoodworkError

OF_COMPANIES = ("assumptions.base.", "assumptions.growth.", "assumptions.audit.")
"""Assumptions that the companies and their jobs rest on, and those of the audit itself."""


def refuse_unused_settings(settings: Iterable[str], read: tuple[str, ...], mend: str) -> None:
    """Refuse settings `PATH@DATE=VALUE` of other parameters than those that begin as the ones read.

    Args:
        mend: what to do about it, in a sentence.

    Raises:
        GoodworkError: with every such setting.
    """
    unused = [setting for setting in settings if not setting.startswith(read)]
    if unused:
        raise GoodworkError("\n".join(f"--set {setting} changes no figure here. {mend}" for setting in unused))
