"""Trading losses carried back: twelve months, and three years in two cases (CTA 2010 ss.37 to 39, 45F; FA 2021 Sch 2).

In the order of the statute: the claim and the loss; the earlier periods within its reach and what is left of their profits;
what the loss takes of each, the latest first; the temporary extension; and when the trade ceases, terminal losses of earlier
periods, and losses carried forward to its end.

What an earlier period was first assessed to stays. What is repaid for it is an output of the period of the loss
(``carry_back_repayment``). Earlier periods are counted back from that of the loss: 1 is the one before it. An array of them
has a row for each, in this order, and a column for each company (£).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.group_relief import carried_forward_losses_given
from openfisca_goodwork.law.human_investment.losses import loss_kept_from_carry_back
from openfisca_goodwork.law.losses import share_against_total_profits
from openfisca_goodwork.law.model import Variable, for_each_earlier_period
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    EARLIER_PERIODS,
    PERIODS_BACK,
    RefusedPeriodError,
    accounting_periods,
    constant_array,
    day_in_words,
    history,
    of_earlier_period,
    on_last_day,
    over_period,
    periods_within,
    positive,
    share_within_last_months,
    share_within_months_before,
    where,
)

# Without either of these nothing is carried back.
WITH = ("trade_loss_available_for_carry_back", "is_final_accounting_period")

# --- the loss that is carried back, and the claim (s.37) --------------------------------------------------------------


class loss_carried_back(Variable, only_with=WITH):
    """Trade loss carried back to all earlier periods together (£), terminal losses of earlier periods included.

    Example: a loss of £18,200 after use against profits of its own year, £25,400 of profits in the nine months before:
    all £18,200.
    """

    label = "Loss carried back"
    reference = "CTA 2010 ss.37 to 39; FA 2021 Sch 2"
    rule = "The sum over the earlier periods."

    def formula(company, period):
        return sum(
            (company(f"loss_carried_back_{back}", period) for back in EARLIER_PERIODS), constant_array(0.0, company.count)
        )


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
        return positive(left) * (claims_back & company("claims_loss_relief_against_total_profits", period))


# --- what losses take of the earlier periods, step by step ------------------------------------------------------------


class Taken(NamedTuple):
    """What the losses of one period, and of the end of its trade, take of earlier profits (£)."""

    carried_back: np.ndarray  # of each earlier period
    relieved: np.ndarray  # of each earlier period, by losses carried forward to the end of the trade (s.45F)
    extension: np.ndarray  # the part carried back that only the temporary extension lets through
    terminal: np.ndarray  # the part carried back that was lost in an earlier period (s.39(3))


def losses_taken_back(company: Companies, period: Period) -> Taken:
    """What is carried back to each earlier period, and relieved in it when the trade ceases, in the order of the reliefs."""
    loss, ceases = company("trade_loss_available_for_carry_back", period), claims_at_the_end(company, period)
    nothing = constant_array(0.0, company.count)
    if not (loss.any() or ceases.any()):
        of_none = np.zeros((0, company.count))
        return Taken(of_none, of_none, nothing, nothing)
    usual, terminal, extended = months_back(company, period, ceases)
    by_itself = np.maximum(usual, terminal)
    at_most = np.maximum(by_itself, extended)
    # A terminal loss of an earlier period reaches further: as many months before that one.
    count = periods_within(company, period, at_most + terminal)
    each = [company(f"profits_left_for_loss_carried_back_{back}", period) for back in EARLIER_PERIODS[:count]]
    profits = np.array(each, dtype=np.float64).reshape(count, company.count)

    # Losses carried forward to the end of the trade come first (s.45F),
    relieved, profits, carried_forward = relieve_at_the_end(company, period, ceases, profits)
    # then the loss of the period (ss.37, 38, 39(2)), with what the temporary extension adds (FA 2021 Sch 2),
    taken, loss = set_against(loss, within_reach(company, period, profits, nothing, by_itself))
    profits = profits - taken
    more, extension = carry_back_further(company, period, loss, profits, usual, extended)
    taken, profits = taken + more, profits - more
    share_of_next = share_within_months_before(company, period, PERIODS_BACK + 1, nothing, at_most)
    refuse_more_periods(company, period, loss - extension, share_of_next)
    # and terminal losses of earlier periods (s.39(3)).
    taken, of_earlier = carry_back_terminal_losses(company, period, terminal, profits, carried_forward, taken)
    return Taken(taken, relieved, extension, of_earlier)


def set_against(loss: np.ndarray, profits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a loss takes of each period's profits, the latest first, and what is left of the loss (s.37(4)) (£)."""
    taken = np.zeros_like(profits)
    for row, most in enumerate(profits):
        taken[row] = where(loss > 0, np.minimum(loss, most), 0)
        loss = loss - taken[row]
    return taken, loss


