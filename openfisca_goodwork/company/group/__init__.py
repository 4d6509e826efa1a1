"""A group of companies from one file: above the law of one company, which stays as it is.

``facts`` what a file says · ``reading`` the file, checked whole · ``links`` who is linked to whom by who owns them ·
``derived`` facts that follow · ``runs`` a law over all companies, and many variants of them, at once · ``sharing`` what a
group has once · ``overlaps`` the days in common · ``curves`` what a loss given or received saves · ``program`` and
``allocation`` the claims of the least tax · ``calculation`` all of it under each law · ``result`` what comes out.

Consortium relief, companies outside the UK, and shares that change hands within the file are left out.
"""

from openfisca_goodwork.company.group.calculation import calculate_group
from openfisca_goodwork.company.group.facts import CARRIED_FORWARD, CURRENT, Claim, Group, Member, Slot
from openfisca_goodwork.company.group.reading import is_group, read_group
from openfisca_goodwork.company.group.result import GroupResult, GroupUnderLaw

__all__ = [
    "CARRIED_FORWARD",
    "CURRENT",
    "Claim",
    "Group",
    "GroupResult",
    "GroupUnderLaw",
    "Member",
    "Slot",
    "calculate_group",
    "is_group",
    "read_group",
]
