"""Trading losses carried back: twelve months, and three years in two cases (CTA 2010 ss.37 to 39, 45F; FA 2021 Sch 2).

An accounting period's outputs stay as first assessed. What a loss takes back is reported, as a repayment, in the period of
the loss, by ``carry_back_repayment``. When a trade ceases, the final period also claims what is terminal of losses made in
the twelve months before the end, and relief in the three years to its end for losses carried forward to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np

from openfisca_goodwork.law.group_relief import carried_forward_losses_given
from openfisca_goodwork.law.human_investment.losses import loss_kept_from_carry_back
from openfisca_goodwork.law.losses import share_against_total_profits
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
    AccountingPeriod,
    AccountingPeriods,
    History,
    RefusedPeriodError,
    accounting_periods,
    add_months,
    constant_array,
    distinct_combinations,
    first_labels,
    history,
    of_earlier_period,
    over_period,
    where,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY, day_in_words

# --- the earlier accounting periods that a loss may reach, the latest first, and what it takes of their profits ------
# A period that lies only partly within the reach gives that share of its profits and no more (CTA 2010 ss.38, 39(4), 45G).


REACH = range(1, PERIODS_BACK + 1)


@dataclass
class EarlierPeriod:
    """An accounting period that a loss may reach, and what is taken of its profits (£, one per company).

    Attributes:
        back: how many periods before that of the loss. label: its label as the engine's period.
        total: its total profits, of which a partly reached period gives its share (s.38).
        given: losses that periods in between have carried back to it.
        left: its profits less every relief already given, donations apart, which come after.
        taken: what the period of the loss carries back to it.
        relieved: losses carried forward that it relieves when the trade ceases (s.45F).
    """

    back: int
    label: Any
    total: np.ndarray
    given: np.ndarray
    left: np.ndarray
    taken: np.ndarray
    relieved: np.ndarray


def variable_name(back: int) -> str:
    """Name of the output: loss carried back to the period so many before."""
    return f"loss_carried_back_{back}"


def earlier_periods(company: Any, period: Any, months: np.ndarray) -> Iterator[EarlierPeriod]:
    """The company's earlier accounting periods, the latest first, as far as one begins or ends within so many months."""
    most = int(months.max())
    periods = accounting_periods(company, period)
    farthest = periods.spread(periods.figure(_months_before, most))
    for back in REACH:
        label = period.offset(-back, "year")
        if not (label.start.year >= first_labels(company, period)).any():
            return
        if (accounting_periods(company, label).ends < farthest).all():
            return
        yield _earlier_period(company, period, label, back)


def _months_before(one: AccountingPeriod, months: int) -> np.datetime64:
    return np.datetime64(add_months(one.start, -months), "D")


def _earlier_period(company: Any, period: Any, label: Any, back: int) -> EarlierPeriod:
    def there(name: str) -> np.ndarray:
        return of_earlier_period(company, period, name, back)

    nothing = constant_array(0.0, company.count)
    given = sum(
        (of_earlier_period(company, period, variable_name(between), back - between) for between in range(1, back)), nothing
    )
    total = there("total_profits") - there("trading_losses_used_pre_april_2017")
    left = there("taxable_total_profits") + there("charitable_donations_relief") - given
    return EarlierPeriod(back, label, total, given, left, nothing, nothing)


def take(
    company: Any,
    periods: AccountingPeriods,
    earlier: Sequence[EarlierPeriod],
    loss: np.ndarray,
    after: np.ndarray,
    until: np.ndarray,
) -> np.ndarray:
    """Use a loss on the earlier periods, latest first, within so many months before it began; what is left of it.

    A period that lies only partly within the window gives that share of its total profits, and no more than is left (s.38).
    """
    has_loss = loss > 0
    for one in earlier:
        share = share_within(periods, accounting_periods(company, one.label), after, until)
        taken = where(has_loss, np.minimum(loss, np.minimum(one.left, share * one.total)), 0)
        one.left, one.taken, loss = one.left - taken, one.taken + taken, loss - taken
    return loss


