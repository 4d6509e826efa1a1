"""How uncertain a costing is: named assumptions with ranges, drawn together; an interval, what drives it, and a rating.

``assumptions`` what is varied · ``inputs`` what that does to what companies are given · ``sample`` the records it is asked
of · ``copies`` the law over them · ``surface`` the effect as a function of the assumptions · ``draws`` their distributions
· ``estimate`` all of it, for one costing · ``rating`` the judgement · ``result`` what comes out.
"""

from openfisca_goodwork.costing.uncertainty.rating import Rating, rating_of
from openfisca_goodwork.costing.uncertainty.result import Sensitivity, Uncertainty

__all__ = ["Rating", "Sensitivity", "Uncertainty", "rating_of"]
