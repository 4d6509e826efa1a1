"""The claims that pay the least tax over the accounting periods of a company file, found by trying them.

The search goes one step at a time. A step lowers one claim of one accounting period, lowers all its capital allowances
together, or changes what is claimed for losses; every step is tried at many amounts, as so many companies that the law works
out at once, and narrowed down to the amount at which the tax turns. The best step is taken until none pays. It is
deterministic, and never ends above the tax of the claims that it began from: those of the file, or the most the law allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.claims import CARRY_BACK, CLAIMED, OLDER, RELIEF, allowed_under
from openfisca_goodwork.company.facts import PENNY, Company, Fact
from openfisca_goodwork.company.under_law import AlikeCompanies, under
from openfisca_goodwork.company.vocabulary import FINAL, label_of
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.losses import first_day_of_claims
from openfisca_goodwork.law.periods import RefusedPeriodError, day_in_words
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES
from openfisca_goodwork.number_formats import pounds
from openfisca_goodwork.rendering import as_json
from openfisca_goodwork.system import current_law

_ANNUAL = "annual_investment_allowance_claim"
_POOLS = tuple(name for name in CLAIMED if name.endswith("_writing_down_allowance_claim"))
# What is given up first where all allowances of a period are lowered together: what stays in a pool, and last what gives
# more than was spent.
ALLOWANCES = (
    *_POOLS,
    _ANNUAL,
    *sorted(
        (allowance.claim for allowance in FIRST_YEAR_ALLOWANCES.values()),
        key=lambda name: name.startswith("super_deduction"),
    ),
)
_FIRST_YEAR = {allowance.claim for allowance in FIRST_YEAR_ALLOWANCES.values()}
_LOSSES = ("trading_losses_claim", OLDER)
LEVERS = (*ALLOWANCES, *_LOSSES)
_TAX, _PAID = "net_corporation_tax", "payable_credits"
CARRIED = (
    "main_pool_carried_forward",
    "special_rate_pool_carried_forward",
    "trading_losses_carried_forward",
    "trading_losses_carried_forward_pre_april_2017",
)
# Output → why it moves, where it does, in words that take the amount and the accounting period.
_REASONS: Mapping[str, tuple[str, str]] = {
    "charitable_donations_relief": ("{0} more of donations are relieved", "{0} less of donations are relieved"),
    "group_relief": ("{0} more of group relief is used", "{0} less of group relief is used"),
    "capital_allowances": ("capital allowances are {0} more", "capital allowances are {0} less, and the rest is for later"),
    "trade_loss_set_against_total_profits": (
        "{0} more of the loss goes against profits of the same period",
        "{0} less of the loss goes against profits of the same period",
    ),
    "trading_losses_used": ("{0} more of losses brought forward is used", "{0} less of losses brought forward is used"),
    "loss_carried_back": ("{0} more of the loss is carried back", "{0} less of the loss is carried back"),
    _PAID: ("{0} more of credits is paid", "{0} less of credits is paid"),
    _TAX: ("net corporation tax is {0} more", "net corporation tax is {0} less"),
}
NOT_SEARCHED: tuple[str, ...] = (
    "claims that pay only when several change at once",
    "claims for buildings, for classes of plant apart, for group relief, research and training",
    "what periods after the file save",
)
NO_CARRY_BACK = "losses carried back, as they would reach more periods than are looked at"
# Amounts tried of each claim; and, about the best of them, so many more so many times, which leaves less than a penny.
_POINTS, _POINTS_AGAIN, _NARROWINGS = 9, 33, 6
_DECIMALS = 6  # of a pound: taxes that differ by less are equal
_STEPS, _MOST_COMBINED = 12, 4
CHOICES: tuple[Mapping[str, Fact], ...] = (
    {},
    {RELIEF: True, CARRY_BACK: True},
    {RELIEF: True, CARRY_BACK: False},
    {RELIEF: False, CARRY_BACK: False},
)

State = tuple[Mapping[str, Fact], ...]
"""For each accounting period, oldest first, the claims that are made in it; others are for the most the law allows."""


@dataclass(frozen=True)
class ClaimAdvised:
    """One claim to make otherwise than the file does.

    Attributes:
        end: last day of the accounting period, in words. name, label: of the claim. company: of a group, whose it is.
        value: what to claim (£, or true or false); infinite for the most the law allows. as_it_is: in the file.
    """

    end: str
    name: str
    label: str
    value: Fact
    as_it_is: Fact
    company: str = ""

    @property
    def words(self) -> str:
        """The claim as a sentence."""
        if isinstance(self.value, bool):
            what = "yes" if self.value else "no"
        else:
            what = "the most that the law allows" if np.isinf(float(self.value)) else pounds(float(self.value))
        whose = f"{self.company}, period" if self.company else "Period"
        return f"{whose} to {self.end}, {self.label[0].lower()}{self.label[1:]}: {what}."

    def to_dict(self) -> dict[str, Any]:
        """The claim as JSON holds it, with the company where it is of a group."""
        whose = {"company": self.company} if self.company else {}
        claim = {"period_ends": self.end, "claim": self.name, "value": self.value, "as_it_is": self.as_it_is}
        return as_json(whose | claim)


@dataclass(frozen=True)
class Advice:
    """The claims that pay the least tax of those tried.

    Attributes:
        tax_as_it_is, tax: net corporation tax less credits paid of all periods, with the claims of the file and these (£).
        carried_as_it_is, carried: pools and losses that the last period carries forward, with either (£).
        claims: those to make otherwise. why: what changes, period by period. not_searched: what was left alone.
    """

    tax_as_it_is: float
    tax: float
    carried_as_it_is: float
    carried: float
    claims: tuple[ClaimAdvised, ...] = field(hash=False)
    why: tuple[str, ...]
    not_searched: tuple[str, ...]

    @property
    def saved(self) -> float:
        """Tax that these claims save (£)."""
        return self.tax_as_it_is - self.tax

    @property
    def finding(self) -> str:
        """What was found, as a sentence without its stop."""
        if not self.claims:
            return "No other claims were found that pay less tax: the claims stay as they are"
        more = self.carried - self.carried_as_it_is
        later = f", and {pounds(abs(more))} {'more' if more > 0 else 'less'} of pools and losses goes on to later periods"
        later = later if abs(more) >= PENNY else ""
        if self.saved < PENNY:
            return f"Other claims pay the same tax, {pounds(self.tax)}{later}"
        return (
            f"Other claims pay {pounds(self.tax)} of tax, not {pounds(self.tax_as_it_is)}: {pounds(self.saved)} less{later}"
        )

    def sentences(self) -> Iterator[str]:
        """The advice in plain sentences: what was found, the claims to make, why, and what was not searched."""
        yield f"{self.finding}."
        yield from (claim.words for claim in self.claims)
        yield from self.why
        yield f"Not searched: {and_joined(self.not_searched)}."

    def to_dict(self) -> dict[str, Any]:
        """The advice as JSON holds it; a claim for the most the law allows is null."""
        return {
            "finding": f"{self.finding}.",
            "tax_as_it_is": self.tax_as_it_is,
            "tax": self.tax,
            "saved": self.saved,
            "carried_forward_as_it_is": self.carried_as_it_is,
            "carried_forward": self.carried,
            "claims": as_json(self.claims),
            "why": list(self.why),
            "not_searched": list(self.not_searched),
        }


@dataclass(frozen=True)
class _Outcome:
    """What some claims come to: every output wanted, for each accounting period."""

    periods: tuple[Mapping[str, float], ...]

    @property
    def tax(self) -> float:
        """Net corporation tax less credits paid, of all periods (£)."""
        return sum(period[_TAX] - period[_PAID] for period in self.periods)

    @property
    def carried(self) -> float:
        """Pools and losses that the last period carries forward (£)."""
        return sum(self.periods[-1][name] for name in CARRIED)

    @property
    def key(self) -> tuple[float, float]:
        """What is to be least: the tax, and of equal taxes what is not carried forward."""
        return round(self.tax, _DECIMALS), -round(self.carried, 2)

    def claimed(self, place: int, name: str) -> float:
        """How much of a claim is made in a period (£)."""
        return max(float(allowed_under(name, [self.periods[place]])), 0.0)


_MADE = {*LEVERS, RELIEF, CARRY_BACK}


class _Trial:
    """A company under a law, tried with many sets of claims at once."""

    def __init__(self, law: TaxBenefitSystem, company: Company) -> None:
        self.company, self._defaults = company, {name: law.variables[name].default_value for name in _MADE}
        without = under(law, company)
        for place, period in enumerate(without.accounting_periods):
            values = {name: value for name, value in period.values.items() if name not in _MADE}
            without = without.with_period(place, values=values)
        self._alike = AlikeCompanies(law, [without])
        claimed = (output for name in LEVERS for output in CLAIMED[name])
        self._outputs = tuple(dict.fromkeys([_TAX, _PAID, *CARRIED, *_REASONS, "trade_loss", *claimed]))

    def run(self, states: Sequence[State]) -> list[_Outcome]:
        """What each set of claims comes to."""
        names = dict.fromkeys(name for state in states for claims in state for name in claims)
        given = {
            name: np.array([[claims.get(name, self._defaults[name]) for claims in state] for state in states])
            for name in names
        }
        outputs = self._alike.run(self._outputs, np.zeros(len(states), dtype=int), given)
        amounts = {name: values.tolist() for name, values in outputs.items()}
        return [
            _Outcome(tuple({name: of[row][place] for name, of in amounts.items()} for place in range(len(states[row]))))
            for row in range(len(states))
        ]


_Found = tuple[State, _Outcome]


def advice_of(law: TaxBenefitSystem, company: Company) -> Advice:
    """The claims that pay the least tax of a company under a law, of those tried.

    Args:
        law: the tax-benefit system. company: as its file tells it; its own claims are where the search begins.
    """
    trial, not_searched = _Trial(law, company), NOT_SEARCHED
    own: State = tuple(
        {name: value for name, value in period.values.items() if name in _MADE} for period in company.accounting_periods
    )
    plain: State = tuple({} for _ in own)
    first, usual = trial.run([own, plain])
    begins: list[_Found] = [(own, first)] if own == plain else [(own, first), (plain, usual)]
    starts = list(begins)
    losses = [  # with a loss to choose for, or the end of the trade
        place
        for place, period in enumerate(company.accounting_periods)
        if usual.periods[place]["trade_loss"] > 0 or period.values.get(FINAL)
    ]
    try:
        choices = [choice for state, _outcome in begins for choice in _choices(state, losses)]
        starts += zip(choices, trial.run(choices), strict=True) if choices else ()
        searched = losses
    except RefusedPeriodError:
        searched, not_searched = [], (*NOT_SEARCHED, NO_CARRY_BACK)
    likely = min(starts, key=lambda each: each[1].key)
    begun = [likely, *(each for each in begins if each is not likely)]
    best = min((_improved(trial, each, searched) for each in begun), key=lambda each: each[1].key)
    state, outcome = _shortest(trial, best, own)
    if not outcome.key < first.key:
        state, outcome = own, first
    return _worded(company, (own, first), (state, outcome), not_searched)


def _choices(state: State, places: Sequence[int]) -> list[State]:
    """Every combination of claims for the losses of some periods; of many periods, one period at a time."""
    if len(places) > _MOST_COMBINED:
        return [_with(state, place, choice) for place in places for choice in CHOICES[1:]]
    combined = []
    for chosen in product(CHOICES, repeat=len(places)):
        chosen_state = state
        for place, choice in zip(places, chosen, strict=True):
            chosen_state = _with(chosen_state, place, choice)
        combined.append(chosen_state)
    return combined[1:]


def _with(state: State, place: int, claims: Mapping[str, Fact]) -> State:
    return (*state[:place], {**state[place], **claims}, *state[place + 1 :])


@dataclass(frozen=True)
class _Line:
    """Claims of one period that are lowered together, from what is claimed now towards nothing.

    Attributes:
        place: of the period. most: what each claim is now, in the order in which it is given up (£).
        held: claims that stay as they are meanwhile, so that what is given up does not go there.
    """

    place: int
    most: Mapping[str, float]
    held: Mapping[str, float]

    def at(self, state: State, share: float) -> State:
        """The claims with so much of the whole left."""
        left_out, claims = (1 - share) * sum(self.most.values()), dict(self.held)
        for name, most in self.most.items():
            given_up = min(most, left_out)
            left_out -= given_up
            if given_up:
                claims[name] = most - given_up
        return _with(state, self.place, claims)


def _lines(company: Company, outcome: _Outcome) -> Iterator[_Line]:
    """Every claim that can be lowered, and all allowances of a period together."""
    for place, period in enumerate(company.accounting_periods):
        claimed = {name: amount for name in LEVERS if (amount := outcome.claimed(place, name)) >= PENNY}
        if period.start < first_day_of_claims(current_law()):
            claimed.pop(OLDER, None)
        annual = {_ANNUAL: outcome.claimed(place, _ANNUAL)}
        for name, amount in claimed.items():
            yield _Line(place, {name: amount}, annual if name in _FIRST_YEAR else {})
        allowances = {name: claimed[name] for name in ALLOWANCES if name in claimed}
        if len(allowances) > 1:
            yield _Line(place, allowances, annual | {name: outcome.claimed(place, name) for name in _POOLS})


def _improved(trial: _Trial, begun: _Found, losses: Sequence[int]) -> _Found:
    """Take the best step until none pays."""
    state, outcome = begun
    for _step in range(_STEPS):
        lines = list(_lines(trial.company, outcome))
        shares = np.linspace(0, 1, _POINTS)[:-1].tolist()
        tried: list[tuple[_Line | None, float, State]] = [
            (line, share, line.at(state, share)) for line in lines for share in shares
        ]
        tried += [(None, 0.0, _with(state, place, choice)) for place in losses for choice in CHOICES[1:]]
        if not tried:
            break
        outcomes = trial.run([each[2] for each in tried])
        place = min(range(len(tried)), key=lambda at: (outcomes[at].key, -tried[at][1]))
        line, share, _state = tried[place]
        best = tried[place][2], outcomes[place]
        if line is not None:
            best = _narrowed(trial, state, line, share, best)
        if not best[1].key < outcome.key:
            break
        state, outcome = best
    return state, outcome


def _narrowed(trial: _Trial, state: State, line: _Line, share: float, best: _Found) -> _Found:
    """The best amount of a line about the best share so far; the whole of them that is claimed where it ties."""
    reach = 1 / (_POINTS - 1)
    for _narrowing in range(_NARROWINGS):
        shares = np.clip(np.linspace(share - reach, share + reach, _POINTS_AGAIN), 0, 1).tolist()
        states = [line.at(state, each) for each in shares]
        outcomes = trial.run(states)
        at = min(range(len(shares)), key=lambda place: (outcomes[place].key, -shares[place]))
        if outcomes[at].key <= best[1].key:
            best, share = (states[at], outcomes[at]), shares[at]
        reach = reach / (_POINTS_AGAIN - 1) * 2
    return best


def _shortest(trial: _Trial, best: _Found, own: State) -> _Found:
    """The same with as few claims changed as it takes, to the penny and, where that costs nothing, to the pound."""
    state, outcome = best
    for place, claims in enumerate(state):
        for name in dict.fromkeys([*claims, *own[place]]):
            as_it_is = {key: value for key, value in state[place].items() if key != name}
            if name in own[place]:
                as_it_is[name] = own[place][name]
            tries = [(*state[:place], as_it_is, *state[place + 1 :])]
            if name in LEVERS and np.isfinite(state[place].get(name, np.inf)):
                amount = min(float(state[place][name]), outcome.claimed(place, name))
                tries += [_with(state, place, {name: rounded}) for rounded in (float(round(amount)), round(amount, 2))]
            # Nothing is carried back without a claim against profits of the same period.
            tries = [claimed for claimed in tries if claimed[place].get(RELIEF, True) or not claimed[place].get(CARRY_BACK)]
            outcomes = trial.run(tries) if tries else []
            for claimed, tried in zip(tries, outcomes, strict=True):  # as little tax, and as much carried forward
                if tried.tax - outcome.tax < PENNY and outcome.carried - tried.carried < PENNY + PENNY:
                    state, outcome = claimed, tried
                    break
    return state, outcome


def _worded(company: Company, first: _Found, best: _Found, not_searched: tuple[str, ...]) -> Advice:
    """The advice: the claims that differ, and what moves because of them."""
    (own, before), (state, after) = first, best
    claims: list[ClaimAdvised] = []
    why: list[str] = []
    for place, period in enumerate(company.accounting_periods):
        end = day_in_words(period.end)
        claims += claims_otherwise(end, own[place], state[place])
        why += [f"In the period to {end} {words}." for words in reasons(before.periods[place], after.periods[place])]
    return Advice(
        before.tax, after.tax, before.carried, after.carried, tuple(claims), tuple(why) if claims else (), not_searched
    )


def claims_otherwise(
    end: str, own: Mapping[str, Fact], others: Mapping[str, Fact], company: str = ""
) -> Iterator[ClaimAdvised]:
    """The claims of an accounting period that some claims make otherwise than its own.

    Args:
        end: its last day, in words. company: of a group, whose it is.
    """
    for name in dict.fromkeys([*own, *others]):
        default = current_law().variables[name].default_value
        value, as_it_is = (claims.get(name, default) for claims in (others, own))
        if value != as_it_is:
            yield ClaimAdvised(end, name, label_of(name), value, as_it_is, company)


def reasons(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> Iterator[str]:
    """What moves in an accounting period from some outputs to others, in words."""
    for output, (more, less) in _REASONS.items():
        change = float(after[output]) - float(before[output])
        if abs(change) >= PENNY:
            yield (more if change > 0 else less).format(pounds(abs(change)))