def share_within(here: AccountingPeriods, there: AccountingPeriods, after: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Share of each company's earlier period that lies between two numbers of months before the later one began."""
    return of_pairs(here, there, _share_between, after.astype(int), until.astype(int))


@lru_cache(maxsize=65_536)
def _share_between(now: AccountingPeriod, then: AccountingPeriod, near: int, far: int) -> float:
    last = add_months(now.start, -near) - ONE_DAY
    return then.share(add_months(now.start, -far), last) if far > near else 0.0


def share_of_last_months(here: AccountingPeriods, there: AccountingPeriods, months: np.ndarray) -> np.ndarray:
    """Share of each company's earlier period that lies in so many months up to the end of the later one."""

    def share(now: AccountingPeriod, then: AccountingPeriod, far: int) -> float:
        return then.share(add_months(now.end + ONE_DAY, -far), now.end) if far else 0.0

    return of_pairs(here, there, share, months.astype(int))


def of_pairs(
    here: AccountingPeriods, there: AccountingPeriods, function: Callable[..., float], *numbers: np.ndarray
) -> np.ndarray:
    """A number worked out once per kind of company: its later period, its earlier one, and whole numbers of its own."""
    of_all = [getattr(one, "number", None) for one in numbers]
    if here.index is there.index and None not in of_all:
        pairs = zip(here.distinct, there.distinct, strict=True)
        return here.spread([function(*pair, *(int(cast("float", one)) for one in of_all)) for pair in pairs])
    example, kind = distinct_combinations(here.index, there.index, *numbers)
    found = np.empty(example.size)
    for place, at in enumerate(example.tolist()):
        pair = here.distinct[here.index[at]], there.distinct[there.index[at]]
        found[place] = function(*pair, *(int(one[at]) for one in numbers))
    return found[kind]


def refuse_more_periods(company: Any, period: Any, left: np.ndarray, share: Callable[..., np.ndarray]) -> None:
    """Refuse a loss that could still reach a period further back than is looked at.

    Args:
        left: what the periods looked at leave of the loss (£).
        share: of an earlier period that lies within its reach, from the later periods and the earlier ones.

    Raises:
        RefusedPeriodError: more accounting periods within its reach than ``PERIODS_BACK``.
    """
    label = period.offset(-(PERIODS_BACK + 1), "year")
    exists = (label.start.year >= first_labels(company, period)) & (left > 0)
    if not exists.any():
        return
    here, there = accounting_periods(company, period), accounting_periods(company, label)
    reached = exists & (share(here, there) > 0)
    if reached.any():
        start = here.starts[int(np.flatnonzero(reached)[0])].item()
        raise RefusedPeriodError(
            f"Losses claimed in the period from {day_in_words(start)} can reach more than {PERIODS_BACK} earlier periods, "
            "which is as many as are looked at. Leave claims_loss_carry_back out there, or give longer periods."
        )


# --- losses of earlier periods when a trade ceases: carried back as terminal losses, or relieved since they were made
# What the last period still carries forward is taken to be of the latest losses: older ones are used first.


_LAST_MONTHS = "losses.terminal_loss_last_months"
_RELIEF_MONTHS = "losses.terminal_relief_months"
_AGAINST_TOTAL = "losses.carried_forward_against_total_profits"
_LATER, _OLDER = "trading_losses_brought_forward", "trading_losses_brought_forward_pre_april_2017"
_OLDER_USED = "trading_losses_used_pre_april_2017"
_MADE = "trade_loss_to_carry_forward"
_NOT_BACK = "human_investment_loss_kept_from_carry_back"


@dataclass
class Carried:
    """What the last period of a trade has not used of one period's loss (£, one per company).

    Attributes:
        back: how many periods before the last the loss was made; None for all that are older than those looked at.
        later: what of it relieves total profits. older: what of it relieves profits of the trade alone.
    """

    back: int | None
    later: np.ndarray
    older: np.ndarray


def carried_to_the_end(company: Any, period: Any, earlier: list[EarlierPeriod]) -> list[Carried]:
    """The losses carried forward to a period and not used in it, by the period of the loss, the latest first."""
    older_used = company(_OLDER_USED, period)
    later = company(_LATER, period) - (company("trading_losses_used", period) - older_used)
    later = later - carried_forward_losses_given(company, period)
    older = company(_OLDER, period) - older_used
    found = []
    for one in earlier:
        loss, share = of_earlier_period(company, period, _MADE, one.back), share_against_total_profits(company, one.label)
        found.append(Carried(one.back, np.minimum(share * loss, later), np.minimum((1 - share) * loss, older)))
        later, older = later - found[-1].later, older - found[-1].older
    return [*found, Carried(None, later, older)]


@dataclass
class _Room:
    """Profits of one earlier period that losses carried forward may still relieve (£, one per company).

    Attributes:
        period: the earlier period. in_all: of its total profits. of_trade: of the profits of its trade.
    """

    period: EarlierPeriod
    in_all: np.ndarray
    of_trade: np.ndarray

    def relieve(self, loss: np.ndarray, *, trade_alone: bool) -> np.ndarray:
        """Use a loss on the profits; what is left of it."""
        taken = np.minimum(loss, np.minimum(self.in_all, self.of_trade) if trade_alone else self.in_all)
        self.in_all = self.in_all - taken
        self.of_trade = self.of_trade - taken if trade_alone else self.of_trade
        self.period.left, self.period.relieved = self.period.left - taken, self.period.relieved + taken
        return loss - taken


def _room(company: Any, period: Any, one: EarlierPeriod, share: np.ndarray) -> _Room:
    """What is left of an earlier period's profits, and no more than the share of them within reach (s.45G).

    Its other reliefs are taken to have come off profits other than of the trade; where donations have covered profits, a
    claim would save nothing.
    """
    trade = of_earlier_period(company, period, "trade_profit", one.back) - of_earlier_period(
        company, period, _OLDER_USED, one.back
    )
    taxable = one.left - of_earlier_period(company, period, "charitable_donations_relief", one.back)
    in_all = np.minimum(np.maximum(taxable, 0), share * one.total)
    return _Room(one, in_all, np.minimum(in_all, share * trade))


def relieve_since_made(
    company: Any, period: Any, earlier: list[EarlierPeriod], carried: list[Carried], ceases: np.ndarray
) -> None:
    """Use losses carried forward to the end of a trade on the periods since they were made, the latest first (s.45F).

    Neither the period of the loss nor one before it, nor time before the relief began. Ahead of losses carried back, and of
    them first what relieves the trade alone.
    """
    months = ceases * over_period(company, period, _RELIEF_MONTHS)
    if not months.any():
        return
    began = history(company.law, _AGAINST_TOTAL)

    def share(now: AccountingPeriod, then: AccountingPeriod, far: int) -> float:
        return then.share(max(add_months(now.end + ONE_DAY, -far), began.since(now.end)), now.end) if far else 0.0

    def within(here: AccountingPeriods, there: AccountingPeriods) -> np.ndarray:
        return of_pairs(here, there, share, months.astype(int))

    here = accounting_periods(company, period)
    rooms = [_room(company, period, one, within(here, accounting_periods(company, one.label))) for one in earlier]
    for name in ("older", "later"):
        for loss in carried:
            for room in rooms if loss.back is None else rooms[: loss.back - 1]:
                setattr(loss, name, room.relieve(getattr(loss, name), trade_alone=name == "older"))
    refuse_more_periods(company, period, ceases * (carried[-1].later + carried[-1].older), within)


def carry_back_terminal(
    company: Any, period: Any, earlier: list[EarlierPeriod], carried: list[Carried], months: np.ndarray
) -> np.ndarray:
    """Use what is terminal of earlier losses, latest first, on the three years before each; what is used (s.39(3)).

    The part of the loss that is not terminal is taken to have had the relief already given. What of it may not be carried
    back is taken to be used first where losses carried forward are.
    """
    used, last = constant_array(0.0, company.count), over_period(company, period, _LAST_MONTHS)
    for place, (one, loss) in enumerate(zip(earlier, carried, strict=False)):
        there = accounting_periods(company, one.label)
        terminal = share_of_last_months(accounting_periods(company, period), there, last)
        made, not_back, forward = (
            of_earlier_period(company, period, name, one.back) for name in ("trade_loss", _NOT_BACK, _MADE)
        )
        left = loss.later + loss.older
        may_go = left - np.maximum(not_back - (forward - left), 0)
        room = (months > 0) * np.minimum(terminal * (made - not_back), may_go)
        if room.any():
            used = used + room - take(company, there, earlier[place + 1 :], room, np.zeros_like(months), months)
    return used


_MONTHS = "losses.carry_back_months"
_EXTENDED_MONTHS = "losses.extended_carry_back_months"
_EXTENDED_CAP = "losses.extended_carry_back_cap"
_TERMINAL_MONTHS = "losses.terminal_carry_back_months"
# Without either of these nothing is carried back.
WITH = ("trade_loss_available_for_carry_back", "is_final_accounting_period")


@dataclass(frozen=True)
class CarryBack:
    """What one period carries back (£, one per company).

    Attributes:
        earlier: the periods it reaches, the latest first. extension: the part that only the extended window lets through.
        terminal: the part that was lost in an earlier period, and is claimed when the trade ceases.
        months: how far before the period its own loss reaches.
    """

    earlier: list[EarlierPeriod]
    extension: np.ndarray
    terminal: np.ndarray
    months: np.ndarray


def carry_back(company: Any, period: Any) -> CarryBack:
    """The losses that a period carries back: its own, and when the trade ceases the terminal part of losses before it."""
    nothing = constant_array(0.0, company.count)
    loss = company("trade_loss_available_for_carry_back", period)
    ceases = company("is_final_accounting_period", period) & company("claims_loss_carry_back", period)
    if not (loss.any() or ceases.any()):
        return CarryBack([], nothing, nothing, nothing)
    periods = accounting_periods(company, period)
    usual = over_period(company, period, _MONTHS)
    terminal = ceases * over_period(company, period, _TERMINAL_MONTHS)
    extended = _at_end(company, periods, _EXTENDED_MONTHS)
    near = np.maximum(usual, terminal)
    earlier = list(earlier_periods(company, period, np.maximum(near, extended) + terminal))
    carried = carried_to_the_end(company, period, earlier) if ceases.any() else []
    relieve_since_made(company, period, earlier, carried, ceases)
    loss = take(company, periods, earlier, loss, nothing, near)
    extension = nothing
    if (loss * (extended > usual)).any():
        room = np.minimum(loss, _extension_left(company, period, periods, earlier)) * (extended > usual)
        extension = room - take(company, periods, earlier, room, usual, extended)
    until = np.maximum(near, extended)

    def reached(here: AccountingPeriods, there: AccountingPeriods) -> np.ndarray:
        return share_within(here, there, np.zeros_like(until), until)

    refuse_more_periods(company, period, loss - extension, reached)
    return CarryBack(earlier, extension, carry_back_terminal(company, period, earlier, carried, terminal), until)


def _at_end(company: Any, periods: Any, path: str) -> np.ndarray:
    """A parameter dated by the end of the period of the loss."""
    parameter = history(company.law, path)
    return periods.spread(periods.figure(_on_last_day, parameter))


def _on_last_day(one: AccountingPeriod, parameter: History) -> float:
    return float(parameter.on(one.end))


def _extension_left(company: Any, period: Any, periods: AccountingPeriods, earlier: list[EarlierPeriod]) -> np.ndarray:
    """This company's share of the one cap of all periods that end in the same window, less what those before it used.

    A window begins wherever the cap is dated (FA 2021 Sch 2 para 5).
    """
    cap = history(company.law, _EXTENDED_CAP)

    def window(of: AccountingPeriods) -> np.ndarray:
        return of.each(lambda one: cap.since(one.end).toordinal())

    used = constant_array(0.0, company.count)
    for one in earlier:
        is_same = window(accounting_periods(company, one.label)) == window(periods)
        used = used + is_same * of_earlier_period(company, period, "loss_carried_back_under_extension", one.back)
    share = company("extended_carry_back_cap_share", period)
    return np.maximum(_at_end(company, periods, _EXTENDED_CAP) * share - used, 0)


def _carried_back(back: int) -> type[Variable]:
    """The loss carried back to one earlier period."""

    def formula(company, period):
        earlier = cached_for_period(company, period, carry_back).earlier
        return earlier[back - 1].taken if len(earlier) >= back else constant_array(0.0, company.count)

    words = "the accounting period before" if back == 1 else f"the accounting period {back} before"
    attributes = {
        "label": f"Loss carried back to {words}",
        "reference": "CTA 2010 s.37(3)(b)",
        "rule": (
            "Loss that later periods leave, up to what is left of this earlier period's profits and, where only part of it "
            "is within the months allowed, that share of its total profits; when the trade ceases, terminal losses of "
            "earlier periods as well."
        ),
        "__doc__": f"Part of this period's trade loss set against total profits of {words} (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(variable_name(back), (Variable,), attributes, kept=True, only_with=WITH)


# loss_carried_back_1, loss_carried_back_2 and so on: a variable for each earlier period that a loss may reach.
globals().update({variable.__name__: variable for variable in map(_carried_back, REACH)})


class claims_loss_carry_back(Variable):
    """Whether the company claims to carry trading losses back (an input; a claim takes all it can)."""

    value_type = bool
    label = "Claims to carry losses back"
    reference = "CTA 2010 s.37(2)"
    box = "part of 45"


class trade_loss_available_for_carry_back(Variable, only_with=("claims_loss_carry_back",)):
    """Trade loss left after use against profits of the period and surrender, where the company carries it back (£)."""

    label = "Trade loss available to carry back"
    reference = "CTA 2010 s.37(3)(b)"
    rule = (
        "Trade loss − trade loss set off − group relief surrendered, and where the law keeps it from earlier periods what "
        "is left of the human-investment deduction, where the company claims to carry it back."
    )

    def formula(company, period):
        left = (
            company("trade_loss", period)
            - company("trade_loss_set_against_total_profits", period)
            - company("group_relief_surrendered", period)
            - loss_kept_from_carry_back(company, period)
        )
        claims_back = company("claims_loss_carry_back", period)
        # A difference of sums: its binary noise must not be a loss below nothing.
        return np.maximum(left, 0) * (claims_back & company("claims_loss_relief_against_total_profits", period))


class loss_carried_back(Variable, only_with=WITH):
    """Trade loss carried back to all earlier periods together (£), terminal losses of earlier periods included.

    Example: a loss of £18,200 after use against profits of its own year, £25,400 of profits in the nine months before:
    all £18,200.
    """

    label = "Loss carried back"
    reference = "CTA 2010 ss.37 to 39; FA 2021 Sch 2"
    rule = "The sum over the earlier periods."

    def formula(company, period):
        earlier = cached_for_period(company, period, carry_back).earlier
        return sum((one.taken for one in earlier), constant_array(0.0, company.count))


class loss_carried_back_under_extension(Variable, kept=True, only_with=WITH):
    """Part of the loss carried back that only the temporary extension to three years let through (£).

    Example: a loss of £5,500,000 in the year to 30 September 2020, £3,000,000 in each of the two years before: £2,000,000.
    """

    label = "Loss carried back under the temporary extension"
    reference = "FA 2021 Sch 2 paras 4, 5"
    rule = (
        "What of it only the temporary extension let through: up to the share of the group's cap, less what earlier periods "
        "that end in the same window used of it."
    )

    def formula(company, period):
        return cached_for_period(company, period, carry_back).extension


class terminal_losses_of_earlier_periods(Variable, only_with=WITH):
    """Part of the loss carried back when a trade ceases that was made in earlier periods of its last twelve months (£).

    Example: a loss of £120,000 in 2024, trade ceased on 30 June 2025: 184/366 or £60,327.87.
    """

    label = "Terminal losses of earlier periods, carried back"
    reference = "CTA 2010 s.39(3)(b)"
    rule = (
        "What of it was lost in earlier periods: when the trade ceases, the share of each that lies in the last months × "
        "its loss, so far as it was still carried forward and may be carried back, on the months before it."
    )

    def formula(company, period):
        return cached_for_period(company, period, carry_back).terminal


class losses_relieved_at_the_end_of_the_trade(Variable, only_with=WITH):
    """Losses carried forward to the end of the trade that relieve earlier periods of its last three years (£).

    What the restriction kept from them, or a lack of trade profits since; none where no loss is carried back by choice.
    Example: £12m brought into 2024, profits of £9m then and £3m in 2025, the last year: £7m used in 2024 and £3m in 2025,
    and the £2m left relieve the £2m that the restriction left in 2024.
    """

    label = "Terminal relief for losses carried forward"
    reference = "CTA 2010 ss.45F, 45G"
    rule = (
        "When the trade ceases, losses carried forward and not used in its last period, on what is left taxed of earlier "
        "periods since they were made, the latest first: of one partly within the months up to the end, that share of its "
        "total profits, and for losses of periods begun before 1 April 2017 of the profits of its trade."
    )

    def formula(company, period):
        earlier = cached_for_period(company, period, carry_back).earlier
        return sum((one.relieved for one in earlier), constant_array(0.0, company.count))
