"""What the proposal asks of a company beyond what it spends: what its training is for, and how good its work is.

No survey tells it company by company, so it is drawn from assumptions about means; every draw is the company's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import draw, sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import TAGS

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
BELOW_LIVING_WAGE = {"I": "accommodation_and_food", "G": "wholesale_and_retail", "R": "arts_and_recreation"}
PROMISES = {
    "has_fair_work_pledge": "fair_work_pledge",
    "publishes_training_plan": "training_plan",
    "has_employee_voice": "employee_voice",
}


def columns(read: Assumptions, ids: NDArray, section: NDArray) -> Columns:
    """Stored columns: shares of training by tag (the same for all), shares of staff, and promises, company by company."""
    seed = int(read("base.population.seed"))
    alike = read("base.good_work.concentration")
    names = [BELOW_LIVING_WAGE.get(letter, "other") for letter in sources.SECTIONS]
    below = np.array([read(f"base.good_work.below_living_wage.{name}") for name in names])[section]
    zero_hours = np.full(ids.size, read("base.good_work.zero_hours"))
    return {
        "tag_shares": read.each("base.training.tags", TAGS),
        "leavers_share": np.array(read("base.training.leavers_share")),
        "directors": np.array(read("base.population.directors")),
        "share_paid_below_real_living_wage": _shares(ids, "below living wage", below, alike, seed),
        "share_on_zero_hours_contracts": _shares(ids, "zero hours", zero_hours, alike, seed),
        **{name: draw.uniform(ids, name, seed) < read(f"base.good_work.{assumed}") for name, assumed in PROMISES.items()},
    }


def _shares(ids: NDArray, what: str, mean: Floats, concentration: float, seed: int) -> Floats:
    """Draws of a beta distribution with these means: its inverse at each company's own draw."""
    from scipy.special import betaincinv

    found = betaincinv(mean * concentration, (1 - mean) * concentration, draw.uniform(ids, what, seed))
    return np.asarray(found, dtype=np.float64)


def levy_funded(read: Assumptions, tree: object, pay_bill: NDArray, weights: Floats) -> NDArray[np.float32]:
    """Training paid for by the levy in the year of the survey (£), in proportion to the levy each company pays.

    None where the survey is read as leaving it out. `tree` holds the parameters of the law. Raises DataError where no
    company pays the levy.
    """
    if not read("base.survey_includes_levy"):
        return np.zeros(pay_bill.size, dtype=np.float32)
    levy = tree.apprenticeship_levy  # type: ignore[attr-defined]
    day = f"{int(read('base.population.anchor_year'))}-04-06"
    paid = np.maximum(pay_bill * levy.rate(day) - levy.allowance(day), 0)
    if not paid.any():
        raise DataError("No company of the population pays the apprenticeship levy: nobody has training that it paid for.")
    return np.asarray(paid * read("base.training.levy_funded") / (paid @ weights), dtype=np.float32)
