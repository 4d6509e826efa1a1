"""Effective rates in words and plain tables, as a terminal shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap

from openfisca_goodwork.effective_rates.assumptions import ROOT
from openfisca_goodwork.effective_rates.reliefs import ASSETS, BUILDING, MACHINE, MAIN_RATE_PAYER, TAXPAYERS, Asset
from openfisca_goodwork.effective_rates.result import (
    EVERY_UPLIFT,
    MACHINE_AND_BUILDING,
    TRAINING_TOGETHER,
    EffectiveRates,
    Rate,
)
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.sides import LAW

PAGE = 120
_LABEL, _COLUMN, _WIDE = 46, 8, 14
_LETTERS = "AB"
_HEADS = {
    "external_course_fees": "fees",
    "training_materials_and_travel": "materials",
    "trainer_pay": "trainers' pay",
    "trainee_pay": "trainees' pay",
    "training_centre_costs": "centres",
    "training_management_costs": "management",
}
_IN_OTHER_COMPANIES = (MACHINE, *(one for one in ASSETS if one.name == "main_rate_plant_used"), BUILDING)
_READING = """\
Cost after tax: £1 less the present value of the tax it saves. Break-even return: what it must earn in a year, after
inflation and wear, before tax. EMTR: the part of that return that tax takes; none where the £1 breaks even without
earning. EATR: the part that tax takes of an investment earning {earned}. Cost of use: break-even return and wear. A minus
is a subsidy."""
_TRAINING = """\
Training is deducted at once, so current law takes nothing at the margin; a relief goes beyond that. Its case is what the
employer does not keep: keeping {kept} of the return, it breaks even on training, all costs together, only where the return
to everybody is at least {of_everybody} a year."""
_LIMITS = """\
The £1 of training is below every limit of the relief and above any baseline. Intangible assets are not in this model."""
Measure = Callable[[Rate], str]


def _pence(row: Rate) -> str:
    return f"{100 * row.cost_after_tax:.1f}p"


def _percent(value: float | None) -> str:
    if value is None:
        return "none"
    shown = f"{100 * value:.1f}%"
    return "0.0%" if shown == "-0.0%" else shown


_MEASURES: dict[tuple[str, str], Measure] = {
    ("Cost of £1", "after tax"): _pence,
    ("Break-even", "return"): lambda row: _percent(row.cost_of_capital),
    ("Marginal", "tax (EMTR)"): lambda row: _percent(row.marginal_rate),
    ("Average", "tax (EATR)"): lambda row: _percent(row.average_rate),
}
_SHORT = {
    "main_rate": "Main rate",
    "marginal_relief": "Marg. relief",
    "small_profits": "Small profits",
    "in_loss": "In loss",
}


def summary_of(result: EffectiveRates) -> str:
    """The whole text: what it is, the table of a company at the main rate, the other companies, how to read it."""
    return "\n\n".join([_title(result), _of_main_rate(result), _of_all(result), _reading(result), _provenance(result)])


def _title(result: EffectiveRates) -> str:
    laws = ["current law" if name == LAW else name for name in result.laws]
    names = [f"{letter}: {name}" for letter, name in zip(_LETTERS, laws, strict=False)]
    rates = " and ".join(dict.fromkeys(_percent(_any(result, number).rate) for number in range(len(result.laws))))
    finance = "paid for out of profit" if not result.assumed[f"{ROOT}.debt_share"] else "partly borrowed"
    lines = [
        f"What £1 spent on {day_in_words(result.on)} costs after tax: machines, buildings, training",
        "; ".join(names) if len(names) > 1 else f"Law: {laws[0]}",
        f"{MAIN_RATE_PAYER.label}: {rates}; {finance}.",
    ]
    if result.returns_on != result.on:
        later = _percent(_any(result, len(result.laws) - 1).rate_on_returns)
        lines.append(f"Returns bear the rate of {day_in_words(result.returns_on)}: {later}.")
    return "\n".join([*lines, *result.remarks])


def _any(result: EffectiveRates, number: int) -> Rate:
    return result.of(MAIN_RATE_PAYER.name, MACHINE.name, number)


def _of_main_rate(result: EffectiveRates) -> str:
    has_two = len(result.laws) > 1
    last = ("Cost of use,", "change" if has_two else "a year")
    columns = [*_MEASURES, last]
    lines = [_heads(result, [names[row] for names in columns], last=has_two) for row in range(2)]
    if has_two:
        lines.append(_line(result, "", [letter for _ in _MEASURES for letter in _LETTERS]))
    for label, rows in _shown(result, MAIN_RATE_PAYER.name, ASSETS, has_average=True):
        use = rows[-1].user_cost / rows[0].user_cost - 1 if has_two else rows[0].user_cost
        cells = [measure(row) for measure in _MEASURES.values() for row in rows]
        lines.append(_line(result, label, cells) + f"{_percent(use):>{_WIDE}}")
    return "\n".join(lines)


def _of_all(result: EffectiveRates) -> str:
    lines = [
        "The same £1 by kind of company: cost after tax. All but the first are within their annual investment allowance.",
        _heads(result, [_SHORT[one.name] for one in TAXPAYERS]),
    ]
    rates = [_percent(result.of(one.name, MACHINE.name, number).rate) for one in TAXPAYERS for number in _numbers(result)]
    lines.append(_line(result, "Rate of tax", rates))
    of_each = [_shown(result, one.name, _IN_OTHER_COMPANIES) for one in TAXPAYERS]
    for place, (label, _) in enumerate(of_each[0]):
        lines.append(_line(result, label, [_pence(row) for shown in of_each for row in shown[place][1]]))
    return "\n".join(lines)


def _heads(result: EffectiveRates, names: Sequence[str], *, last: bool = False) -> str:
    """A line of headings, each over the columns of all laws; the last, where it has one column alone, over that."""
    width = 2 * _COLUMN if len(result.laws) > 1 else _WIDE
    widths = [width] * len(names) if not last else [*[width] * (len(names) - 1), _WIDE]
    return f"{'':{_LABEL}}" + "".join(f"{name:>{wide}}" for name, wide in zip(names, widths, strict=True))


def _line(result: EffectiveRates, label: str, cells: Sequence[str]) -> str:
    width = _COLUMN if len(result.laws) > 1 else _WIDE
    return f"{label:{_LABEL}}" + "".join(f"{cell:>{width}}" for cell in cells)


def _numbers(result: EffectiveRates) -> range:
    return range(len(result.laws))


def _shown(
    result: EffectiveRates, company: str, assets: Iterable[Asset], *, has_average: bool = False
) -> list[tuple[str, list[Rate]]]:
    """The lines of a company: plant and buildings, then training by what its cost heads have in common."""
    plants = [(asset.label, _beside(result, company, asset.name)) for asset in assets]
    if has_average:
        average = _beside(result, company, MACHINE_AND_BUILDING)
        plants.append((average[0].label, average))
    return plants + [(label, _beside(result, company, name)) for label, name in _training(result)]


def _beside(result: EffectiveRates, company: str, name: str) -> list[Rate]:
    """The row under each law; where the first has no uplift, training as it is without."""
    found = []
    for number in _numbers(result):
        try:
            found.append(result.of(company, name, number))
        except KeyError:
            found.append(result.of(company, name.removesuffix(EVERY_UPLIFT), number))
    return found


def _training(result: EffectiveRates) -> list[tuple[str, str]]:
    """Lines of training, each with the name of one of its rows: cost heads that every company has alike are one line."""
    lines = []
    held = {row.spent_on for row in result.rows}
    for suffix in ("", EVERY_UPLIFT):
        alike: dict[tuple[float, ...], list[str]] = {}
        for head in HEADS if TRAINING_TOGETHER + suffix in held else ():
            key = tuple(row.tax_relief for one in TAXPAYERS for row in _beside(result, one.name, head + suffix))
            alike.setdefault(key, []).append(head)
        groups = [heads for heads in alike.values() if not suffix or _is_moved(result, heads[0], suffix)]
        lines += [(_named(heads, has_uplifts=bool(suffix), is_all=len(groups) == 1), heads[0] + suffix) for heads in groups]
    return lines


def _is_moved(result: EffectiveRates, head: str, suffix: str) -> bool:
    """Whether uplifts change anything for a cost head."""
    pairs = zip(
        _beside(result, MAIN_RATE_PAYER.name, head), _beside(result, MAIN_RATE_PAYER.name, head + suffix), strict=True
    )
    return any(without.tax_relief != with_it.tax_relief for without, with_it in pairs)


def _named(heads: Sequence[str], *, has_uplifts: bool, is_all: bool) -> str:
    named = ", ".join(_HEADS[head] for head in heads)
    if has_uplifts:
        return f"  {named}, with uplifts"
    return "Training" if is_all else f"Training: {named}"


def _reading(result: EffectiveRates) -> str:
    earned, kept = (_percent(result.assumed[f"{ROOT}.{name}"]) for name in ("pre_tax_return", "share_of_return_kept"))
    society = [
        _percent(result.of(MAIN_RATE_PAYER.name, "training", number).return_to_society) for number in _numbers(result)
    ]
    under = [f"{one} under {letter}" for one, letter in zip(society, _LETTERS, strict=False)]
    of_everybody = " and ".join(under) if len(under) > 1 else society[0]
    texts = (_READING.format(earned=earned), _TRAINING.format(kept=kept, of_everybody=of_everybody), _LIMITS)
    return "\n".join(line for text in texts for line in wrap(text, PAGE))


def _provenance(result: EffectiveRates) -> str:
    assumed = ", ".join(f"{path.removeprefix(ROOT + '.')} {value:g}" for path, value in result.assumed.items())
    lines = wrap(f"Assumptions ({ROOT}): {assumed}", PAGE, break_on_hyphens=False)
    return "\n".join([*lines, f"Reproduce: {result.command}"])
