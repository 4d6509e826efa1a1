"""Effective tax rates as a report: what £1 costs after tax, thing by thing, then by kind of company, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from openfisca_goodwork.effective_rates import EffectiveRates, Rate
from openfisca_goodwork.effective_rates.assumptions import ROOT
from openfisca_goodwork.effective_rates.rates import ASSETS, BUILDING, MACHINE, MAIN_RATE_PAYER, TAXPAYERS, Asset
from openfisca_goodwork.effective_rates.result import EVERY_UPLIFT, MACHINE_AND_BUILDING, TRAINING_TOGETHER
from openfisca_goodwork.errors import lower_first
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import Kind, written
from openfisca_goodwork.policy.compare import LAW
from openfisca_goodwork.reports.charts import QUIET, STRONG, Spec, names, spec_of
from openfisca_goodwork.reports.sections import Cell, Chart, Column, Figure, Note, Report, Row, Section, Style, Table

if TYPE_CHECKING:
    import pandas

_LETTERS = "AB"
_LAWS = ("Current law", "With the relief")
_TENTH_OF_A_PENNY, _ROW = 3, 44  # decimals of £1; height of a line of a chart in pixels
_HEADS = {
    "external_course_fees": "fees",
    "training_materials_and_travel": "materials",
    "trainer_pay": "trainers' pay",
    "trainee_pay": "trainees' pay",
    "training_centre_costs": "centres",
    "training_management_costs": "management",
}
_SHORT = {
    "main_rate": "Main rate",
    "marginal_relief": "Marginal relief",
    "small_profits": "Small profits",
    "in_loss": "In loss",
}
_IN_OTHER_COMPANIES = (MACHINE, *(asset for asset in ASSETS if asset.name == "main_rate_plant_used"), BUILDING)

# Never minus nothing.
PENCE = Kind("pence of £1", lambda pounds: f"{round(100 * pounds, 1) + 0.0:.1f}p", "0.000")
SHARE = Kind("share to a tenth", lambda share: f"{round(100 * share, 1) + 0.0:.1f}%", "0.0%")
CHANGE = Kind("change to a tenth", SHARE.write, "+0.0%;-0.0%;0.0%")

_MEANING = """\
Cost of £1: what it costs after tax, £1 less the present value of the tax it saves. Break-even: the return it must earn in a
year, after inflation and wear, before tax. EMTR, the effective marginal tax rate: the part of that return that tax takes; –
where the £1 breaks even without earning. EATR, the effective average tax rate: the part that tax takes of an investment
earning {earned}. Cost of use: break-even return and wear. A minus is a subsidy."""
_TRAINING = """\
Training is deducted at once, so current law takes nothing at the margin; a relief goes beyond that. Its case is what the
employer does not keep: keeping {kept} of the return, it breaks even on training, all costs together, only where the return
to everybody is at least {of_everybody} a year."""
_LIMITS = """\
The £1 of training is below every limit of the relief and above any baseline. Intangible assets are not in this model."""

Measure = Callable[[Rate], float | None]
_MEASURES: dict[str, tuple[Measure, Kind]] = {
    "Cost of £1": (lambda row: row.cost_after_tax, PENCE),
    "Break-even": (lambda row: row.cost_of_capital, SHARE),
    "EMTR": (lambda row: row.marginal_rate, SHARE),
    "EATR": (lambda row: row.average_rate, SHARE),
    "Cost of use": (lambda row: row.user_cost, SHARE),
}


def report_of(result: EffectiveRates) -> Report:
    """Effective rates under one law, or under two beside each other."""
    title = f"What £1 spent on {day_in_words(result.on)} costs after tax: machines, buildings, training"
    sections = (
        Section("Rates", "What does tax do to £1, thing by thing?", (*_about(result), _at_the_main_rate(result)), title),
        Section("Companies", "What does the same £1 cost other companies?", (_by_company(result),)),
        Section("How to read it", "What do the columns mean?", tuple(map(Note, _meaning(result)))),
        Section("Assumptions", "What is assumed, and how is this made again?", tuple(_provenance(result))),
    )
    return Report(title, " ".join(result.remarks), sections, result.command, "rates")


def _about(result: EffectiveRates) -> Iterator[Note]:
    """Notes that name the laws and the company, and what the rows take as given."""
    laws = ["current law" if name == LAW else name for name in result.laws]
    named = [f"{letter}: {name}" for letter, name in zip(_LETTERS, laws, strict=False)]
    yield Note("; ".join(named) if len(named) > 1 else f"Law: {laws[0]}")
    rows = _beside(result, MAIN_RATE_PAYER.name, MACHINE.name)
    rates = " and ".join(dict.fromkeys(written(row.rate, SHARE) for row in rows))
    finance = "paid for out of profit" if not result.assumed[f"{ROOT}.debt_share"] else "partly borrowed"
    yield Note(f"{MAIN_RATE_PAYER.label}: {rates}; {finance}.")
    if result.returns_on != result.on:
        later = written(rows[-1].rate_on_returns, SHARE)
        yield Note(f"Returns bear the rate of {day_in_words(result.returns_on)}: {later}.")
    yield from (Note(remark) for remark in result.remarks)


def _at_the_main_rate(result: EffectiveRates) -> Table:
    """Every measure of everything that a company at the main rate may spend £1 on; what a second law changes, below it."""
    columns = [Column("", width=46), *(Column(name, kind, 16) for name, (_, kind) in _MEASURES.items())]
    if len(result.laws) > 1:
        columns.append(Column("Change", CHANGE, 16))
    lines = []
    for label, rows in _things(result, MAIN_RATE_PAYER.name, ASSETS, has_average=True):
        for row, name, indent in _changed(label, rows):
            change = () if len(result.laws) == 1 else (result.user_cost_change(row) if row is not rows[0] else None,)
            lines.append(Row((name, *(measure(row) for measure, _ in _MEASURES.values()), *change), indent=indent))
    return Table("", tuple(columns), lines, "Rates")


def _by_company(result: EffectiveRates) -> Table:
    columns = (Column("", width=46), *(Column(_SHORT[company.name], PENCE, 16) for company in TAXPAYERS))
    caption = (
        "The same £1 by kind of company: cost after tax. All but the first are within their annual investment allowance."
    )
    rates = [_beside(result, company.name, MACHINE.name) for company in TAXPAYERS]
    rows = [_line("Rate of tax", [of_one[0].rate for of_one in rates], kind=SHARE)]
    if any(of_one[-1].rate != of_one[0].rate for of_one in rates):
        rows.append(_line("under B", [of_one[-1].rate for of_one in rates], kind=SHARE, indent=1))
    of_each = [_things(result, company.name, _IN_OTHER_COMPANIES) for company in TAXPAYERS]
    for place, (label, _) in enumerate(of_each[0]):
        costs = [[row.cost_after_tax for row in things[place][1]] for things in of_each]
        rows.append(_line(label, [of_one[0] for of_one in costs]))
        if any(of_one[-1] != of_one[0] for of_one in costs):
            rows.append(_line("under B", [of_one[-1] for of_one in costs], indent=1))
    return Table(caption, columns, rows, "Companies")


def picture_of(result: EffectiveRates, company: str) -> Figure:
    """What £1 costs after tax under each law, thing by thing, for a kind of company.

    Args:
        result: of two laws. company: the name of its kind.
    """
    columns = {
        "spent_on": Column("Spent on"),
        "law": Column("Cost of £1 under current law", PENCE),
        "relief": Column("With the relief", PENCE),
    }
    return Figure("cost-of-a-pound", lambda: _costs(result, company), columns)


def _costs(result: EffectiveRates, company: str) -> Chart:
    """Two marks for each thing, of one shape and colour for each law, joined by a line: the longer, the more is saved."""
    things = [(label.strip(), rows) for label, rows in _things(result, company, ASSETS)]
    import pandas  # here, as the text of rates needs no pandas and it is slow to import

    data = pandas.DataFrame(
        {"spent_on": label, "law": rows[0].cost_after_tax, "relief": rows[-1].cost_after_tax} for label, rows in things
    )
    costs: list[tuple[str, float, float]] = list(data.itertuples(index=False, name=None))
    name, law, relief = max(costs, key=lambda cost: round(cost[1] - cost[2], _TENTH_OF_A_PENNY))
    finding = (
        f"The relief takes most off {lower_first(name)}: £1 costs {PENCE.write(relief)} after tax, not {PENCE.write(law)}"
        if round(law - relief, _TENTH_OF_A_PENNY) > 0
        else "The relief takes nothing off the cost of £1 after tax"
    )
    said = "; ".join(
        f"{label} {PENCE.write(before)}, {PENCE.write(after)} with the relief" for label, before, after in costs
    )
    subtitle = " ".join((f"Cost of £1 after tax, in pence, spent on {day_in_words(result.on)}.", *result.remarks[:1]))
    return Chart(finding, subtitle, f"Two marks for each thing: current law and the relief. {said}.", _marks(data), data)


def _marks(data: pandas.DataFrame) -> Spec:
    rows = [
        {"spent_on": name, "law": law, "pence": 100 * cost, "label": PENCE.write(cost)}
        for name, before, after in data.itertuples(index=False)
        for law, cost in zip(_LAWS, (before, after), strict=True)
        if law == _LAWS[0] or round(before - after, _TENTH_OF_A_PENNY)
    ]
    axis = {"title": "Pence", "grid": False, "tickCount": 5}
    x = {"field": "pence", "type": "quantitative", "scale": {"zero": False, "nice": True, "padding": 20}, "axis": axis}
    by = {"field": "law", "type": "nominal", "legend": {"title": None, "orient": "top", "direction": "vertical"}}
    layers = [
        {"mark": {"type": "line", "color": QUIET, "strokeWidth": 2}, "encoding": {"detail": {"field": "spent_on"}}},
        {
            "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
            "encoding": {
                "color": {**by, "scale": {"domain": list(_LAWS), "range": [QUIET, STRONG]}},
                "shape": {**by, "scale": {"domain": list(_LAWS), "range": ["circle", "diamond"]}},
            },
        },
        {"mark": {"type": "text", "fontSize": 12, "dy": -12}, "encoding": {"text": {"field": "label"}}},
    ]
    return spec_of(rows, height={"step": _ROW}, encoding={"x": x, "y": names("spent_on")}, layer=layers)


def _line(label: str, figures: Iterable[float], *, kind: Kind | None = None, indent: int = 0) -> Row:
    return Row((label, *(Cell(figure, kind) for figure in figures)), indent=indent)


def _changed(label: str, rows: Sequence[Rate]) -> Iterator[tuple[Rate, str, int]]:
    """The row of a thing, and that under the second law where it differs: each with its name and how far it is set in."""
    yield rows[0], label, 0
    if len(rows) > 1 and any(measure(rows[0]) != measure(rows[1]) for measure, _ in _MEASURES.values()):
        yield rows[1], "under B", 1


def _things(
    result: EffectiveRates, company: str, assets: Iterable[Asset], *, has_average: bool = False
) -> list[tuple[str, list[Rate]]]:
    """What a company spends £1 on: plant and buildings, then training by what its types of cost have in common."""
    things = [(asset.label, _beside(result, company, asset.name)) for asset in assets]
    if has_average:
        average = _beside(result, company, MACHINE_AND_BUILDING)
        things.append((average[0].label, average))
    return things + [(label, _beside(result, company, name)) for label, name in _training(result)]


def _beside(result: EffectiveRates, company: str, name: str) -> list[Rate]:
    """The row under each law; where the first has no uplift, training as it is without."""
    rows = []
    for number in range(len(result.laws)):
        try:
            rows.append(result.of(company, name, number))
        except KeyError:
            rows.append(result.of(company, name.removesuffix(EVERY_UPLIFT), number))
    return rows


def _training(result: EffectiveRates) -> list[tuple[str, str]]:
    """Lines of training, each with the name of one of its rows: types of cost that every company has alike are one line."""
    lines = []
    spent_on = {row.spent_on for row in result.rows}
    for suffix in ("", EVERY_UPLIFT):
        alike: dict[tuple[float, ...], list[str]] = {}
        for head in HEADS if TRAINING_TOGETHER + suffix in spent_on else ():
            key = tuple(row.tax_relief for company in TAXPAYERS for row in _beside(result, company.name, head + suffix))
            alike.setdefault(key, []).append(head)
        groups = [heads for heads in alike.values() if not suffix or _is_moved(result, heads[0], suffix)]
        lines += [(_named(heads, has_uplifts=bool(suffix), is_all=len(groups) == 1), heads[0] + suffix) for heads in groups]
    return lines


def _is_moved(result: EffectiveRates, head: str, suffix: str) -> bool:
    """Whether uplifts change anything for a type of training cost."""
    plain, uplifted = (_beside(result, MAIN_RATE_PAYER.name, name) for name in (head, head + suffix))
    return any(row.tax_relief != other.tax_relief for row, other in zip(plain, uplifted, strict=True))


def _named(heads: Sequence[str], *, has_uplifts: bool, is_all: bool) -> str:
    named = ", ".join(_HEADS[head] for head in heads)
    if has_uplifts:
        return f"  {named}, with uplifts"
    return "Training" if is_all else f"Training: {named}"


def _meaning(result: EffectiveRates) -> Iterator[str]:
    earned, kept = (written(result.assumed[f"{ROOT}.{name}"], SHARE) for name in ("pre_tax_return", "share_of_return_kept"))
    of_training = _beside(result, MAIN_RATE_PAYER.name, TRAINING_TOGETHER)
    returns = [written(row.return_to_society, SHARE) for row in of_training]
    under = [f"{share} under {letter}" for share, letter in zip(returns, _LETTERS, strict=False)]
    of_everybody = " and ".join(under) if len(under) > 1 else returns[0]
    texts = (_MEANING.format(earned=earned), _TRAINING.format(kept=kept, of_everybody=of_everybody), _LIMITS)
    return (" ".join(text.split()) for text in texts)


def _provenance(result: EffectiveRates) -> Iterator[Table | Note]:
    assumed = ", ".join(f"{path.removeprefix(ROOT + '.')} {value:g}" for path, value in result.assumed.items())
    yield Note(f"Assumptions ({ROOT}): {assumed}")
    yield Note(f"Reproduce: {result.command}", Style.CODE)
