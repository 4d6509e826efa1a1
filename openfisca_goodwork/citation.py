"""How to cite the model: what gave a figure, by version, day of release and digest of the law."""

from __future__ import annotations

from dataclasses import dataclass

from openfisca_goodwork.system import current_law, parameters_fingerprint
from openfisca_goodwork.version import RELEASED, model_version

TITLE = "openfisca-goodwork: UK corporation tax over a population of companies, and an extra deduction for training"
AUTHORS = "The openfisca-goodwork contributors"
_DIGITS = 12


@dataclass(frozen=True)
class Citation:
    """The model as a reference.

    Attributes:
        version, released: of the model. digest: of the parameters of current law, the first digits.
    """

    version: str
    released: str
    digest: str

    @property
    def text(self) -> str:
        """For a list of references, with the advice that goes with it."""
        return (
            f"{AUTHORS} ({self.released[:4]}). {TITLE}. Version {self.version}, {self.released}; parameters {self.digest}.\n"
            "Give with each figure the command that reproduces it: the answer ends with it, and a run's record holds all."
        )

    @property
    def bibtex(self) -> str:
        """As BibTeX."""
        return (
            f"@software{{openfisca_goodwork_{self.version.replace('.', '_')},\n"
            f"  author = {{{{{AUTHORS}}}}},\n"
            f"  title = {{{TITLE}}},\n"
            f"  version = {{{self.version}}},\n"
            f"  date = {{{self.released}}},\n"
            f"  note = {{Parameters {self.digest}}},\n"
            "}"
        )


def citation() -> Citation:
    """The model as it is installed."""
    return Citation(model_version(), RELEASED, parameters_fingerprint(current_law())[:_DIGITS])
