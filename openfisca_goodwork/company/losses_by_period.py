"""Trading losses carried forward by the accounting period that made them, the oldest of a kind used first.

A company chooses which of its losses a period uses (CTA 2010 ss.45(4A), 45A(5); HMRC CTM04135), and no tax rests on it. The
oldest first is the order of the statute before there was a choice (HMRC CTM04105: "in order, and without omission"), and
that of the law here where a trade ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from openfisca_goodwork.company.facts import PENNY
from openfisca_goodwork.documents import Document, Place
from openfisca_goodwork.law.losses import first_day_of_claims
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.system import current_law

LATER, OLDER = "trading_losses_brought_forward", "trading_losses_brought_forward_pre_april_2017"
# Inputs that may be told by the period that made the losses.
BY_PERIOD = (LATER, OLDER)


class LossMade(NamedTuple):
    """What is left of the loss of one accounting period: its last day, None where it is not said, and £."""

    period_ended: date | None
    amount: float


class LossesByPeriod(float):
    """The sum of losses brought forward (£), which knows the periods that made them, the oldest first."""

    made: tuple[LossMade, ...]

    def __new__(cls, made: Iterable[LossMade]) -> Self:
        """The sum of some losses; what is not said of a period counts as the oldest."""
        listed = tuple(sorted(made, key=lambda loss: loss.period_ended or date.min))
        total = super().__new__(cls, sum(loss.amount for loss in listed))
        total.made = listed
        return total

    def __getnewargs__(self) -> tuple[tuple[LossMade, ...]]:  # type: ignore[override]
        """What a copy is made from."""
        return (self.made,)


def check_periods(document: Document, place: Place, made: Sequence[LossMade | None], start: date | None) -> None:
    """Note losses listed twice for one period, for a period that is not over, and for one of the other kind.

    Args:
        place: of the list in the document. made: None where an entry cannot be read. start: of the first period of the file.
    """
    change, seen = first_day_of_claims(current_law()), dict[date | None, int]()
    for index, loss in enumerate(made):
        if loss is None:
            continue
        day, at = loss.period_ended, (*place, index)
        if day in seen:
            whose = f"the period to {day_in_words(day)}" if day else "periods that are not said"
            document.fault(f"Losses of {whose} are listed twice. Give their sum once.", at)
        seen[day] = index
        if day is None:
            continue
        if start is not None and day >= start:
            document.fault(
                f"{day_in_words(day)} is not before {day_in_words(start)}, where the file begins. A loss brought forward "
                "was made in a period that had ended by then.",
                at,
            )
        elif place[-1] == LATER and day < change:
            document.fault(
                f"A period to {day_in_words(day)} begins before {day_in_words(change)}. Give its loss under {OLDER}.", at
            )
        elif place[-1] == OLDER and day >= add_months(change, 12):
            words = f"A period to {day_in_words(day)} begins on {day_in_words(change)} or later."
            document.fault(f"{words} Give its loss under {LATER}.", at)


class Movement(NamedTuple):
    """What becomes of losses of one kind in one accounting period (£).

    Attributes:
        made: and not relieved in the period, nor given up, nor carried back. used: of those brought forward.
        given: to the group, of those brought forward. carried_forward: to the next period.
    """

    made: float
    used: float
    given: float
    carried_forward: float


@dataclass
class Layer:
    """What is left of the loss of one accounting period, through another (£).

    Attributes:
        period_ended: last day of the period that made it; None where it is not said.
    """

    period_ended: date | None
    brought_forward: float = 0.0
    made: float = 0.0
    used: float = 0.0
    given: float = 0.0
    ended: float = 0.0
    carried_forward: float = 0.0


def layers_of(opening: float, movements: Sequence[tuple[date, Movement]]) -> Iterator[list[Layer]]:
    """The layers of one kind of loss through each accounting period, the oldest first.

    Args:
        opening: what the first period brings forward. movements: of each period, with its last day.
    """
    made = opening.made if isinstance(opening, LossesByPeriod) else (LossMade(None, opening),)
    left = [(loss.period_ended, loss.amount) for loss in made if loss.amount >= PENNY]
    for end, movement in movements:
        layers = [Layer(day, brought_forward=amount) for day, amount in left]
        for name in ("used", "given"):
            out: float = getattr(movement, name)
            for layer in layers:
                taken = min(out, layer.brought_forward - layer.used - layer.given)
                setattr(layer, name, taken)
                out -= taken
        layers += [Layer(end, made=movement.made)] if movement.made >= PENNY else []
        for layer in layers:
            rest = layer.brought_forward + layer.made - layer.used - layer.given
            # What the law carries forward is all or, past the end of the trade, nothing.
            layer.carried_forward = rest if movement.carried_forward >= PENNY else 0.0
            layer.ended = rest - layer.carried_forward
        yield layers
        left = [(layer.period_ended, layer.carried_forward) for layer in layers if layer.carried_forward >= PENNY]


def as_written(made: Mapping[date | None, float]) -> str:
    """Losses by period as a company file lists them, on one line."""
    entries = (
        f"{{{f'period_ended: {day.isoformat()}, ' if day else ''}amount: {amount!r}}}" for day, amount in made.items()
    )
    return f"[{', '.join(entries)}]"
