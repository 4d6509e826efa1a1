"""How uncertain a costing is: named assumptions with ranges, drawn together; an interval, what drives it, and a rating.

``assumptions`` what is varied, and draws of it · ``stacked`` the records it is asked of, and the law over them, once for
each draw · ``estimate`` all of it, for one costing · ``result`` what comes out, and the judgement.
"""

from openfisca_goodwork.costing.uncertainty.result import Rating, Sensitivity, Uncertainty, rating_of

__all__ = ["Rating", "Sensitivity", "Uncertainty", "rating_of"]
