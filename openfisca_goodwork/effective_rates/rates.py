"""The question: what £1 spent on each thing costs after tax, under one law on one day, or under two beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from openfisca_goodwork.effective_rates import formulas, reliefs
from openfisca_goodwork.effective_rates.assumptions import (
    BUILDINGS,
    PLANT,
    TRAINING,
    Assumptions,
    LawOn,
    assumption_paths,
    assumptions_on,
)
from openfisca_goodwork.effective_rates.reliefs import BUILDING, MACHINE, TAXPAYERS, Taxpayer
from openfisca_goodwork.effective_rates.result import (
    EVERY_UPLIFT,
    MACHINE_AND_BUILDING,
    TRAINING_TOGETHER,
    EffectiveRates,
    Rate,
)
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.law.training_match import ENABLED as TRAINING_MATCH
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.compare import LAW, Side, side, together, tried
from openfisca_goodwork.policy.library import load_all
from openfisca_goodwork.policy.vocabulary import SHARE, Day, day_of_law, in_words

DEFAULT_DAY = date(2027, 4, 1)
"""The first day of the last financial year for which rates are legislated, and of most proposals in the library."""
_LAWS = ("enacted", "counterfactual")
_HEAD_SHARE = "assumptions.base.training.head_share."


def effective_rates(
    law: str = LAW,
    reforms: Iterable[str | Path] = (),
    on: Day = DEFAULT_DAY,
    returns_on: Day | None = None,
    settings: Iterable[str] = (),
) -> EffectiveRates:
    """What £1 spent on a machine, a building or training costs after tax, and the tax on what it earns.

    Args:
        law: `law`, `law@2023-03-31`, or the name or file of a reform.
        reforms: combined with it, for a second law beside it.
        on: the day on which the £1 is spent and every parameter is read.
        returns_on: the day whose rate of tax the returns bear; the same unless given. For spending just before a rise.
        settings: `PATH@DATE=VALUE`; those of `assumptions.` apply to both laws, others make or change the second.

    Returns:
        A row for each law, kind of company and thing to spend on.

    Raises:
        GoodworkError: for a wrong day, law, reform or setting; every fault at once.
    """
    settings, errors = tuple(settings), list[GoodworkError]()
    day = tried(lambda: day_of_law(on, "the day of the spending"), errors)
    returns = day if returns_on is None else tried(lambda: day_of_law(returns_on, "the day of the returns"), errors)
    sides = tried(partial(_sides, law, tuple(map(str, reforms)), settings), errors)
    if sides is None or day is None or returns is None:
        raise together(errors)
    if faults := [*_faults_of_days(day, returns), *_unused_settings(settings, day)]:
        raise GoodworkError("\n".join(faults))
    first = LawOn(sides[0].law, day)
    assumed = assumptions_on(first)
    rows = [row for number, compared in enumerate(sides) for row in _rows(compared, number, day, returns, assumed)]
    return EffectiveRates(
        laws=tuple(compared.name for compared in sides),
        asked=tuple(compared.asked for compared in sides),
        settings=settings,
        on=day,
        returns_on=returns,
        assumed={path: float(first(path)) for path in assumption_paths()},
        rows=tuple(rows),
        remarks=tuple(dict.fromkeys(remark for compared in sides for remark in _remarks(compared, day))),
    )


def _sides(law: str, reforms: tuple[str, ...], settings: tuple[str, ...]) -> tuple[Side, ...]:
    """The laws asked for: one, or it and what reforms and settings make of it."""
    common = tuple(setting for setting in settings if setting.startswith(ASSUMPTIONS))
    first = side(law, settings=common)
    if not reforms and common == settings:
        return (first,)
    parts = [part for part in (law, *reforms) if part != LAW]
    return first, side(" + ".join(parts) or LAW, settings=settings)


def _faults_of_days(day: date, returns: date) -> Iterator[str]:
    if returns < day:
        yield (
            f"The returns, on {day_in_words(returns)}, cannot come before the spending, on {day_in_words(day)}: "
            "--returns-on is that day or a later one."
        )


def _unused_settings(settings: Iterable[str], day: date) -> Iterator[str]:
    """Settings of assumptions that nothing here reads, or not on the day."""
    read = {*assumption_paths(), *(f"{_HEAD_SHARE}{head}" for head in HEADS)}
    for setting in settings:
        path, _, rest = setting.partition("@")
        if path.startswith(ASSUMPTIONS) and path not in read:
            yield f"--set {setting}: effective rates do not read {path}. They read assumptions.effective_rates."
        elif path in read and date.fromisoformat(rest.partition("=")[0]) > day:
            yield f"--set {setting}: {path} is read on {day_in_words(day)}. Date the setting on that day or before."


@dataclass(frozen=True)
class _Payer:
    """Who spends the £1, and what the rows of that company share.

    Attributes:
        number, law: of the law, its place among those asked for and its name.
        company: the kind of company. rate, on_returns: its rate of tax on the day, and on what the spending earns.
        assumed: what is assumed.
    """

    number: int
    law: str
    company: Taxpayer
    rate: float
    on_returns: float
    assumed: Assumptions


@dataclass(frozen=True)
class _Spent:
    """What the £1 is spent on, and what tax gives back of it.

    Attributes:
        name, label: of the thing. kind: how it wears.
        deductions: in present value (£). credit: paid at once (£). tax_relief: what both are worth to the company (£).
    """

    name: str
    label: str
    kind: str
    deductions: float
    credit: float
    tax_relief: float


def _rows(asked: Side, number: int, day: date, returns: date, assumed: Assumptions) -> Iterator[Rate]:
    law, later = LawOn(asked.law, day), LawOn(asked.law, returns)
    for company in TAXPAYERS:
        payer = _Payer(number, asked.name, company, company.rate(law), company.rate(later), assumed)
        if payer.on_returns >= 1:
            raise GoodworkError(
                f"{company.label}: tax takes {in_words(payer.on_returns, SHARE)} of £1 more of profit, so that nothing it "
                "could spend on breaks even. Ask for rates (with the fraction of marginal relief) below 100%."
            )
        plants = [_row(payer, spent) for spent in _plant(law, payer)]
        yield from plants
        yield _average(MACHINE_AND_BUILDING, "Machine and building, weighted", plants, _plant_weights(assumed), assumed)
        yield from _training(law, payer)


def _row(payer: _Payer, spent: _Spent) -> Rate:
    """A row: the measures of £1 on which tax gives back so much."""
    assumed, returns = payer.assumed, payer.on_returns
    wear, terms = assumed.wear[spent.kind], (assumed.real_rate, assumed.inflation)
    needed = formulas.cost_of_capital(spent.tax_relief, returns, *terms, wear, assumed.debt_share)
    kept = assumed.share_of_return_kept
    return Rate(
        number=payer.number,
        law=payer.law,
        company=payer.company.name,
        spent_on=spent.name,
        label=spent.label,
        kind=spent.kind,
        rate=payer.rate,
        rate_on_returns=returns,
        deductions=spent.deductions,
        credit=spent.credit,
        tax_relief=spent.tax_relief,
        cost_of_capital=needed,
        marginal_rate=formulas.marginal_rate(needed, assumed.real_rate),
        average_rate=formulas.average_rate(
            spent.tax_relief, returns, *terms, wear, assumed.pre_tax_return, assumed.debt_share
        ),
        user_cost=formulas.user_cost(needed, wear),
        return_to_society=formulas.return_to_society(needed, wear, kept) if spent.kind == TRAINING else None,
    )


def _plant(law: LawOn, payer: _Payer) -> Iterator[_Spent]:
    company, assumed = payer.company, payer.assumed
    later = assumed.after_losses if company.is_in_loss else 1.0
    within = company.has_annual_investment_allowance
    for asset in reliefs.ASSETS:
        worth = reliefs.deductions(asset, law, assumed.interest, within_annual_limit=within)
        yield _Spent(asset.name, asset.label, asset.kind, worth, 0.0, worth * payer.rate * later)


def _training(law: LawOn, payer: _Payer) -> Iterator[Rate]:
    """A row for each type of training cost, and their average; again for training with every uplift, if any."""
    who = payer.company, payer.assumed
    shares = {head: float(law(f"{_HEAD_SHARE}{head}")) for head in HEADS}
    for has_every_tag in (False, True) if reliefs.has_uplifts(law) else (False,):
        suffix, words = (EVERY_UPLIFT, ", with every uplift") if has_every_tag else ("", "")
        by_head = {head: reliefs.relief_for(head, law, *who, has_every_tag=has_every_tag) for head in HEADS}
        rows = [
            _row(
                payer,
                _Spent(
                    name=head + suffix,
                    label=f"Training: {head.replace('_', ' ')}{words}",
                    kind=TRAINING,
                    deductions=1 + relief.deduction,
                    credit=relief.credit,
                    tax_relief=reliefs.tax_relief(relief, payer.rate, law, *who),
                ),
            )
            for head, relief in by_head.items()
        ]
        yield from rows
        weights = {row.spent_on: shares[row.spent_on.removesuffix(suffix)] for row in rows}
        yield _average(TRAINING_TOGETHER + suffix, f"Training, all costs together{words}", rows, weights, payer.assumed)


def _plant_weights(assumed: Assumptions) -> dict[str, float]:
    return {MACHINE.name: assumed.weights[PLANT], BUILDING.name: assumed.weights[BUILDINGS]}


def _average(name: str, label: str, rows: list[Rate], weights: dict[str, float], assumed: Assumptions) -> Rate:
    """The row of £1 spread over several things by weight; its marginal rate is that of the average break-even return."""
    total = sum(weights.values())
    average = rows[0].averaged([(row, weights[row.spent_on] / total) for row in rows if row.spent_on in weights])
    marginal = formulas.marginal_rate(average.cost_of_capital, assumed.real_rate)
    return average.renamed(name, label, marginal)


def _remarks(asked: Side, day: date) -> Iterator[str]:
    """Whether a law is one, and what it asks for that a row takes as given."""
    law = LawOn(asked.law, day)
    parts = load_all([part for part in asked.asked.split(" + ") if part != LAW and not part.startswith("law@")])
    if any(part.status not in _LAWS for part in parts):
        yield "Proposed, not law."
    if reliefs.needs_tags(law):
        yield "The relief is for accredited training, or that of registered providers, alone: the training here is."
    if law(TRAINING_MATCH):
        yield (
            "Illustration, nobody's proposal: plant has its allowances only so far as training goes with it. "
            "The machines here have enough."
        )
