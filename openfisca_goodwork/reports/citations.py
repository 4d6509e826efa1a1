"""Citations of a comparison and of the values of a parameter: as lines of text, and as entries of BibTeX."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy import Comparison, ParameterHistory
from openfisca_goodwork.policy.vocabulary import BETWEEN
from openfisca_goodwork.version import model_version

_AUTHOR = "The openfisca-goodwork contributors"
_MODEL = "openfisca-goodwork: UK corporation tax over a population of companies"
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    mark: f"\\{mark}" for mark in "&%$#_{}"
}
_ENACTED = re.compile(r"legislation\.gov\.uk/uk(?:pga|si)/(\d{4})/")
_NO_KEY = re.compile(r"[^A-Za-z0-9]+")


class Citation(NamedTuple):
    """Something to cite.

    Attributes:
        key: by which a text refers to it, once in a list. kind: of BibTeX's entries.
        title, note: in words. addresses: of the web, the first one's own. author, year, version: empty where there is none.
    """

    key: str
    kind: str
    title: str
    note: str
    addresses: tuple[str, ...]
    author: str = ""
    year: str = ""
    version: str = ""


def of_history(history: ParameterHistory) -> tuple[Citation, ...]:
    """The sources of every dated value of a parameter, oldest first; values without a source left out."""
    return tuple(
        Citation(
            key=_NO_KEY.sub("-", f"{dated.path} {dated.starts} {dated.law if dated.law != 'law' else ''}").strip("-"),
            kind="misc",
            title=dated.reference,
            note=f"{dated.label}: {dated.in_words} from {day_in_words(dated.starts)}",
            addresses=(addresses := tuple(filter(None, dated.href.split(BETWEEN)))),
            year=_year(addresses),
        )
        for dated in history.values
        if dated.reference
    )


def _year(addresses: tuple[str, ...]) -> str:
    """The year of the Act or instrument whose address stands first; empty where that is none."""
    enacted = _ENACTED.search(addresses[0]) if addresses else None
    return enacted[1] if enacted else ""


def of_comparison(comparison: Comparison, finding: str, address: str, day: datetime.date) -> Citation:
    """The model that made a comparison, with what it says and by which command it says it again.

    Args:
        finding: what it says. address: of the page that shows it. day: on which it was looked at.
    """
    return Citation(
        key=f"goodwork-{model_version()}",
        kind="software",
        title=_MODEL,
        note=f"{finding} Command: {comparison.command}. Accessed {day_in_words(day)}.",
        addresses=(address,),
        author=_AUTHOR,
        year=str(day.year),
        version=model_version(),
    )


def as_text(citations: Iterable[Citation]) -> str:
    """A line for each."""
    return "\n".join(_line(each) for each in citations)


def _line(cited: Citation) -> str:
    who = f"{cited.author} ({cited.year}). " if cited.author else ""
    version = f", version {cited.version}" if cited.version else ""
    note, title = cited.note.rstrip("."), cited.title.rstrip(".")
    parts = (f"{who}{title}{version}", note) if cited.author else (note, title)
    return ". ".join((*parts, *cited.addresses[:1], *(f"Also {address}" for address in cited.addresses[1:])))


def as_bibtex(citations: Iterable[Citation]) -> str:
    """An entry for each."""
    return "\n\n".join(_entry(each) for each in citations)


def _entry(cited: Citation) -> str:
    first, *others = cited.addresses or ("",)
    note = f"{cited.note}{f' Also: {BETWEEN.join(others)}' if others else ''}"
    named = {"author": cited.author, "title": cited.title, "year": cited.year, "version": cited.version, "note": note}
    fields = [f"  {name} = {{{_escaped(text)}}}" for name, text in named.items() if text]
    fields += [f"  url = {{{first}}}"] if first else []
    return "\n".join((f"@{cited.kind}{{{cited.key},", ",\n".join(fields), "}"))


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(mark, mark) for mark in text)
