"""The model against every official figure on file: costings, ready reckoner, costs of reliefs, schemes of other countries.

`costing.official` says what was costed officially, on which law and OBR forecast, and which assumptions were
fitted to which costing · `backcasts` the model's costing of each, with and without them, and costs
of reliefs and foreign schemes · `report` the figures side by side, errors and bounds, anew or as they were
last measured.
"""

from openfisca_goodwork.costing.official import Measure, measures
from openfisca_goodwork.validation.report import ValidationReport, kept, validate

__all__ = ["Measure", "ValidationReport", "kept", "measures", "validate"]
