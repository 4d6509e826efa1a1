"""The Good Jobs Audit, and who would supply the public sector under the Good Work First pledge.

``indicators`` what is asked · ``cells`` a figure and how it is known · ``observed`` official figures · ``modelled`` what the
population makes of a place · ``ranks`` places beside each other · ``focus`` where an indicator fails, and the lever ·
``effects`` what a reform does there · ``jobs`` the audit put together · ``procurement`` suppliers, passing and failing. A
cell is observed, modelled or not held: no local figure is invented.
"""

from openfisca_goodwork.audit.jobs import audit
from openfisca_goodwork.audit.procurement import good_work_first
from openfisca_goodwork.audit.procurement_result import GoodWorkFirst
from openfisca_goodwork.audit.result import GoodJobsAudit

__all__ = ["GoodJobsAudit", "GoodWorkFirst", "audit", "good_work_first"]
