"""By when corporation tax is payable: the regime a company is in (TMA 1970 ss.59D, 59E; SI 1998/3175)."""

from __future__ import annotations

import numpy as np
from openfisca_core.indexed_enums import Enum

from openfisca_goodwork.model import Variable
from openfisca_goodwork.periods import brought_forward, over_period

_THRESHOLDS = "payment.thresholds"
_COUNTED = ("associated_companies", "related_51_percent_companies")


class PaymentRegime(Enum):
    """How a company pays."""

    ordinary = "In one sum, nine months and a day after the period"
    large = "In quarterly instalments from the seventh month of the period"
    very_large = "In quarterly instalments within the period"


def _threshold(company, period, name):
    """A profit threshold: divided by one plus the companies counted, in proportion to the period's length (£)."""
    counted = over_period(company, period, f"{_THRESHOLDS}.companies_counted")
    others = sum(company(kind, period) * (counted == kind) for kind in _COUNTED)
    return over_period(company, period, f"{_THRESHOLDS}.{name}") * company("length_factor", period) / (1 + others)


class instalment_threshold(Variable):
    """Augmented profits above which tax is payable in instalments (£).

    Example: one company counted with it, twelve months: £750,000.
    """

    label = "Threshold for instalments"
    reference = "SI 1998/3175 reg 3"

    def formula(company, period):
        return _threshold(company, period, "large")


class above_instalment_threshold_brought_forward(Variable, minimum=0, maximum=1):
    """1 where profits of the twelve months before the first period were above the threshold for instalments, else 0."""

    unit = "/1"
    label = "Above the instalment threshold in the period before"
    reference = "SI 1998/3175 reg 3(3)"

    def formula(company, period):
        return brought_forward(company, period, "above_instalment_threshold_brought_forward")


class above_instalment_threshold_carried_forward(Variable):
    """1 where augmented profits are above the threshold for instalments, else 0: the first-year exception asks for it."""

    unit = "/1"
    label = "Above the instalment threshold in this period"
    reference = "SI 1998/3175 reg 3(3)"

    def formula(company, period):
        return (company("augmented_profits", period) > company("instalment_threshold", period)).astype(np.float64)


class payment_regime(Variable):
    """Whether the company pays as an ordinary, a large or a very large one.

    Not large in the first year above the threshold while profits are at most £10m, nor with tax of at most £10,000.
    """

    value_type = Enum
    possible_values = PaymentRegime
    default_value = PaymentRegime.ordinary
    label = "Payment regime"
    reference = "SI 1998/3175 regs 3, 3A"

    def formula(company, period):
        profits = company("augmented_profits", period)
        de_minimis = over_period(company, period, "payment.de_minimis_liability") * company("length_factor", period)
        owes_little = company("corporation_tax", period) <= de_minimis
        excepted = (profits <= _threshold(company, period, "first_year_exception")) & (
            brought_forward(company, period, "above_instalment_threshold_brought_forward") == 0
        )
        is_large = (profits > company("instalment_threshold", period)) & ~excepted
        is_very_large = profits > _threshold(company, period, "very_large")
        ordinary, large, very_large = (kind.index for kind in PaymentRegime)
        regime = np.where(is_very_large, very_large, np.where(is_large, large, ordinary))
        return np.where(owes_little, ordinary, regime).astype(np.uint8)
