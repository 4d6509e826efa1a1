"""Reform files as a JSON Schema: what an editor completes, explains and checks while a file is written.

The schema knows the header, every parameter, its type, range and words. What lies between parameters or depends
on dates (limits in order, the days for which law is held) is left to the checker.
"""

from __future__ import annotations

import math
from typing import Any

from openfisca_goodwork.policy.check import ASSUMPTIONS, RESPONSES, in_unit_words
from openfisca_goodwork.policy.reading import MOST_EDITS, NAME
from openfisca_goodwork.policy.reform import CURRENT_LAW, HEADER, OPTIONAL_HEADER, STATUSES, STRADDLE, VALUE
from openfisca_goodwork.policy.vocabulary import DATE, WHOLE_UNITS, Leaf, Vocabulary, current_vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
HEADER_WORDS = {
    "reform": "The reform's name, which is also its file's: small letters, digits and single hyphens.",
    "title": "What people call it.",
    "summary": "What it does, in a sentence.",
    "status": "What it is: asked for, enacted, the law without a measure, or a test of the model's edges.",
    "source": "Where it comes from: an Act and section, or a document and its address.",
    "requires": 'The versions of the model that it works with, such as ">=0.1".',
    "notes": "What it leaves out, and whatever else a reader must know.",
}
Schema = dict[str, Any]


def reform_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """The schema of reform files that set parameters of a law: of current law, unless another is given."""
    law = current_vocabulary() if vocabulary is None else vocabulary
    properties: Schema = {
        key: {"type": "string", "minLength": 1, "description": words} for key, words in HEADER_WORDS.items()
    }
    properties["reform"]["pattern"] = f"^{NAME.pattern}$"
    properties["status"] = {"enum": list(STATUSES), "description": HEADER_WORDS["status"]}
    properties["parameters"] = {
        "type": "object",
        "description": "Parameter, then date, then value: a value holds until the next date, or for good.",
        "minProperties": 1,
        "maxProperties": MOST_EDITS,
        "additionalProperties": False,
        "properties": {path: _dated(leaf) for path, leaf in law.items() if _may_stand(path)},
    }
    return {
        "$schema": DIALECT,
        "title": "Reform of UK corporation tax",
        "type": "object",
        "required": [*HEADER, "parameters"],
        "additionalProperties": False,
        "properties": {key: properties[key] for key in (*HEADER, *OPTIONAL_HEADER, "parameters")},
    }


def _may_stand(path: str) -> bool:
    """Whether a reform may set a path: assumptions common to both laws change only by an option."""
    return path.startswith(RESPONSES) or not path.startswith(ASSUMPTIONS)


def _dated(leaf: Leaf) -> Schema:
    return {
        "type": "object",
        "title": leaf.label,
        "description": f"{leaf.description} ({_in_words(leaf)}; in current law {_current(leaf)})".strip(),
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {DAY: {"anyOf": list(_values(leaf))}},
    }


def _in_words(leaf: Leaf) -> str:
    if leaf.value_type is bool:
        return "true or false"
    if leaf.unit == DATE:
        return "a day, YYYY-MM-DD"
    return "one of the words listed" if leaf.options else in_unit_words(leaf.unit)


def _current(leaf: Leaf) -> str:
    value = leaf.values[-1].value
    if isinstance(value, bool):
        return str(value).lower()
    return ".inf, no limit" if value == math.inf else f"{value}"


def _values(leaf: Leaf) -> list[Schema]:
    value = _value(leaf)
    found = [value, {"const": CURRENT_LAW.value, "description": "As in the law beneath, from this date on."}]
    if len(leaf.straddles) > 1:
        straddling = {
            "type": "object",
            "description": "The value, and how an accounting period that straddles the date treats the change.",
            "required": [VALUE, STRADDLE],
            "additionalProperties": False,
            "properties": {VALUE: value, STRADDLE: {"enum": list(leaf.straddles)}},
        }
        found.append(straddling)
    return found


def _value(leaf: Leaf) -> Schema:
    if leaf.value_type is bool:
        return {"type": "boolean"}
    if leaf.unit == DATE:
        return {"type": "string", "pattern": DAY}
    if leaf.value_type is str:
        return {"enum": list(leaf.options)} if leaf.options else {"type": "string"}
    bounds = {"minimum": leaf.least, "maximum": leaf.most}
    kind = "integer" if leaf.unit in WHOLE_UNITS and not leaf.may_be_unlimited else "number"
    return {"type": kind, **{name: bound for name, bound in bounds.items() if math.isfinite(bound)}}
