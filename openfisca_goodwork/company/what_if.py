"""What the relief would save a company if it trained more or less: full computations side by side, no rate applied.

Training in one accounting period is scaled in its own mix, days and marks; what it costs comes off that period's profit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import PENNY, Company
from openfisca_goodwork.company.next_training import together, with_more
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.under_law import laws_of

TIMES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
INSTEAD_OF_NONE = 100_000.0
_TAX, _PAID = "net_corporation_tax", "payable_credits"


@dataclass(frozen=True)
class WhatIf:
    """What the relief saves at several amounts of training in one accounting period (£, all periods of the file).

    Attributes:
        training: spent on heads that count, least first. saved: tax saved and credits paid at each amount.
        here: the place of what the company spends now.
    """

    training: tuple[float, ...] = field(hash=False)
    saved: tuple[float, ...] = field(hash=False)
    here: int

    @property
    def finding(self) -> str:
        """What the points show, as a sentence without its stop."""
        steps = [after - before for before, after in pairwise(self.saved)]
        if max(map(abs, self.saved)) < PENNY:
            return "More training would save no tax of these accounting periods"
        if steps[-1] < PENNY:
            place = next(place for place, saved in enumerate(self.saved) if self.saved[-1] - saved < PENNY)
            return f"The relief saves no more from £{self.training[place]:,.0f} of training on"
        gain = self.saved[-1] - self.saved[self.here]
        verb = "twice the training" if self.training[self.here] else f"£{self.training[-1]:,.0f} of training"
        return f"With {verb} the relief would save £{gain:,.0f} more"


def what_if(result: CompanyResult, place: int) -> WhatIf | None:
    """What the relief saves from no training to twice as much in one accounting period; None where none is in force.

    Without any training that counts, up to £100,000 on the first head that does. None too where the next £1,000 is not known
    (``next_training``): more training would ask for a baseline that the file does not say.
    """
    relief = result.training[place]
    if relief is None or result.next_training[place] is None:
        return None
    spent = {head: relief.spent[head] for head in relief.counting if relief.spent[head] > 0}
    here = TIMES.index(1.0) if spent else 0
    mixes = [_mix(relief, spent, times) for times in TIMES]
    scaled = [with_more(result.company, place, mix, sum(mix.values())) for mix in mixes]
    without, with_relief = (_borne(law, scaled) for law in laws_of(result.reforms).values())
    now = sum(spent.values())
    training = [now + sum(mix.values()) for mix in mixes]
    return WhatIf(tuple(training), tuple((without - with_relief).tolist()), here)


def _mix(relief: TrainingRelief, spent: dict[str, float], times: float) -> dict[str, float]:
    """What is spent more by head, less where it is negative, for training to be so many times what it is."""
    if spent:
        return {head: amount * (times - 1) for head, amount in spent.items()}
    return {relief.counting[0]: INSTEAD_OF_NONE * times / TIMES[-1]}


def _borne(law: TaxBenefitSystem, companies: list[Company]) -> NDArray:
    """Tax less credits paid of each company over all its periods: all are run together."""
    built = together(law, companies)
    return np.asarray(sum(built.calculate(_TAX, label) - built.calculate(_PAID, label) for label in companies[0].labels))
