"""Sentences about a place: what is good, what to work on, how sure that is, and what a lever would bring there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openfisca_goodwork.audit.local import LocalAudit, LocalFigure, Point
from openfisca_goodwork.audit.local.measures import COUNT, SURVEY, Measure
from openfisca_goodwork.audit.local.place import ALIKE, BETTER, MEAN, MIDDLE, UNKNOWN, WORSE
from openfisca_goodwork.audit.local.places import AUTHORITY
from openfisca_goodwork.audit.local.reform import MATCH, PLEDGE, YEAR, Brings
from openfisca_goodwork.errors import and_joined, counted, lower_first
from openfisca_goodwork.number_formats import DASH

BESIDE = {BETTER: "clearly better", WORSE: "clearly worse", ALIKE: "no clear difference", UNKNOWN: "not compared"}
_TWO_FIGURES, _MILLION = 2, 1_000_000


def two_figures(number: float) -> str:
    """A modelled number to two figures: `1,100`, `0.36`."""
    shown = float(f"{number:.{_TWO_FIGURES}g}")
    return f"{shown:,.0f}" if abs(shown) >= 10 else f"{shown:g}"


def pounds(million: float) -> str:
    """A modelled amount, given in £ million, to two figures: `£6.0m`, `£620,000`, `£21,000`."""
    if round(abs(million), _TWO_FIGURES) < 1:
        return f"£{two_figures(million * _MILLION)}"
    shown = float(f"{million:.{_TWO_FIGURES}g}")
    return f"£{shown:,.0f}m" if abs(shown) >= 10 else f"£{shown:.1f}m"


def finding(audit: LocalAudit) -> str:
    """On how many measures a place is clearly behind and clearly ahead of its nation, as a title."""
    place, behind, ahead, compared = audit.place, len(audit.behind), len(audit.ahead), len(audit.compared)
    if not (behind or ahead):
        return f"{place.name}: nothing held tells it clearly from {place.nation}"
    most = f", most on {_in_a_sentence(audit.focus[0].figure.of)}," if audit.focus else ""
    parts = [f"clearly behind {place.nation} on {behind} of {counted(compared, 'measure')}{most}"] if behind else []
    ahead_alone = f"of {place.nation} on {ahead} of {counted(compared, 'measure')}"
    parts += [f"clearly ahead {f'on {ahead}' if behind else ahead_alone}"] if ahead else []
    return f"{place.name} is {' and '.join(parts)}".rstrip(",")


def _in_a_sentence(measure: Measure) -> str:
    """A measure within a sentence, without ages and other detail."""
    name = measure.label.partition(",")[0]
    return lower_first(name)


def interval(figure: LocalFigure) -> str:
    """The 95% interval of a figure; of an area without one, how many of its authorities are held."""
    here, measure = figure.here, figure.of
    if here.lower is not None and here.upper is not None:
        return f"{measure.written(here.lower)} to {measure.written(here.upper)}"
    if here.value is None and figure.inside is not None:
        return authorities(figure.inside[3])
    return DASH


def authorities(number: int) -> str:
    """`1 authority`, `5 authorities`."""
    return "1 authority" if number == 1 else f"{number} authorities"


def short_year(figure: LocalFigure) -> str:
    """The year, or years, that a figure is of: `2022`, `2024/25`; a dash where the place has none."""
    years = re.findall(r"(?:19|20)\d\d(?:[-/]\d\d(?!\d))?", figure.here.period.replace("-04", ""))
    if not years:
        return DASH
    return years[0].replace("-", "/") if len(years) == 1 else f"{years[0]}/{years[-1][2:]}"


def with_interval(figure: LocalFigure) -> str:
    """The figure of a place with its interval in brackets, where it has one."""
    shown = interval(figure)
    return here(figure) if shown == DASH else f"{here(figure)} ({shown})"


def compact(figure: LocalFigure) -> str:
    """The figure of a place with its interval, unit said once, for a narrow column: `67.9% (63.0–72.8)`."""
    if figure.here.value is None and figure.inside is not None:
        low, _, high, count = figure.inside
        return f"{figure.of.written(low).strip('%')}–{figure.of.written(high).strip('£')}\u00a0({count})"
    if not figure.here.has_interval:
        return marked(figure)
    ends = (figure.of.written(end).strip("%£") for end in (figure.here.lower, figure.here.upper))
    return f"{marked(figure)}\u00a0({'–'.join(ends)})"


def marked(figure: LocalFigure) -> str:
    """The figure of a place in a table, whose legend says that an m is a modelled figure."""
    return here(figure, "m")


def here(figure: LocalFigure, modelled: str = ", modelled") -> str:
    """The figure of a place, marked where it is modelled; of an area without one, the range of its authorities."""
    mark = modelled if figure.status == "modelled" else ""
    if figure.here.value is None and figure.inside is not None:
        low, _, high, _ = figure.inside
        return f"{figure.of.written(low)} to {figure.of.written(high)}{mark}"
    return f"{figure.of.written(figure.here.value)}{mark if figure.here.value is not None else ''}"


def how_sure(figure: LocalFigure, gap: float) -> str:
    """On what it rests that a place is behind or ahead."""
    worse, better, held = figure.members
    if held:
        word = "worse" if worse > better else "better"
        return f"{max(worse, better)} of {authorities(held)} with a figure clearly {word}"
    if figure.of.noise == SURVEY:
        return "Sure: 95% intervals are apart"
    if figure.of.noise == COUNT:
        return f"No interval is published; more than {gap:.0%} apart"
    return f"Intervals worked out here are apart, and figures by more than {gap:.0%}"


def brings(lever: str, held: Brings | None, kind: str = AUTHORITY) -> str:
    """What a lever would bring a place, in a sentence without a full stop; nothing where that is not worked out."""
    if held is None:
        return ""
    there = "here" if kind == AUTHORITY else "there"
    if lever == PLEDGE:
        return (
            f"suppliers to the public sector {there} with {two_figures(held.jobs_failing)} jobs would fail it today; "
            f"if all passed, their staff would be paid {pounds(held.wage_bill)} a year more"
        )
    if lever == MATCH:
        rise = pounds(-held.gain)
        return f"a tax rise of {rise} in {YEAR} for companies {there}, less as far as they train: an illustration"
    return (
        f"{two_figures(held.claimants)} companies claim in {YEAR}, training rises by "
        f"{pounds(held.extra_training)}, and they pay "
        f"{pounds(held.gain)} less tax ({pounds(held.gain_by_sites)} if spread by workplaces)"
    )


def beside_nation(figure: LocalFigure, nation: str) -> str:
    """The figure of the nation by name; where it is not the official one, what it is: `England 26.8%, mean of its ...`."""
    held = figure.nation
    return f"{nation} {figure.of.written(held.value)}" + (f", {held.of}" if held.of in {MEAN, MIDDLE} else "")


def strengths(points: Sequence[Point], nation: str, ahead: int) -> str:
    """What is good, in a sentence; of how many measures that are better, where not all are named."""
    lines = [
        f"{_in_a_sentence(point.figure.of)} ({here(point.figure)}{_per(point.figure.of)}; "
        f"{beside_nation(point.figure, nation)})"
        for point in points
    ]
    of = f", the widest {len(lines)} of {ahead}" if ahead > len(lines) else ""
    return f"What is clearly good{of}: {'; '.join(lines)}." if lines else f"Nothing held is clearly better than {nation}."


def _per(measure: Measure) -> str:
    """The unit of a measure whose figures do not have it."""
    return "" if measure.unit[0] in "%£" else f" {measure.unit}"


def business(audit: LocalAudit) -> str:
    """The business base of a place in two sentences: how many, how small, and in what it has more than the country."""
    industries = [row for row in audit.business if row["by"] == "industry"]
    whole = sum(row["count"] for row in industries)
    small = sum(row["share_here"] for row in audit.business if row["name"] in {"0 to 4", "5 to 9"})
    above = [row for row in industries if row["share_here"] > row["share_uk"]]
    most = sorted(above, key=lambda row: row["share_uk"] - row["share_here"])[:3]
    more = [f"{row['name'].lower()} ({row['share_here']:.0%}; UK {row['share_uk']:.0%})" for row in most]
    return (
        f"{whole:,.0f} enterprises have their head office there (March 2025), {small:.0%} with fewer than ten staff; "
        f"above the country's share: {and_joined(more)}."
    )
