"""The sections of a costing note, in the official order: one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.classes import BY_EMPLOYEES, BY_REGION, BY_SECTION
from openfisca_goodwork.costing.distribution import BASIS, Row
from openfisca_goodwork.costing.official import NAME
from openfisca_goodwork.costing.result import Amounts
from openfisca_goodwork.costing.sentences import driver, in_time
from openfisca_goodwork.costing.summary import WITHOUT_RESPONSE, who_gains
from openfisca_goodwork.costing.uncertainty import Sensitivity
from openfisca_goodwork.costing.uncertainty.rating import AXES
from openfisca_goodwork.costing.value_for_money import DEFINITIONS
from openfisca_goodwork.number_formats import in_words, rounded, three_figures
from openfisca_goodwork.reports import pictures as drawn
from openfisca_goodwork.reports import tables, trail, words
from openfisca_goodwork.reports.costing_note.method import falsifiers, method
from openfisca_goodwork.reports.pictures import Picture
from openfisca_goodwork.reports.word import Note

Pictures = Mapping[str, Picture]
Section = Callable[[Note, CostingResult, Pictures], None]

TOTALS = "Totals may not add up because of rounding."
NO_VALUE = "No training is induced, so there is no value for money to tell."
_CHANGES_SHOWN = 40


def _measure(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """What is costed, from when to when, against what, and whether it is law."""
    note.say(words.status(result), bold=True)
    against = " + ".join(reform.title for reform in result.baseline) or "current law"
    rows = {
        "Reform": " + ".join(reform.name for reform in result.reforms) or "settings of this run",
        "What it does": " ".join(reform.summary for reform in result.reforms),
        "Commencement": trail.day(trail.commencement(result)) if trail.changes(result) else "none",
        "Sunset": trail.day(trail.sunset(result)) if trail.changes(result) else "none",
        "Compared with": against,
        "Settings": "; ".join(result.settings),
        "Where it comes from": " ".join(reform.source for reform in result.reforms),
    }
    shown = [(name, text) for name, text in rows.items() if text]
    note.table(("Measure", ""), shown, (1, 4))


def _answer(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """The answer in one sentence."""
    if result.no_effect:
        note.say(f"{words.finding(result)}: {result.no_effect}", bold=True)
        return
    years, total = result.financial_years, sum(result.post_behavioural)
    over = f"; over {years[0]} to {years[-1]} it {in_words(total)} in all" if len(years) > 1 else ""
    note.say(f"{words.finding(result)}{over}.", bold=True)


def _cost(note: Note, result: CostingResult, pictures: Pictures) -> None:
    """Static, what companies do, post-behavioural, by financial year, to £5 million."""
    shown = tables.steps(result)
    totals = list(tables.by_year(result).index[:2])
    shown.loc[WITHOUT_RESPONSE] = result.without_response
    for name, amounts in _parts(result).items():
        shown.loc[name] = amounts
    rows = [[str(name), *map(rounded, amounts)] for name, amounts in shown.iterrows()]
    strong = [place for place, name in enumerate(shown.index) if name in totals]
    _by_year(note, result, "£ million", rows, strong)
    note.say(f"{words.measured(result)} {words.ROUNDING} {TOTALS}", small=True)
    note.say(" ".join(in_time(result).split()))
    for name in (drawn.BY_YEAR, drawn.STEPS):
        _picture(note, pictures, name)
    _official(note, result)
    heads = tables.by_head(result)
    if not heads.empty:
        note.say("Static effect by cost head of training", bold=True)
        _by_year(note, result, "£ million", [[str(name), *map(rounded, row)] for name, row in heads.iterrows()])


def _official(note: Note, result: CostingResult) -> None:
    """The official costing of the same, where one is on file, with its source."""
    if result.official is None:
        return
    note.say(NAME, bold=True)
    shown = tables.official(result)
    rows = [[str(name), *("–" if isnan(one) else rounded(one) for one in amounts)] for name, amounts in shown.iterrows()]
    if rows:
        _by_year(note, result, "£ million", rows)
    note.say(result.official.text, small=True)


def _parts(result: CostingResult) -> dict[str, Amounts]:
    """Tax and spending where there are both, the other basis, and what running a relief costs."""
    rows: dict[str, Amounts] = {}
    if any(result.spending):
        rows |= {"of which credits paid out (spending)": result.spending, "of which tax": result.tax}
    if result.bridge is not None and not result.no_effect:
        accrues = result.basis == "accruals"
        rows[tables.CASH if accrues else tables.ACCRUALS] = result.bridge.cash if accrues else result.bridge.accruals
    return rows | ({tables.RUNNING_COST: result.administration} if result.administration else {})


def _by_year(
    note: Note, result: CostingResult, name: str, rows: Sequence[Sequence[str]], strong: Sequence[int] = ()
) -> None:
    years = result.financial_years
    note.table([name, *years], rows, [3.4, *[1.1] * len(years)], strong=strong, figures=range(1, len(years) + 1))


def _picture(note: Note, pictures: Pictures, name: str) -> None:
    if name in pictures:
        note.picture(pictures[name].png, pictures[name].chart)


def _base(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """What the change bears upon: amounts with source, year and growth."""
    lines = trail.tax_base(result)
    if not lines:
        note.say("The model has no official figure of what this change bears upon; the company population carries it.")
        return
    rows = [(one.what, _amount(one), one.year, _growth(one), f"{one.source} ({one.status})") for one in lines]
    heads = ("What", "Amount, £m", "Year", words.growth_to(result), "Source (status)")
    note.table(heads, rows, (3.2, 1.3, 1.1, 1.2, 5), figures=(1, 2, 3))
    said, setting = words.reading_of_levy(result)
    note.say(f"{said}. The other reading: --set {setting}." if said else "", small=True)
    note.say(
        "The workbook beside this note holds the trail in full: the sheets Tax base, Parameters changed, Assumptions "
        "(every value "
        "with its source and status) and Fit (official figures against the model's).",
        small=True,
    )


def _amount(one: trail.BaseLine) -> str:
    return f"{one.amount:.0%}" if one.unit == trail.SHARE_OF_TRAINING else f"{one.amount:,.0f}"


def _growth(one: trail.BaseLine) -> str:
    return "" if one.growth is None else f"× {one.growth:.3f}"


def _method(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """How the figures were made."""
    for text in method(result):
        note.say(text)


def _value(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """What the money buys."""
    rows = tables.value_for_money(result)
    if not rows:
        note.say(NO_VALUE)
        return
    years = result.financial_years
    over = f"Over {years[0]} to {years[-1]}" if len(years) > 1 else f"In {years[0]}"
    note.table((over, ""), list(rows.items()), (5, 2), figures=(1,))
    if result.value is not None:
        note.say(" ".join(DEFINITIONS.values()), small=True)


def _range(note: Note, result: CostingResult, pictures: Pictures) -> None:
    """How far the cost may be from the central case, and what drives it."""
    found = result.uncertainty
    if found is None:
        note.say(words.NO_RANGE)
        return
    rows = tables.interval(result)
    shown = [[str(name), *map(rounded, amounts)] for name, amounts in rows.iterrows()]
    _by_year(note, result, "£ million", shown, strong=(1,))
    note.say(" ".join(driver(result).split()))
    _picture(note, pictures, drawn.DRIVERS)
    if found.sensitivity:
        heads = ("Assumption alone", "Low", "Effect", "Central", "High", "Effect")
        note.table(heads, [_moved(one) for one in found.sensitivity], (4, 1.1, 1.1, 1.1, 1.1, 1.1), figures=range(1, 6))
        note.say("Effect: by how much that end moves all years together, £ million, rounded to £5 million.", small=True)


def _moved(one: Sensitivity) -> list[str]:
    """An assumption as a row: its values, and by how much each end moves all years together."""
    low, central, high = one.in_words
    return [one.label, low, rounded(sum(one.effect_low)), central, high, rounded(sum(one.effect_high))]


def _rating(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """How sure: data, modelling, behaviour, overall; and how far off the model was where it can be held against others."""
    found = result.rating
    if found is None:
        note.say(words.NO_RATING)
    else:
        rows = [(axis.capitalize(), getattr(found, axis), found.reasons[axis]) for axis in AXES]
        note.table(
            ("Axis", "Rating", "Why"), [*rows, ("Overall", found.overall, words.SCALE_OF_RATING)], (1, 1, 5), strong=(3,)
        )
    if not result.no_effect:
        note.say(result.credibility.text)


def _gainers(note: Note, result: CostingResult, pictures: Pictures) -> None:
    """Who gains, by size, sector and region."""
    shown = result.distribution
    if shown is None:
        note.say(words.NO_DISTRIBUTION)
        return
    for line in (*who_gains(result).splitlines(), BASIS):
        note.say(line)
    _picture(note, pictures, drawn.BY_SIZE)
    for name in (BY_EMPLOYEES, BY_SECTION, BY_REGION):
        table = shown.table(name)
        rows = [_gain(row) for row in table.rows]
        heads = (f"{name} ({table.marked})", "Gaining", "Losing", "Gain, £m", "Share of gain", "£ per employee")
        note.table(heads, rows, (3.2, 1.2, 1.1, 1.1, 1.1, 1.2), figures=range(1, len(heads)))
        note.say(table.basis, small=True)
    if any(row.has_few_records for name in (BY_EMPLOYEES, BY_SECTION, BY_REGION) for row in shown.table(name).rows):
        note.say("* Few records stand behind the row: do not quote it.", small=True)


def _gain(row: Row) -> list[str]:
    """A class of companies as a row: companies that gain and lose, the gain, its share, and a head."""
    counts = [three_figures(row.gaining), three_figures(row.losing)]
    share = "" if row.share_of_gain is None else f"{row.share_of_gain:.1%}"
    a_head = "" if row.gain_per_employee is None else f"{row.gain_per_employee:,.2f}"
    return [row.name + (" *" if row.has_few_records else ""), *counts, rounded(row.gain), share, a_head]


def _falsifiers(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """What would show this costing to be wrong, and the field of a return that it takes."""
    note.points(list(falsifiers(result)))


def _changes(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """Every figure of law that differs, and the assumptions of the response."""
    found = trail.changes(result)
    rows = [
        (f"{one.label} ({one.path})", one.a_in_words, one.b_in_words, trail.day(one.starts), trail.day(one.ends))
        for one in found[:_CHANGES_SHOWN]
    ]
    note.table(("Parameter", "Before", "After", "From", "To"), rows, (5, 1.4, 1.4, 1.6, 1.6))
    if len(found) > _CHANGES_SHOWN:
        note.say(f"And {len(found) - _CHANGES_SHOWN:,} more, in the workbook's sheet Parameters changed.", small=True)


def _assumptions(note: Note, result: CostingResult, _pictures: Pictures) -> None:
    """The assumptions that the response read, with their sources."""
    if not result.assumptions:
        note.say("Nothing changes, so nothing is assumed.")
        return
    rows: list[tuple[str, str, str]] = []
    source = ""
    for _, row in tables.assumptions(result).iterrows():
        rows.append((row["Assumption"], row["Value"], "As above." if row["Source"] == source else row["Source"]))
        source = row["Source"]
    note.table(("Assumption", "Value", "Source"), rows, (3, 1, 6), figures=(1,))


SECTIONS: dict[str, Section] = {
    "": _measure,
    "Answer": _answer,
    "Cost": _cost,
    "Tax base": _base,
    "Method": _method,
    "Value for money": _value,
    "Range": _range,
    "Uncertainty rating": _rating,
    "Who gains": _gainers,
    "What would falsify this costing": _falsifiers,
    "Parameters changed": _changes,
    "Assumptions of the response": _assumptions,
}
