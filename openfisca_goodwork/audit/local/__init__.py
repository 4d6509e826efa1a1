"""The Good Jobs Audit of a place: 361 local authorities, combined authorities, local skills improvement areas.

`places` the figures on file and their register, codes and names · `measures` what is asked, with intervals ·
`place` the audit of a place put together · `reform` what a reform, or a lever, does in each authority.
"""

from openfisca_goodwork.audit.local.place import LocalAudit, LocalFigure, Point, local_audit
from openfisca_goodwork.audit.local.places import Place, PlaceList, named_place, place_list
from openfisca_goodwork.audit.local.reform import PlaceReform, reform_by_place, spread_over_places

__all__ = [
    "LocalAudit",
    "LocalFigure",
    "Place",
    "PlaceList",
    "PlaceReform",
    "Point",
    "local_audit",
    "named_place",
    "place_list",
    "reform_by_place",
    "spread_over_places",
]
