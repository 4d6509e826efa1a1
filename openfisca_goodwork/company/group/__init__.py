"""A group of companies from one file: above the law of one company, which stays as it is.

``facts`` what a file says, and who is linked to whom by who owns them · ``reading`` the file, checked whole ·
``sharing`` what a group has once, and facts that follow · ``program`` and ``allocation`` the claims of the least tax, within
the days in common, on curves of what a loss given or received saves · ``runs`` a law over all companies and
many variants of them at once · ``advice`` claims that pay the least tax · ``result`` all of it under each law.

Consortium relief, companies outside the UK, and shares that change hands within the file are left out.
"""

from openfisca_goodwork.company.group.allocation import GroupUnderLaw
from openfisca_goodwork.company.group.facts import CARRIED_FORWARD, CURRENT, Claim, Group, Member, Slot
from openfisca_goodwork.company.group.reading import is_group, read_group
from openfisca_goodwork.company.group.result import GroupResult, calculate_group

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
