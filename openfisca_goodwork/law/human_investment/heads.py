"""Variables that fall to one type of training cost each, and together make up the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.model import Variable

ByHead = Callable[[Any, Any], dict[str, Any]]


def for_each_head(
    whole: str, label: str, reference: str, rule: str, by_head: ByHead, module: str
) -> dict[str, type[Variable]]:
    """One variable for each type of training cost, named ``<whole>_<head>``, for the module that asks to hold.

    Args:
        whole: name of the variable that they add up to. label: what it is, for people. reference: of all of them.
        rule: the formula in words, with ``{head}`` where the type of training cost stands.
        by_head: the amounts of a period by type of training cost (£, one per company).
    """
    made = (_of_one(whole, label, reference, rule, by_head, module, head) for head in HEADS)
    return {variable.__name__: variable for variable in made}


def _of_one(whole: str, label: str, reference: str, rule: str, by_head: ByHead, module: str, head: str) -> type[Variable]:
    def formula(company, period):
        return by_head(company, period)[head]

    words = head.replace("_", " ")
    attributes = {
        "label": f"{label}, {words}",
        "reference": reference,
        "rule": rule.format(head=words),
        "__doc__": f"{label}: what falls to {words} (£).",
        "__module__": module,
        "formula": formula,
    }
    return type(f"{whole}_{head}", (Variable,), attributes)
