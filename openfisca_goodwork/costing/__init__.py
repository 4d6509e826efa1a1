"""Two laws over one population → the effect on the Exchequer by financial year.

``assumptions`` what behaviour is assumed · ``runs`` the law over the population, once per scenario · ``ticks`` how it
is stopped in the middle · ``response`` what a company's own after-tax price does to its training · ``accruals`` accounting
periods into financial years · ``engine`` the steps · ``result`` what comes out · ``record`` what gives it again. Plus
improves the public finances, minus is a cost.
"""

from openfisca_goodwork.costing.engine import cost
from openfisca_goodwork.costing.record import CostedAgain, cost_again, record_of
from openfisca_goodwork.costing.result import CostingResult, Step

__all__ = ["CostedAgain", "CostingResult", "Step", "cost", "cost_again", "record_of"]
