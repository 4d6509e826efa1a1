"""Validation: the model's costings and checks beside the official figures."""

from __future__ import annotations

from collections.abc import Iterable

from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.validation.backcasts import backcasts
from openfisca_goodwork.validation.checks import checks
from openfisca_goodwork.validation.report import ValidationReport, figures_of

_MOST = 0.95


def validate(measures: Iterable[str] = (), progress: Progress | None = None) -> ValidationReport:
    """The model beside every official figure, or beside those of the measures named.

    Costs each measure on the law and the outlook of its day; a population is built for each outlook and set of
    assumptions, and kept. Checks are left out where measures are named.

    Args:
        measures: names, as in `data/backcasts.yaml`.
        progress: called with the name of a stage and the share of the work done.

    Raises:
        GoodworkError: for a measure that is not there. DataError: for figures or a population that cannot be had.
    """
    names, show = tuple(measures), progress or (lambda _stage, _done: None)
    chosen = official.chosen(names)
    costed = backcasts(chosen, lambda stage, done: show(stage, _MOST * done))
    checked = () if names else checks(lambda stage, done: show(stage, _MOST + (1 - _MOST) * done))
    show("Done", 1.0)
    return ValidationReport(figures_of(chosen, costed), checked)
