"""The model against every official figure on file: costings, ready reckoner, costs of reliefs, schemes of other countries.

What was costed officially, on which law and outlook, `costing.official` says · `fitted` which assumptions were fitted to
which costing · `backcasts` the model's costing of each, with and without them · `checks` costs of reliefs and foreign
schemes · `report` the figures side by side, errors and bounds, in words.
"""

from openfisca_goodwork.costing.official import Measure, measures
from openfisca_goodwork.validation.report import ValidationReport, kept
from openfisca_goodwork.validation.run import validate

__all__ = ["Measure", "ValidationReport", "kept", "measures", "validate"]
