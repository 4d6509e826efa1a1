"""The page `docs/validation.md`: the model against official figures, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openfisca_goodwork.costing.credibility import AS_USED, LEFT_OUT, NOTHING_FITTED
from openfisca_goodwork.costing.official import declared, why_checks_differ
from openfisca_goodwork.validation import ValidationReport, summary
from openfisca_goodwork.validation.checks import Check
from openfisca_goodwork.validation.report import MeasureError

_HEADING = """\
# The model against official figures

What the model makes of measures that were costed officially, each on the law of its day and the outlook of its day. This
page is made from `openfisca_goodwork/data/validation.csv` (`make docs`), which `benchmarks/validation_figures.py` keeps;
`goodwork validate` measures all of it anew, `--out DIR` draws the pictures.

*Error* is the total absolute difference over the years published, as a share of the total of the official figures. Three
columns: *as used*; *fitted without it*, with all that was fitted as fitted anew to the others of the seven
(`benchmarks/refit.py`); *nothing fitted*, with every assumption that was fitted to any costing as it was before. Official
figures are post-behavioural, on accruals, in £ million; minus is a cost. Which assumptions were fitted to what stands with
each of them, in its metadata.
"""

_CHECKS_HEADING = """\
## Checks

Costs, £ million. HMRC's costs of reliefs are of income tax and corporation tax together and leave behaviour out; a foreign
scheme is scaled by gross domestic product. They show size and direction and count as no error.
"""


def page_of(report: ValidationReport) -> str:
    """The page of the validation: errors by group, each measure by year with its picture, checks, what is not covered."""
    parts = [_HEADING]
    for title in dict.fromkeys(one.title for one in report.verdicts):
        errors = [one for one in report.errors if one.measure.group.title == title]
        parts += [f"## {title}\n", *_errors(errors), ""]
        parts += [f"* {summary.verdict(one)}" for one in report.verdicts if one.title == title]
        parts += [f"* {summary.miss(one)}" for one in errors if not one.is_met]
        parts += [f"* {one}" for one in summary.fitted_in(errors)]
        parts += ["", *(line for one in errors for line in _measure(one))]
    return "\n".join([*parts, _CHECKS_HEADING, *_checks(report.checks), "", *_not_covered(), ""])


def _errors(errors: Iterable[MeasureError]) -> Iterator[str]:
    yield "| Measure | As used | Bound | Fitted without it | Nothing fitted | Fitted to it |\n|---|---|---|---|---|---|"
    for one in errors:
        used, left_out, before = (one.errors[name] for name in (AS_USED, LEFT_OUT, NOTHING_FITTED))
        shown = _share(used) if one.is_met else f"**{_share(used)}**"
        bound = "" if one.measure.bound is None else f"{one.measure.bound:.0%}"
        by = f"{len(one.fitted_by)} assumptions" if one.fitted_by else "nothing"
        yield f"| {one.measure.title} | {shown} | {bound} | {_share(left_out)} | {_share(before)} | {by} |"


def _share(error: float | None) -> str:
    return "" if error is None else f"{error:.1%}"


def _measure(error: MeasureError) -> Iterator[str]:
    about = error.measure
    yield f"### {about.title}\n"
    yield f"`{about.name}`: {about.origin}; {summary.outlook(about.forecast)}. {about.why.strip()}\n"
    yield "| | " + " | ".join(one.financial_year for one in error.figures) + " |\n|---|" + "---|" * len(error.figures)
    rows: dict[str, list[float | None]] = {"Official": [one.official for one in error.figures]}
    rows |= {name: [one.model[column] for one in error.figures] for column, name in summary.NAMES.items()}
    for name, amounts in rows.items():
        known = [f"{amount:+,.0f}" for amount in amounts if amount is not None]
        if len(known) == len(amounts):
            yield f"| {name} | " + " | ".join(known) + " |"
    yield f"\n![{about.title}, official and model by year](validation/{about.name}.svg)\n"


def _checks(checks: Sequence[Check]) -> Iterator[str]:
    yield "| What | Year | Official | Model | The official figure |\n|---|---|---|---|---|"
    for one in checks:
        yield f"| {one.name} | {one.financial_year} | {one.official:,.0f} | {one.model:,.0f} | {one.basis} |"
    yield ""
    for name in dict.fromkeys(one.name for one in checks):
        yield f"* {name}: {why_checks_differ(name)}"


def _not_covered() -> Iterator[str]:
    yield "## Costed officially, and not by the model\n"
    for name, one in declared()["not_covered"].items():
        yield f"* {one['title']} (`{name}`). {one['why'].strip()}"
    for name, why in declared()["reliefs_not_covered"].items():
        yield f"* The yearly cost of {name}. {why.strip()}"
