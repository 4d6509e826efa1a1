"""The law's computation over many companies, written by hand in NumPy: what the same law costs without OpenFisca.

For companies whose inputs are amounts for accounting periods of twelve months that end with a month: no items on days,
no research and development, no cessation, no claims of group relief. Everything else is as the law has it, in the law's
order: claims on plant, both pools, buildings, training, losses, the charge, losses carried back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.kernel_figures import CLASSES, ChargePart, Figure, Figures, PlantShares

Arrays = Mapping[str, np.ndarray]

BALANCES = (
    "main_pool",
    "special_rate_pool",
    "structures_and_buildings",
    "trading_losses",
    "trading_losses_pre_april_2017",
)


@dataclass
class Before:
    """What losses carried back ask of the period before (£, one per company): its profits, and how it was charged."""

    relievable: np.ndarray
    taxable: np.ndarray
    distributions: np.ndarray
    tax: np.ndarray
    divisor: np.ndarray
    charge: list[ChargePart]


class Companies:
    """Some companies, period by period.

    Args:
        month: of the year end, less one (intp, one per company).
        opening: the balances brought into the first period (£), by the names in ``BALANCES``.

    Attributes:
        balances: those carried forward by the last period worked out.
    """

    def __init__(self, month: np.ndarray, opening: Arrays) -> None:
        self._month = month
        self.balances = {name: np.array(opening[name]) for name in BALANCES}
        self._before: Before | None = None

    def _over(self, figure: Figure) -> Figure:
        """A figure for each company: one number where it is the same for all."""
        return figure if isinstance(figure, float) else figure[self._month]

    def period(self, law: Figures, given: Arrays) -> dict[str, np.ndarray]:
        """Work out the next accounting period of every company (£, one per company)."""
        allowances, charges = self._capital_allowances(law, given)
        qualifying, deduction = self._training(law, given)
        result = given["trading_profit_before_capital_allowances"] - allowances
        result += charges
        result -= deduction
        trade = np.maximum(result, 0)
        loss = np.subtract(trade, result, out=result)
        total = trade + given["property_profits"]
        against_total = np.minimum(loss, total)
        loss -= against_total
        left = np.subtract(total, against_total, out=against_total)
        donations = np.minimum(given["qualifying_charitable_donations"], left)
        left -= donations
        surrendered = loss * given["loss_absorbed_by_group_share"]
        loss -= surrendered
        older = self._older_losses_used(law, trade, left)
        total -= older
        taxable = self._after_losses(law, left, older)
        carried_back, repayment = self._carry_back(loss * given["claims_loss_carry_back"])
        loss -= carried_back
        self.balances["trading_losses"] += loss
        tax = self._charge_now(law, given, taxable, total, donations)
        net = tax - repayment
        surrendered *= self._over(law.group_rate)
        net -= surrendered
        return {
            "capital_allowances": allowances,
            "qualifying_training_expenditure": qualifying,
            "human_investment_deduction": deduction,
            "loss_carried_back": carried_back,
            "corporation_tax": tax,
            "net_corporation_tax": net,
        }

    def _capital_allowances(self, law: Figures, given: Arrays) -> tuple[np.ndarray, np.ndarray]:
        """All allowances, and balancing charges."""
        pooled = {"main": -given["main_pool_disposal_value"], "special": np.zeros(self._month.size)}
        residue = {"main": np.zeros(self._month.size), "special": np.zeros(self._month.size)}
        total, charges = np.zeros(self._month.size), np.zeros(self._month.size)
        free = np.full(self._month.size, self._over(law.annual_limit))
        for name, (pool, _allowances) in CLASSES.items():
            self._claim_in_full(law, law.plant[name], given[name], total, pooled[pool], None if "cars" in name else free)
        partial = [name for name in CLASSES if np.any(law.plant[name].partial)]
        for name in sorted(partial, key=lambda one: np.max(law.plant[one].rate)):
            self._claim_in_part(law.plant[name], given[name], total, residue[CLASSES[name][0]], free)
        for pool, name, rate in (
            ("main", "main_pool", law.main_rate),
            ("special", "special_rate_pool", law.special_rate),
        ):
            balance = pooled[pool]
            balance += self.balances[name]
            self.balances[name] = self._write_down(law, balance, residue[pool], self._over(rate), total, charges)
        cost = self.balances["structures_and_buildings"]
        total += cost * self._over(law.buildings_held)
        new = given["structures_and_buildings_expenditure"]
        total += new * self._over(law.buildings_new)
        cost += new
        return total, charges

    def _claim_in_full(
        self,
        law: Figures,
        shares: PlantShares,
        spent: np.ndarray,
        total: np.ndarray,
        pooled: np.ndarray,
        free: np.ndarray | None,
    ) -> None:
        """Allowances of 100% and more on a class of plant, the annual one where it has no other; the rest is pooled."""
        whole = shares.above * law.super_rate + shares.full
        if np.any(whole):
            total += spent * self._over(whole)
        if np.any(shares.none):
            left = spent * self._over(shares.none)
            if free is not None:
                total += _take(left, free)
            pooled += left

    def _claim_in_part(
        self, shares: PlantShares, spent: np.ndarray, total: np.ndarray, residue: np.ndarray, free: np.ndarray
    ) -> None:
        """The annual allowance on plant with a smaller first-year allowance, then that; the rest joins the next pool."""
        left = spent * self._over(shares.partial)
        total += _take(left, free)
        claimed = left * self._over(shares.rate)
        total += claimed
        left -= claimed
        residue += left

    def _write_down(
        self,
        law: Figures,
        balance: np.ndarray,
        residue: np.ndarray,
        rate: Figure,
        total: np.ndarray,
        charges: np.ndarray,
    ) -> np.ndarray:
        """Add the allowance and the charge of one pool; what it carries forward."""
        positive = np.maximum(balance, 0)
        charges += positive
        charges -= balance
        allowance = np.where(positive <= self._over(law.small_pool), positive, positive * rate)
        total += allowance
        positive -= allowance
        positive += residue
        return positive

    def _training(self, law: Figures, given: Arrays) -> tuple[np.ndarray, np.ndarray]:
        """Training that counts, after what the levy paid for, and the relief on it."""
        counted = np.zeros(self._month.size)
        if not np.any(law.training_share):
            return counted, np.zeros(self._month.size)
        for spent, share in self._heads(law, given):
            counted += spent * self._over(share * law.training_share)
        return counted, counted * self._over(law.training_rate)

    def _heads(self, law: Figures, given: Arrays) -> Iterator[tuple[np.ndarray, Figure]]:
        """Spending of each head that counts, less levy-funded training, which comes off the heads in order."""
        to_exclude = given["levy_funded_training"].copy()
        last = max(place for place, share in enumerate(law.training_heads.values()) if np.any(share))
        for place, (head, share) in enumerate(law.training_heads.items()):
            if place <= last:
                excluded = np.minimum(given[head], to_exclude)
                to_exclude -= excluded
                if np.any(share):
                    yield np.subtract(given[head], excluded, out=excluded), share

    def _older_losses_used(self, law: Figures, trade: np.ndarray, left: np.ndarray) -> np.ndarray:
        """Losses of before April 2017 used: against the trade alone, within its maximum."""
        room = np.minimum(trade, left)
        used = self._relievable(law, room)
        np.minimum(used, room, out=used)
        balance = self.balances["trading_losses_pre_april_2017"]
        np.minimum(used, balance, out=used)
        balance -= used
        return used

    def _after_losses(self, law: Figures, left: np.ndarray, older: np.ndarray) -> np.ndarray:
        """Taxable total profits: less losses of either kind, within the maximum of all."""
        used = self._relievable(law, left)
        np.minimum(used, left, out=used)
        used -= older
        balance = self.balances["trading_losses"]
        np.minimum(used, balance, out=used)
        balance -= used
        used += older
        return np.subtract(left, used, out=used)

    def _relievable(self, law: Figures, profits: np.ndarray) -> np.ndarray:
        allowance = self._over(law.loss_allowance)
        most = profits - allowance
        np.maximum(most, 0, out=most)
        most *= self._over(law.loss_restriction)
        most += allowance
        return most

    def _charge_now(
        self, law: Figures, given: Arrays, taxable: np.ndarray, total: np.ndarray, donations: np.ndarray
    ) -> np.ndarray:
        """The charge; what the next period's losses may ask of this one is kept."""
        divisor, distributions = given["associated_companies"] + 1, given["exempt_distributions"]
        tax = self._tax(law.charge, taxable, distributions, divisor)
        donations += taxable
        relievable = np.minimum(donations, total, out=donations)
        self._before = Before(relievable, taxable, distributions, tax, divisor, law.charge)
        return tax

    def _carry_back(self, loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Loss set against profits of the period before, and the tax repaid."""
        before = self._before
        if before is None:
            return np.zeros(loss.size), np.zeros(loss.size)
        taken = np.minimum(loss, before.relievable, out=loss)
        after = before.taxable - taken
        np.maximum(after, 0, out=after)
        charged_again = self._tax(before.charge, after, before.distributions, before.divisor)
        return taken, np.subtract(before.tax, charged_again, out=charged_again)

    def _tax(
        self, parts: list[ChargePart], profits: np.ndarray, distributions: np.ndarray, divisor: np.ndarray
    ) -> np.ndarray:
        """Corporation tax on taxable total profits, after marginal relief."""
        tax = np.zeros(profits.size)
        for part in parts:
            tax += self._tax_of_part(part, profits, distributions, divisor)
        return tax

    def _tax_of_part(
        self, part: ChargePart, profits: np.ndarray, distributions: np.ndarray, divisor: np.ndarray
    ) -> np.ndarray:
        share = self._over(part.share)
        if not np.any(part.fraction) and np.array_equal(part.small, part.main):
            return profits * self._over(part.main * part.share)
        whole = profits + distributions
        augmented = whole * share
        lower, upper = self._over(part.lower) / divisor, self._over(part.upper) / divisor
        rate = np.where(augmented <= lower, self._over(part.small), self._over(part.main))
        rate *= profits
        rate *= share
        between = (augmented > lower) & (augmented <= upper)
        relief = np.subtract(upper, augmented, out=upper)
        relief *= self._over(part.fraction)
        relief *= profits
        relief /= np.where(whole > 0, whole, 1)
        relief *= between
        rate -= relief
        return rate


def _take(amount: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Use the annual investment allowance on an amount; what it leaves, and what is still free, stay in the arrays."""
    taken = np.minimum(amount, free)
    amount -= taken
    free -= taken
    return taken