@for_each_earlier_period(
    "loss_carried_back",
    label="Loss carried back to {period}",
    reference="CTA 2010 s.37(3)(b)",
    rule=(
        "Loss that later periods leave, up to what is left of this earlier period's profits and, where only part of it is "
        "within the months allowed, that share of its total profits; when the trade ceases, terminal losses of earlier "
        "periods as well."
    ),
    kept=True,
    only_with=WITH,
)
def carried_back_to(company: Companies, period: Period, back: int) -> np.ndarray:
    """Part of this period's trade loss set against total profits of {period} (£)."""
    return _row(company, cached_for_period(company, period, losses_taken_back).carried_back, back)


def _row(company: Companies, rows: np.ndarray, back: int) -> np.ndarray:
    return rows[back - 1] if back <= len(rows) else constant_array(0.0, company.count)


# --- the earlier periods within reach, and their profits (ss.37(3)(b), 38, 39(2)) -------------------------------------


def claims_at_the_end(company: Companies, period: Period) -> np.ndarray:
    """Whether the trade ceases in the period, and the company claims what that gives it (ss.39(1), 45F(1))."""
    ceases: np.ndarray = company("is_final_accounting_period", period)
    return ceases & company("claims_loss_carry_back", period)


def months_back(company: Companies, period: Period, ceases: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many months before it began a period's loss may go: usually, when the trade ceases, and under the extension.

    Each is 0 where it is not to be had. That of the extension goes by the last day of the period (FA 2021 Sch 2 para 2).
    """
    usual = over_period(company, period, "losses.carry_back_months")
    terminal = ceases * over_period(company, period, "losses.terminal_carry_back_months")
    return usual, terminal, on_last_day(company, period, "losses.extended_carry_back_months")


def already_carried_back(company: Companies, period: Period, back: int) -> np.ndarray:
    """What losses of the periods in between have taken of an earlier one (£)."""
    taken = constant_array(0.0, company.count)
    for of_loss in range(1, back):
        taken = taken + of_earlier_period(company, period, f"loss_carried_back_{of_loss}", back - of_loss)
    return taken


@for_each_earlier_period(
    "profits_left_for_loss_carried_back",
    label="Profits left for loss carried back, in {period}",
    reference="CTA 2010 ss.37(3)(b), (4), 189(2)",
    rule=(
        "Where the company has a loss to carry back, or claims at the end of its trade: taxable total profits of that "
        "period + its donations relief − losses of periods in between, carried back to it."
    ),
    on_demand=True,
    only_with=WITH,
)
def profits_left(company: Companies, period: Period, back: int) -> np.ndarray:
    """Profits of {period} that every relief but donations, which come later, has left before this period's loss (£)."""
    taxable = of_earlier_period(company, period, "taxable_total_profits", back)
    donations = of_earlier_period(company, period, "charitable_donations_relief", back)
    has_loss = (company("trade_loss_available_for_carry_back", period) > 0) | claims_at_the_end(company, period)
    return where(has_loss, taxable + donations - already_carried_back(company, period, back), 0)


def total_profits(company: Companies, period: Period, back: int) -> np.ndarray:
    """Total profits of an earlier period, after losses from before April 2017 used on those of its trade (£)."""
    total = of_earlier_period(company, period, "total_profits", back)
    return total - of_earlier_period(company, period, "trading_losses_used_pre_april_2017", back)


def within_reach(
    company: Companies, period: Period, profits: np.ndarray, near: np.ndarray, far: np.ndarray, of_loss: int = 0
) -> np.ndarray:
    """What a loss may take of each earlier period that lies between two numbers of months before that of the loss began (£).

    A period that lies only partly there gives that share of its total profits, and no more than is left (s.38).

    Args:
        profits: what is left of each. of_loss: how many periods back the loss was made; only those before it give any.
    """
    label, most = period.offset(-of_loss, "year"), np.zeros_like(profits)
    for back in EARLIER_PERIODS[of_loss : len(profits)]:
        share = share_within_months_before(company, label, back - of_loss, near, far)
        most[back - 1] = np.minimum(profits[back - 1], share * total_profits(company, period, back))
    return most


def share_in_reach(company: Companies, period: Period, back: int) -> np.ndarray:
    """Share of an earlier period that a loss of this one may reach at all (one per company)."""
    usual, terminal, extended = months_back(company, period, claims_at_the_end(company, period))
    at_most = np.maximum(np.maximum(usual, terminal), extended)
    return share_within_months_before(company, period, back, np.zeros_like(at_most), at_most)


def refuse_more_periods(company: Companies, period: Period, left: np.ndarray, share: np.ndarray) -> None:
    """Refuse what is left of a loss (£) where a share of one more period than is looked at lies within its reach."""
    reached = (left > 0) & (share > 0)
    if reached.any():
        start = accounting_periods(company, period).starts[int(np.flatnonzero(reached)[0])].item()
        raise RefusedPeriodError(
            f"Losses claimed in the period from {day_in_words(start)} can reach more than {PERIODS_BACK} earlier periods, "
            "which is as many as are looked at. Leave claims_loss_carry_back out there, or give longer periods."
        )


# --- the temporary extension, and its cap (FA 2021 Sch 2) -------------------------------------------------------------


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
        return cached_for_period(company, period, losses_taken_back).extension


def carry_back_further(
    company: Companies, period: Period, loss: np.ndarray, profits: np.ndarray, usual: np.ndarray, extended: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What a loss takes, up to the cap, of each earlier period in the months that the extension adds, and in all (£)."""
    may_go = extended > usual
    if not (loss * may_go).any():
        nothing = constant_array(0.0, company.count)
        return nothing, nothing
    loss = np.minimum(loss, extension_cap_left(company, period, len(profits))) * may_go
    taken, unused = set_against(loss, within_reach(company, period, profits, usual, extended))
    return taken, loss - unused


def extension_cap_left(company: Companies, period: Period, count: int) -> np.ndarray:
    """The company's share of the one cap of all periods that end in the same window, less what those before it used (£).

    A window begins wherever the cap is dated (FA 2021 Sch 2 para 5). So many earlier periods may have used any of it.
    """
    path = "losses.extended_carry_back_cap"
    cap, used = history(company.law, path), constant_array(0.0, company.count)

    def window(label: Any) -> np.ndarray:
        return accounting_periods(company, label).each(lambda of: cap.since(of.end).toordinal())

    for back in EARLIER_PERIODS[:count]:
        is_same = window(period.offset(-back, "year")) == window(period)
        used = used + is_same * of_earlier_period(company, period, "loss_carried_back_under_extension", back)
    return positive(on_last_day(company, period, path) * company("extended_carry_back_cap_share", period) - used)


# --- the end of a trade: terminal losses of earlier periods (s.39(3)) -------------------------------------------------


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
        return cached_for_period(company, period, losses_taken_back).terminal


def carry_back_terminal_losses(
    company: Companies,
    period: Period,
    months: np.ndarray,
    profits: np.ndarray,
    carried_forward: np.ndarray,
    taken: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Carry back what is terminal of each earlier period's loss, the latest first, to the months before that period (£).

    The part of the loss that is not terminal is taken to have had the relief already given. What of it may not be carried
    back is taken to be used first where losses carried forward are.

    Args:
        months: how far each goes back; 0 where the trade does not cease. profits: left of each earlier period.
        carried_forward: what the last period has not used of each one's loss. taken: of each by losses carried back so far.

    Returns:
        What losses carried back have taken of each with these, and these losses in all.
    """
    last_months = over_period(company, period, "losses.terminal_loss_last_months")
    in_all = nothing = constant_array(0.0, company.count)
    for back in EARLIER_PERIODS[: len(profits)] if months.any() else ():
        left = carried_forward[back - 1]
        made, forward, not_back = (
            of_earlier_period(company, period, name, back)
            for name in ("trade_loss", "trade_loss_to_carry_forward", "human_investment_loss_kept_from_carry_back")
        )
        may_go_back = left - positive(not_back - (forward - left))
        share = share_within_last_months(company, period, back, last_months)
        terminal = (months > 0) * np.minimum(share * (made - not_back), may_go_back)
        if terminal.any():
            more, unused = set_against(terminal, within_reach(company, period, profits, nothing, months, back))
            taken, profits, in_all = taken + more, profits - more, in_all + terminal - unused
    return taken, in_all


# --- the end of a trade: losses carried forward to it (ss.45F, 45G) ---------------------------------------------------


class losses_relieved_at_the_end_of_the_trade(Variable, only_with=WITH):
    """Losses carried forward to the end of the trade that relieve earlier periods of its last three years (£).

    What the restriction kept from them, or a lack of trade profits since; none where no loss is carried back by choice.
    Example: £12m brought into 2024, profits of £9m then and £3m in 2025, the last year: £7m used in 2024 and £3m in 2025,
    and the £2m left relieve the £2m that the restriction left in 2024.
    """

    label = "Terminal relief for losses carried forward"
    reference = "CTA 2010 ss.45F, 45G"
    rule = "The sum over the earlier periods."

    def formula(company, period):
        relieved = (company(f"losses_relieved_at_the_end_of_the_trade_{back}", period) for back in EARLIER_PERIODS)
        return sum(relieved, constant_array(0.0, company.count))


@for_each_earlier_period(
    "losses_relieved_at_the_end_of_the_trade",
    label="Terminal relief for losses carried forward, in {period}",
    reference="CTA 2010 ss.45F, 45G",
    rule=(
        "When the trade ceases, losses carried forward and not used in its last period, on what is left taxed of earlier "
        "periods since they were made, the latest first: of one partly within the months up to the end, that share of its "
        "total profits, and for losses of periods begun before 1 April 2017 of the profits of its trade."
    ),
    only_with=WITH,
)
def relieved_in(company: Companies, period: Period, back: int) -> np.ndarray:
    """Losses carried forward to the end of the trade that relieve profits of {period} (£)."""
    return _row(company, cached_for_period(company, period, losses_taken_back).relieved, back)


def relieve_at_the_end(
    company: Companies, period: Period, ceases: np.ndarray, profits: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Use losses carried forward to the end of a trade on the periods since they were made, the latest first (s.45F) (£).

    Neither the period of the loss nor one before it, nor time before the relief began. Ahead of losses carried back, and of
    them first what relieves the trade alone.

    Returns:
        Of each earlier period what is relieved, and the profits left; and the losses left, by the period of the loss.
    """
    relieved, months = np.zeros_like(profits), ceases * over_period(company, period, "losses.terminal_relief_months")
    if not ceases.any():
        return relieved, profits, relieved
    began = history(company.law, "losses.carried_forward_against_total_profits").since
    shares = [share_within_last_months(company, period, back, months, began) for back in EARLIER_PERIODS[: len(profits)]]
    room, room_of_trade = room_at_the_end(company, period, profits, shares)
    losses_of_trade, other_losses = losses_left_at_the_end(company, period, len(profits))
    for losses, is_of_trade in ((losses_of_trade, True), (other_losses, False)):
        for since, loss in enumerate(losses):
            most = np.minimum(room, room_of_trade) if is_of_trade else room.copy()
            most[since:] = 0  # of the period of the loss, and of those before it
            taken, losses[since] = set_against(loss, most)
            relieved, profits, room = relieved + taken, profits - taken, room - taken
            room_of_trade = room_of_trade - taken if is_of_trade else room_of_trade
    share_of_next = share_within_last_months(company, period, PERIODS_BACK + 1, months, began)
    refuse_more_periods(company, period, ceases * (other_losses[-1] + losses_of_trade[-1]), share_of_next)
    return relieved, profits, other_losses + losses_of_trade


def room_at_the_end(
    company: Companies, period: Period, profits: np.ndarray, shares: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """What of each earlier period losses carried forward may relieve: of all its profits, and of those of its trade (£).

    No more than the share of its profits that lies within reach (s.45G). Other reliefs of the period are taken to have come
    off profits other than of the trade; where donations have covered profits, a claim would save nothing.
    """
    of_all, of_trade = np.zeros_like(profits), np.zeros_like(profits)
    for row, (left, share) in enumerate(zip(profits, shares, strict=True)):
        back = row + 1
        taxed = positive(left - of_earlier_period(company, period, "charitable_donations_relief", back))
        trade = of_earlier_period(company, period, "trade_profit", back)
        trade = trade - of_earlier_period(company, period, "trading_losses_used_pre_april_2017", back)
        of_all[row] = np.minimum(taxed, share * total_profits(company, period, back))
        of_trade[row] = np.minimum(of_all[row], share * trade)
    return of_all, of_trade


def losses_left_at_the_end(company: Companies, period: Period, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Losses carried forward to a period and not used in it: those that relieve the trade alone, and total profits (£).

    By the period that made them, the latest first, and then all of before those. What is left is taken to be of the latest
    losses: older ones are used first.
    """
    older_used = company("trading_losses_used_pre_april_2017", period)
    later = company("trading_losses_brought_forward", period) - (company("trading_losses_used", period) - older_used)
    later = later - carried_forward_losses_given(company, period)
    older = company("trading_losses_brought_forward_pre_april_2017", period) - older_used
    of_trade, of_all = np.zeros((count + 1, company.count)), np.zeros((count + 1, company.count))
    for back in EARLIER_PERIODS[:count]:
        made = of_earlier_period(company, period, "trade_loss_to_carry_forward", back)
        share = share_against_total_profits(company, period.offset(-back, "year"))
        of_all[back - 1], of_trade[back - 1] = np.minimum(share * made, later), np.minimum((1 - share) * made, older)
        later, older = later - of_all[back - 1], older - of_trade[back - 1]
    of_all[count], of_trade[count] = later, older
    return of_trade, of_all
