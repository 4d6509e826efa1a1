"""The questions of the HTTP API as a page: plain HTML that runs nothing and loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from openfisca_goodwork.reports import html
from openfisca_goodwork.reports.sections import Column, Note, Report, Section, Table

_HEAD = '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
_COLUMNS = tuple(map(Column, ("Field", "Where", "May be", "What")))
_PROGRAMS = "The same for programs: /openapi.json. OpenFisca's own API: /openfisca."


def page_of(described: Mapping[str, Any]) -> str:
    """Every question of an OpenAPI document with its fields, in its order."""
    about, schemas = described["info"], described["components"]["schemas"]
    standing = f"{about['summary']} {about['description']} Version {about['version']}."
    questions = tuple(
        _section(f"{method.upper()} {path}", question, schemas)
        for path, methods in described["paths"].items()
        for method, question in methods.items()
    )
    programs = Section("For programs", "Where programs read this", (Note(_PROGRAMS),))
    report = Report(about["title"], standing, (programs, *questions), "goodwork serve", "api")
    return f"{_HEAD}<title>{escape(about['title'])}</title></head><body>{html.fragment(report)}</body></html>"


def _section(name: str, question: Mapping[str, Any], schemas: Mapping[str, Any]) -> Section:
    fields = Table(f"Fields of {name}", _COLUMNS, list(_fields(question, schemas)))
    return Section(name, question["description"], (Note(question["description"]), fields))


def _fields(question: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The parameters of a question and the fields of its body: name, place, what each may be, what it is."""
    for given in question.get("parameters", ()):
        needed = ", needed" if given.get("required") else ""
        yield given["name"], given["in"], _may_be(given["schema"]) + needed, given.get("description", "")
    for content in question.get("requestBody", {}).get("content", {}).values():
        body = schemas[content["schema"]["$ref"].rpartition("/")[2]]
        for name, field in body["properties"].items():
            needed = ", needed" if name in body.get("required", ()) else ""
            yield name, "body", _may_be(field) + needed, field.get("description", "")


def _may_be(field: Mapping[str, Any]) -> str:
    """What a field takes, and what it is where it is left out."""
    if "anyOf" in field:
        kind = " or ".join(_may_be(each) for each in field["anyOf"] if each.get("type") != "null")
    elif "items" in field:
        kind = f"list of {_may_be(field['items'])}"
    else:
        kind = ", ".join(map(str, field["enum"])) if "enum" in field else field.get("type", "")
    default = field.get("default")
    if default in (None, "", []):
        return kind
    return f"{kind}; {str(default).lower() if default is False else default} unless said"
