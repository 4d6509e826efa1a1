"""The questions of the HTTP API as a page: plain HTML that runs nothing and loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_HEAD = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'


def page_of(described: Mapping[str, Any]) -> str:
    """Every question of an OpenAPI document with its fields, in its order."""
    about = described["info"]
    parts = [f"{_HEAD}<title>{escape(about['title'])}</title></head><body><h1>{escape(about['title'])}</h1>"]
    parts.append(f"<p>{escape(about['summary'])} {escape(about['description'])} Version {escape(about['version'])}.</p>")
    parts.append(
        '<p>The same for programs: <a href="/openapi.json">/openapi.json</a>. OpenFisca\'s own API: /openfisca.</p>'
    )
    for path, methods in described["paths"].items():
        for method, question in methods.items():
            parts.append(f"<h2>{method.upper()} {escape(path)}</h2><p>{escape(question['description'])}</p>")
            rows = list(_fields(question, described["components"]["schemas"]))
            if rows:
                head = "".join(f'<th scope="col">{name}</th>' for name in ("Field", "Where", "May be", "What"))
                cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
                parts.append(f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>")
    return "".join([*parts, "</body></html>"])


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
    return (
        kind if default in (None, "", []) else f"{kind}; {str(default).lower() if default is False else default} unless said"
    )
