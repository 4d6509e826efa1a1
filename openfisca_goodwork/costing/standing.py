"""Where companies stand before anything changes: what they owe, which rate of the charge they have reached, how they pay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.payment import PaymentRegime
from openfisca_goodwork.law.periods import history

LIABILITY, PROFIT_STATUS, VERY_LARGE = STANDING = ("liability", "profit_status", "is_very_large")
IN_LOSS, NO_LIABILITY, SMALL, MARGINAL, MAIN, OVER_A_MILLION = PROFIT_STATUSES = (
    "In loss",
    "No liability, not in loss",
    "Small profits rate",
    "Marginal relief",
    "Main rate",
    "Over £1 million of tax",
)
_TAX, _LOSS, _RELIEF, _PROFITS, _LOWER_LIMIT, _REGIME = NEEDED = (
    "corporation_tax",
    "trade_loss",
    "marginal_relief",
    "augmented_profits",
    "marginal_relief_lower_limit",
    "payment_regime",
)
_LEAST = "assumptions.base.population.least_liability"
_MILLION = 1e6

Arrays = Mapping[str, np.ndarray]


def standing_of(law: Any, label: int, found: Arrays) -> dict[str, np.ndarray]:
    """What a company is liable to (£), its place in ``PROFIT_STATUSES``, and whether it is very large, of one label.

    One value per record each, from the outputs ``NEEDED``.

    A liability is what official statistics count: before credits and repayments, of at least the assumed pound. In years
    without a small profits rate every other company is at the main rate.
    """
    tax, profits = found[_TAX], found[_PROFITS]
    is_liable = tax >= float(history(law, _LEAST).on(date(label, 1, 1)))
    reached = {
        OVER_A_MILLION: tax > _MILLION,
        MARGINAL: is_liable & (found[_RELIEF] > 0),
        SMALL: is_liable & (profits <= found[_LOWER_LIMIT]),
        MAIN: is_liable,
        IN_LOSS: found[_LOSS] > 0,
    }
    codes = [PROFIT_STATUSES.index(name) for name in reached]
    status = np.select(list(reached.values()), codes, PROFIT_STATUSES.index(NO_LIABILITY))
    # A liability orders companies, for which seven figures do.
    very_large = np.asarray(found[_REGIME]) == PaymentRegime.very_large.index
    return {LIABILITY: tax.astype(np.float32), PROFIT_STATUS: status.astype(np.int8), VERY_LARGE: very_large}
