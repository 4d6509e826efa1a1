"""What figures rest on, as tables: official figures by source, assumptions one by one, the law by how it is known."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pandas

from openfisca_goodwork import population
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.vocabulary import POUNDS, addresses, current_vocabulary, in_words, kind_of, status_of, titles
from openfisca_goodwork.system import resource_directory

_DATA = Path(population.__file__).parent.parent / "data"
_COVERAGE = re.compile(r"^## (Modelled|Not modelled)$(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
_MODULE = re.compile(r" \| (?:Where|`openfisca_goodwork[^|]*) \|$", re.MULTILINE)
_LINK_OF_PAGE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


@cache
def official_figures() -> pandas.DataFrame:
    """Every source of the official figures: how many come from it, how they are known, where it is to be read."""
    files = sorted(_DATA.glob("*.csv"))
    tables = [pandas.read_csv(file, dtype=str).assign(table=file.stem) for file in files]
    # The figures that the model is held to, its own, have none.
    listed = pandas.concat(table for table in tables if "source" in table)[["table", "source", "address", "status"]].fillna(
        ""
    )
    counted = listed.groupby(["table", "source", "address", "status"], sort=False).size().reset_index(name="Figures")
    counted["table"] = counted["table"].str.replace("_", " ").str.capitalize()
    names = {"table": "Table", "source": "Source", "address": "Address", "status": "Status"}
    return counted.rename(columns=names)


@cache
def assumptions() -> pandas.DataFrame:
    """Every assumption as it stands: label, latest value, how it is known, where it comes from, path."""
    rows = []
    for path, leaf in current_vocabulary().items():
        if path.startswith(ASSUMPTIONS):
            last = leaf.values[-1]
            value = in_words(last.value, leaf.unit if leaf.most == 1 or leaf.unit == POUNDS else "")
            rows.append((_group(path), leaf.label, value, status_of(last), titles(last), addresses(last), path))
    columns = ["Group", "Assumption", "Value", "Status", "Source", "Address", "Path"]
    return pandas.DataFrame(rows, columns=columns)


def _group(path: str) -> str:
    return path.split(".")[1].replace("_", " ").capitalize()


@cache
def values_of_law() -> pandas.DataFrame:
    """How many dated values of the parameters there are, by kind, and how each is known."""
    counts = Counter(
        (kind_of(dated, leaf), status_of(dated))
        for path, leaf in current_vocabulary().items()
        if not path.startswith(ASSUMPTIONS)
        for dated in leaf.values
    )
    rows = [(kind, status, count) for (kind, status), count in sorted(counts.items())]
    return pandas.DataFrame(rows, columns=["Kind", "Status", "Dated values"])


def coverage() -> dict[str, str]:
    """What is modelled and what is not, each under its heading, as the documentation has it; nothing where it is missing.

    Markdown, without the documentation's links to its own pages and without the column of modules.
    """
    try:
        text = (resource_directory("docs") / "coverage.md").read_text(encoding="utf-8")
    except (GoodworkError, OSError):
        return {}
    page = _LINK_OF_PAGE.sub(r"\1", _MODULE.sub(" |", text)).replace("|---|---|---|", "|---|---|")
    return {heading: body.strip() for heading, body in _COVERAGE.findall(page)}
