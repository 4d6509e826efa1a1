"""What the files of a sweep and of a package have in common: a name, and the options that all their costings share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, Field

from openfisca_goodwork import documents
from openfisca_goodwork.costing.request import ACCRUALS, CENTRAL, LATEST, CostingRequest, option
from openfisca_goodwork.documents import Document, Part, Place, Tree
from openfisca_goodwork.errors import quoted

CURRENT_LAW = "law"


def read_reforms(given: Tree) -> tuple[str, ...]:
    """Reforms as a list, or `a + b`; `law` for none. Raises MisreadError."""
    listed = given if isinstance(given, list | tuple) else [given]
    parts = [part.strip() for one in listed for part in documents.read_text(one).split(" + ")]
    return tuple(part for part in parts if part != CURRENT_LAW)


def _texts(given: Tree) -> Any:
    return tuple(documents.read_text(one) for one in given) if isinstance(given, list) else given


Name = Annotated[str, BeforeValidator(documents.read_text), Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, BeforeValidator(documents.read_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Reforms = Annotated[tuple[str, ...], BeforeValidator(read_reforms)]


class AskedOfAll(Part):
    """Options of a costing that every costing of a file shares."""

    title: Text = ""
    baseline: Reforms = ()
    years: Text = str(option("years").default)
    behaviour: Text = CENTRAL
    basis: Text = ACCRUALS
    forecast: Text = LATEST
    population: Text = "default"
    companies: Text = ""
    age_to: Text = ""
    settings: Texts = ()

    def request(self, **more: Any) -> CostingRequest:
        """What all costings are asked."""
        shared = {name: getattr(self, name) for name in AskedOfAll.model_fields if name != "title"}
        return CostingRequest(**shared | {"companies": self.companies or None}, **more)


class QuestionDocument(Document):
    """A file of a question being read; its first name says what kind it is.

    Attributes:
        models: the shape of its top, and that of its parts where they have one.
    """

    models: ClassVar[tuple[type[BaseModel], ...]]

    def explain(self, kind: str, place: Place) -> str | None:
        """Names that the file does not know, and a name that is none."""
        if kind == "extra_forbidden":
            return self.unknown(str(place[-1]), self.models[0 if len(place) == 1 else -1].model_fields)
        if kind == "string_pattern_mismatch":
            said = quoted(str(self.at(place)))
            return f"{place[0]}: {said} is not a name: use small letters, digits and single hyphens."
        return None
