"""How uncertain a costing is: named assumptions with ranges, drawn together; an interval, what drives it, and a rating.

``assumptions`` what is varied, and draws of it · ``sample`` the records it is asked of · ``stacked`` the law over them, once
for each draw · ``estimate`` all of it, for one costing · ``rating`` the judgement · ``result`` what comes out.
"""

from openfisca_goodwork.costing.uncertainty.rating import Rating, rating_of
from openfisca_goodwork.costing.uncertainty.result import Sensitivity, Uncertainty

__all__ = ["Rating", "Sensitivity", "Uncertainty", "rating_of"]
