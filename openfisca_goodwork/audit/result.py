"""What the Good Jobs Audit is: cells, the focus list, who lives there, what a reform does, with their sources."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.audit.cells import ALL, MODELLED, UK, Cell
from openfisca_goodwork.audit.effects import Effect
from openfisca_goodwork.audit.focus import Focus
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

NOTES = tuple(
    """\
Observed: an official figure, of all employers. Modelled: made by this model's companies, which are no public bodies, \
charities or sole traders; training there follows section and size. Not held: no figure on file; none is made up.
Not on file: pay and low pay of sections by place, and automation by place or section, which the ONS publishes; the scores \
of the Institute for the Future of Work's Good Work Monitor, which are its own and not open.
A lever is a switch of this model that bears on the indicator, not a forecast that it would mend it.""".splitlines()
)


@dataclass(frozen=True)
class GoodJobsAudit:
    """The Good Jobs Audit of the United Kingdom, or of one region.

    Attributes:
        region: the one asked for; empty for the whole country.
        cells: every indicator by place and section, national and local; those not held are in it too.
        focus: places that fail an indicator. people: who lives and works there, figures on file.
        effects: what companies gain by a reform, by place; empty where none was asked for. reform: its title. year: of it.
        no_effect: why the reform moves nothing, where it does not.
        population: fingerprint of the companies. settings: as given. reforms: as a command calls them.
    """

    region: str
    cells: tuple[Cell, ...]
    focus: tuple[Focus, ...]
    people: tuple[Mapping[str, Any], ...]
    population: str
    settings: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    reforms: tuple[str, ...] = ()
    reform: str = ""
    year: str = ""
    no_effect: str = ""
    notes: tuple[str, ...] = field(default=NOTES)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str], Cell]:
        found: dict[tuple[str, str, str], Cell] = {}
        for cell in self.cells:
            found.setdefault((cell.place, cell.section, cell.indicator), cell)
        return found

    def cell(self, indicator: str, place: str = UK, section: str = ALL) -> Cell:
        """The cell of an indicator and a place; one that is not held where there is none."""
        return self._by_key.get((place, section, indicator), Cell(place, section, indicator))

    def modelled(self, indicator: str, place: str = UK, section: str = ALL) -> Cell:
        """The modelled cell of an indicator and a place, where an official figure stands before it or not."""
        for cell in self.cells:
            if (cell.indicator, cell.place, cell.section, cell.status) == (indicator, place, section, MODELLED):
                return cell
        return Cell(place, section, indicator)

    @property
    def command(self) -> str:
        """The command that gives this audit again."""
        options = [f"--region {shlex.quote(self.region)}"] if self.region else []
        options += [f"--reform {shlex.quote(one)}" for one in self.reforms]
        options += [f"--year {self.year}"] if self.year else []
        options += [f"--set {shlex.quote(one)}" for one in self.settings]
        return " ".join(["goodwork audit", *options])

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a cell: place, section, indicator, value, status, rank, gaps, source."""
        import pandas

        return pandas.DataFrame([cell.to_dict() for cell in self.cells])

    def to_dict(self) -> dict[str, Any]:
        """The audit for JSON."""
        return {
            "model_version": model_version(),
            "region": self.region or None,
            "cells": [cell.to_dict() for cell in self.cells],
            "focus": [one.to_dict() for one in self.focus],
            "people": [dict(one) for one in self.people],
            "reform": self.reform or None,
            "year": self.year or None,
            "effects": [asdict(one) for one in self.effects],
            "no_effect": self.no_effect or None,
            "notes": list(self.notes),
            "population": self.population,
            "command": self.command,
        }

    def summary(self) -> str:
        """The audit as text for people."""
        from openfisca_goodwork.audit.summary import summary_of

        return summary_of(self)
