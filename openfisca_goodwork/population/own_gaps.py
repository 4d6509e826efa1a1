"""What a file of companies does not tell, and what that leaves out of a costing over them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

import numpy as np

from openfisca_goodwork.errors import Fault, and_joined
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.law.plant import CLASSES as PLANT
from openfisca_goodwork.population.own_cells import NOT_KNOWN, Faults, Place, values_of
from openfisca_goodwork.population.own_columns import WEIGHT, columns
from openfisca_goodwork.population.own_index import Index
from openfisca_goodwork.population.own_reading import Opened
from openfisca_goodwork.population.sources import CLASSES

# Columns of which any would do → what a costing is without all of them.
_WITHOUT: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("trading_profit_before_capital_allowances",),
        "No trading profits: nobody pays tax on a trade, and no rate of it moves",
    ),
    (HEADS, "No training costs: a relief for training costs nothing"),
    (("trainees",), "No trainees: who is trained, and what each costs, is not told"),
    (("levy_funded_training",), "No levy-funded training: nothing of what was spent is taken to be paid for by the levy"),
    (tuple(PLANT), "No plant: allowances for it are those on opening balances, and a change of them moves little"),
    (("structures_and_buildings_expenditure",), "No buildings: no allowance for them"),
    (("research_and_development_expenditure",), "No research: no relief for it"),
    (("associated_companies",), "No associated companies: each has the limits of marginal relief and instalments to itself"),
    (("loss_absorbed_by_group_share", "group_relief_available"), "No groups: losses stay in the company that makes them"),
    (("claims_loss_carry_back",), "No claims to carry losses back: losses are carried forward only"),
    (("employees", "turnover", "balance_sheet_total"), "No size: every company counts as a micro-entity"),
    (("pay_bill",), "No pay bill: nobody pays the apprenticeship levy"),
)
# Columns that a relief may go by, each with what a company without it is told to be.
_DIVISION = "sic_division"
_LEFT_OUT = "A relief that goes by it leaves them out"
_CONDITIONS = {_DIVISION: "division of an industry", "company_age": "age"}


def gaps_of(
    index: Index, told: Iterable[str], age_to: int | None, number: Callable[[int], str], *, reweighted: bool
) -> tuple[str, ...]:
    """A sentence for each thing that is not told.

    Args:
        index: of the file. told: its columns. age_to: the financial year to which companies are carried on.
        number: writes counts of companies. reweighted: whether weights are fitted to official counts.
    """
    return tuple(f"{sentence}." for sentence in _sentences(index, frozenset(told), age_to, number, reweighted=reweighted))


def _sentences(
    index: Index, told: frozenset[str], age_to: int | None, number: Callable[[int], str], *, reweighted: bool
) -> Iterator[str]:
    filled = {name for name in told if index.filled.get(name)}
    has_any = filled - index.nothing
    first = index.labels[0]
    openings = sorted(name for name in has_any if columns()[name].is_opening)
    yield f"No periods that end before {first}: no loss made from then on is carried back into an earlier one"
    if not openings:
        yield "No opening balances: companies begin without pools of plant and without losses, and pay too much at first"
    yield from (sentence for names, sentence in _WITHOUT if not has_any.intersection(names))
    yield from _of_classes(index, number)
    for name in sorted(_CONDITIONS.keys() & filled):
        if index.filled[name] < index.rows:
            yield f"Rows without {_CONDITIONS[name]}: {number(index.rows - index.filled[name])}. {_LEFT_OUT}"
    if WEIGHT not in filled:
        yield "No weights: each company stands for itself"
    yield from _of_lives(index, number)
    if age_to is not None:
        yield (
            f"Carried on to {financial_year_name(age_to)}: those that go on to its end grow with the OBR's forecast; "
            "nobody is born or dies, and no company moves against the others"
        )
    if reweighted:
        yield "Weights are fitted to the ONS's counts of companies by section and size, and by region; amounts are not"


def _of_classes(index: Index, number: Callable[[int], str]) -> Iterator[str]:
    """Classes that are not told of any company, or of some."""
    words = {name: name.replace("_", " ").replace("sic section", "industry section") for name in CLASSES}
    unknown = {name: int((code == NOT_KNOWN).sum()) for name, code in index.classes.items()}
    none = [words[name] for name, count in unknown.items() if count == index.ids.size]
    if none:
        yield f"No {and_joined(none)}: tables of who gains have those companies under Not known"
    for name, count in unknown.items():
        if 0 < count < index.ids.size:
            yield f"Companies without {words[name]}: {number(count)}, under Not known. {_LEFT_OUT}"


def _of_lives(index: Index, number: Callable[[int], str]) -> Iterator[str]:
    """Companies that are not there in every period."""
    counts = {
        "begin after it does": index.births,
        "end before the file does": int((~index.goes_on).sum()),
        "come back after a gap, and begin anew": index.returns,
    }
    if any(counts.values()):
        said = and_joined([f"{number(count)} {what}" for what, count in counts.items() if count])
        yield f"Companies that are not there in every period: {said}. They pay nothing while they are away, and balances end"


def rows_without_division(
    held: Opened, index: Index, needed: Sequence[tuple[date, date, Collection[str]]], *, is_aged: bool
) -> list[Fault]:
    """Rows in which a law needs the division of the company's industry, and the file leaves it empty.

    Args:
        needed: from when, to when (the day after the last) and of which sections the law asks for it.
        is_aged: whether companies that go on are carried on from their last rows.
    """
    faults, at, column = Faults(), 0, columns()[_DIVISION]
    until = index.ends.copy()
    if is_aged:
        until[index.last[index.goes_on]] = np.datetime64(date.max)
    for piece in held.pieces:
        first = at
        for batch in held.batches(piece, [_DIVISION]):
            values, _empty = values_of(column, batch.column(0), Place())
            here = slice(at, at + values.size)
            company = index.company[here]
            section = np.where(company < 0, NOT_KNOWN, index.classes["sic_section"][company])
            for start, end, letters in needed:
                codes = [CLASSES["sic_section"].index(letter) for letter in sorted(letters)]
                in_force = (until[here] >= np.datetime64(start)) & (index.starts[here] < np.datetime64(end))
                rows = np.flatnonzero((values == 0) & np.isin(section, codes) & in_force)
                said = (
                    f"is empty in companies of {and_joined(sorted(letters))}. Write the first two digits of their SIC codes"
                )
                faults.note(piece.file, _DIVISION, said, piece.numbers(at - first + rows))
            at += values.size
    return faults.listed()
