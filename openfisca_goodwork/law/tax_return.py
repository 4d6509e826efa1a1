"""How variables name their boxes on the company tax return (form CT600), and the guides the numbers are taken from.

A variable says its boxes as ``box``. A box is a number of the return itself (``440``), or a letter and a number of a
supplementary page (``L45``). A variable stands to its boxes in one of these ways, or in one *or* another by the case:

* ``440``: it is what the box holds.
* ``part of 705``: it is one of the things that the box holds.
* ``160 + 285``, ``660 - 659``: it is what several boxes come to.
* ``L125 and 880``: it stands on a supplementary page and again on the return.

Where no box holds it, or it depends on what a return has besides, the variable has no ``box``.
"""

from __future__ import annotations

import re
from types import MappingProxyType

FORM = "CT600 version 3 with pages CT600A, CT600C and CT600L, by the guides of August 2026"
GUIDES = MappingProxyType(
    {
        "": "https://www.gov.uk/guidance/the-company-tax-return-guide",
        "A": "https://www.gov.uk/guidance/supplementary-pages-ct600a-2015-version-3-close-company-loans-and-arrangements-to-confer-benefits-on-participators",
        "C": "https://www.gov.uk/guidance/supplementary-pages-ct600c-group-and-consortium-relief",
        "L": "https://www.gov.uk/guidance/supplementary-pages-ct600l-research-and-development",
        # The 40% allowance, and cars and charge points of periods begun from April 2026, stand in box 725 until April 2027.
        "725": "https://www.gov.uk/guidance/changes-and-issues-affecting-the-corporation-tax-online-service",
    }
)

_BOX = r"[A-P]?[1-9]\d*"
_TERM = rf"(?:part of {_BOX}|{_BOX}(?: [+-] {_BOX})*)"
_BOTH = rf"{_TERM}(?: and {_TERM})*"
WRITTEN = re.compile(rf"{_BOTH}(?: or {_BOTH})*")


def in_words(box: str) -> str:
    """Boxes as people write them.

    Example: ``part of 705`` is ``part of box 705``; ``160 + 285`` is ``box 160 + box 285``.
    """
    return re.sub(rf"\b{_BOX}\b", r"box \g<0>", box)
