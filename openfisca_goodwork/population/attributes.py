"""What the proposal asks of a company beyond what it spends: what its training is for, and how good its work is.

No survey tells it company by company, so it is drawn from assumptions about means; every draw is the company's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import distributions, sources
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.inputs import TAGS
from openfisca_goodwork.population.records import COUNT_YEAR_PERIOD, FIRST_BAND_OF_SIZE, SIZES

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
BELOW_LIVING_WAGE = {"I": "accommodation_and_food", "G": "wholesale_and_retail", "R": "arts_and_recreation"}
CONTRACTS_PERIOD = (2024, 12)
PUBLIC_SERVICES = "health_and_education"
RELIANCE = {
    **dict.fromkeys("OPQ", PUBLIC_SERVICES),
    **dict.fromkeys("F", "construction"),
    **dict.fromkeys("JMN", "business_services"),
    **dict.fromkeys("EH", "transport_and_waste"),
}
PROMISES = {
    "has_fair_work_pledge": "fair_work_pledge",
    "publishes_training_plan": "training_plan",
    "has_employee_voice": "employee_voice",
}


def columns(read: Assumptions, ids: NDArray, section: NDArray) -> Columns:
    """Stored columns: shares of training by tag (the same for all), shares of staff, and promises, company by company."""
    alike = read("base.good_work.concentration")
    names = [BELOW_LIVING_WAGE.get(letter, "other") for letter in sources.SECTIONS]
    below = np.array([read(f"base.good_work.below_living_wage.{name}") for name in names])[section]
    zero_hours = np.full(ids.size, read("base.good_work.zero_hours"))
    return {
        "tag_shares": read.each("base.training.tags", TAGS),
        "leavers_share": np.array(read("base.training.leavers_share")),
        "directors": np.array(read("base.population.directors")),
        "share_paid_below_real_living_wage": _shares(ids, "below living wage", below, alike, read.seed),
        "share_on_zero_hours_contracts": _shares(ids, "zero hours", zero_hours, alike, read.seed),
        **{
            name: distributions.uniform(ids, name, read.seed) < read(f"base.good_work.{assumed}")
            for name, assumed in PROMISES.items()
        },
    }


def _shares(ids: NDArray, what: str, mean: Floats, concentration: float, seed: int) -> Floats:
    """Draws of a beta distribution with these means: its inverse at each company's own draw."""
    from scipy.special import betaincinv

    found = betaincinv(mean * concentration, (1 - mean) * concentration, distributions.uniform(ids, what, seed))
    return np.asarray(found, dtype=np.float64)


def levy_funded(read: Assumptions, pay_bill: NDArray, weights: Floats) -> NDArray[np.float32]:
    """Training paid for by the levy in the year of the survey (£), in proportion to the levy each company pays.

    None where the survey is read as leaving it out, or where the law of the day has no levy. Raises DataError where no
    company pays the levy.
    """
    levy = read.tree.apprenticeship_levy
    day = f"{int(read('base.population.anchor_year'))}-04-06"
    if not read("base.survey_includes_levy") or not levy.rate(day):
        return np.zeros(pay_bill.size, dtype=np.float32)
    paid = np.maximum(pay_bill * levy.rate(day) - levy.allowance(day), 0)
    if not paid.any():
        raise DataError("No company of the population pays the apprenticeship levy: nobody has training that it paid for.")
    return np.asarray(paid * read("base.training.levy_funded") / (paid @ weights), dtype=np.float32)


def public_contracts(read: Assumptions, held: Columns, weights: Floats) -> Columns:
    """Stored columns of public contracts: their share of a company's turnover, and the largest in years of that revenue.

    Modelled: who supplies is drawn by size, and what suppliers sell goes by turnover and by how far their section lives on
    the public purse, scaled to what public bodies say that they spend with companies of either size. `held` has the columns
    that tell size and section. Raises DataError where suppliers could not turn over so much.
    """
    size = np.searchsorted(FIRST_BAND_OF_SIZE, held["employment_band"], side="right") - 1
    names = [RELIANCE.get(letter, "other") for letter in sources.SECTIONS]
    chance = read.each("base.public_contracts.supplier_share", SIZES)[size]
    is_public_service = np.array([name == PUBLIC_SERVICES for name in names])[held["section"]]
    chance = np.where(
        is_public_service, np.maximum(chance, read(f"base.public_contracts.supplier_share.{PUBLIC_SERVICES}")), chance
    )
    supplies = distributions.uniform(held["id"], "public contracts", read.seed) < chance
    reliance = np.array([read(f"base.public_contracts.reliance.{name}") for name in names])[held["section"]]
    turnover = held["turnover"] * _turnover_when_told(read) * weights
    share, total = np.zeros(chance.size), read("base.public_contracts.total")
    small = read("base.public_contracts.small_and_medium_share")
    is_large = size == len(SIZES) - 1
    for of_size, amount in ((~is_large, total * small), (is_large, total * (1 - small))):
        share[of_size] = _share_of_turnover((supplies * reliance)[of_size], turnover[of_size], amount)
    largest = read("base.public_contracts.largest_share") * read("base.public_contracts.years")
    return {"public_contract_share": share.astype(np.float32), "largest_contract": np.array(largest)}


def _turnover_when_told(read: Assumptions) -> float:
    """Turnover in the year of the official public spending, as a ratio to that in the year of the business count."""
    year, month = CONTRACTS_PERIOD
    told = read if year in read.panel_years else read.as_known_now
    return float(growth_index(told, "turnover", COUNT_YEAR_PERIOD)[told.panel_years.index(year), month - 1])


def _share_of_turnover(reliance: Floats, turnover: Floats, amount: float) -> Floats:
    """Shares of turnover in proportion to reliance, all of it at most, that come to an amount (£); none where nobody is."""
    from scipy.optimize import brentq

    if not turnover.size:
        return reliance
    greatest = 1 / reliance[reliance > 0].min() if (reliance > 0).any() else 0.0
    if np.minimum(reliance * greatest, 1) @ turnover < amount:
        raise DataError(
            f"Suppliers of the public sector turn over less than the £{amount:,.0f} that it spends with them. Raise "
            "assumptions.base.public_contracts.supplier_share, or lower .total."
        )
    level = brentq(lambda tried: np.minimum(reliance * tried, 1) @ turnover - amount, 0, greatest)
    return np.asarray(np.minimum(reliance * level, 1), dtype=np.float64)
