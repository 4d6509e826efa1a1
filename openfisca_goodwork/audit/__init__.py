"""The Good Jobs Audit, and who would supply the public sector under the Good Work First pledge.

`indicators` what is asked · `figures` observed, modelled and ranked, and how each is known · `good_jobs` where an indicator
fails, the lever, what a reform does there, and the audit put together · `procurement` suppliers, passing and failing.
A cell is observed, modelled or not held: no local figure is invented.
"""

from openfisca_goodwork.audit.good_jobs import GoodJobsAudit, audit
from openfisca_goodwork.audit.procurement import GoodWorkFirst, good_work_first

__all__ = ["GoodJobsAudit", "GoodWorkFirst", "audit", "good_work_first"]
