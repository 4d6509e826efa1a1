"""The checker: reform files one by one, with everything wrong about each and everything worth a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from openfisca_goodwork.errors import Fault, ReformError
from openfisca_goodwork.policy.advice import advice_on
from openfisca_goodwork.policy.library import called, locate
from openfisca_goodwork.policy.reading import CheckReport, examine


def check(reforms: Iterable[str | Path]) -> list[CheckReport]:
    """Check reform files, or reforms of the library by name: for each, the reform with warnings, or all its faults."""
    return [_checked(reform) for reform in reforms]


def _checked(reform: str | Path) -> CheckReport:
    try:
        file = locate(reform)
    except ReformError as error:
        return CheckReport(str(reform), None, (Fault(str(error), str(reform)),))
    report = examine(file, name=called(file))
    return report if report.reform is None else replace(report, warnings=advice_on(report.reform))
