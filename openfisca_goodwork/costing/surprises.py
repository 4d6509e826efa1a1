"""What of a result may surprise, found from its figures by rule, with the reason: one sentence each.

Each rule looks at the figures, never at the name of a reform: so it speaks of any reform that comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from openfisca_goodwork.costing.distribution import (
    BY_EMPLOYEES,
    BY_REGION,
    BY_SECTION,
    LARGEST_BY_EMPLOYEES,
    LARGEST_BY_TAX,
    Cause,
    Distribution,
)
from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.costing.steps import CHANGE_OF_LAW
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.number_formats import in_words, three_figures

# Records below which chance alone moves their sum by a tenth or more; effective records below which few carry it all.
LEAST_RECORDS, LEAST_EFFECTIVE = 100, 10
_READ = (BY_EMPLOYEES, BY_SECTION, BY_REGION, LARGEST_BY_TAX, LARGEST_BY_EMPLOYEES)
_LEAST_SHARE = 0.02  # of companies or of the gain, below which a cause or a class is not worth a word
_LEAST_SHOWN = 0.005  # of a share, which is shown in whole per cent
_HALF_A_MILLION, _NOTHING = 0.5, 1e-6  # £ million
_GAIN_BECAUSE: Mapping[str, str] = {
    Cause.REPAYMENT: "more tax is repaid for a loss that they carry back",
    Cause.GROUP: "losses that they surrender to their group save more tax there",
    Cause.CREDITS: "credits paid out to them are larger",
    Cause.RESPONSE: "what they do about the change leaves them less to pay",
    Cause.TAX: "their own tax of the year falls, deductions or losses coming in other years than before",
}
_LOSE_BECAUSE: Mapping[str, str] = {
    Cause.REPAYMENT: "less tax is repaid for a loss that they carry back, as less was charged the year before",
    Cause.GROUP: "losses that they surrender to their group save less tax there",
    Cause.CREDITS: "credits paid out to them are smaller",
    Cause.RESPONSE: "what they do about the change leaves them more to pay",
    Cause.TAX: "their own tax of the year rises, deductions or losses coming in other years than before",
}


def surprises(result: CostingResult) -> tuple[str, ...]:
    """Every sentence that a rule finds cause for, in the order of the rules; none without a distribution of who gains."""
    return tuple(sentence for rule in RULES for sentence in rule(result, result.distribution)) if result.distribution else ()


def few_records(result: CostingResult) -> str:
    """That a part of the companies rests on few records; nothing of all companies, and of a part with enough."""
    shown = result.distribution
    if not result.where or shown is None:
        return ""
    total = shown.total()
    if total.records_affected >= LEAST_RECORDS and total.effective_records >= LEAST_EFFECTIVE:
        return ""
    is_carried = total.effective_records < LEAST_EFFECTIVE
    carried = f", and {total.effective_records:.0f} carry nearly all of it" if is_carried else ""
    return (
        f"Do not quote this part alone: {total.records_affected:,} of its {result.population.records:,} records gain or lose"
        f"{carried}, so that chance moves its figures."
    )


def _against_the_tide(_result: CostingResult, shown: Distribution) -> Iterator[str]:
    """Who gains where companies together pay more, or loses where they pay less, and why."""
    if not shown.total().gain:
        return
    total, gains = shown.total(), shown.total().gain > 0
    count, verb, together = (total.losing, "lose", "less") if gains else (total.gaining, "gain", "more")
    causes, because = (shown.reasons["losing"], _LOSE_BECAUSE) if gains else (shown.reasons["gaining"], _GAIN_BECAUSE)
    if count < 1:
        return
    named = ((number, because[cause]) for cause, number in causes.items() if number > _LEAST_SHARE * count)
    parts = [f"{_of_all(number, count)} because {why}" for number, why in sorted(named, reverse=True)]
    yield (
        f"{three_figures(count)} companies {verb} in {shown.financial_year}, although companies together pay {together}: "
        f"{'; '.join(parts)}."
    )


def _of_all(number: float, whole: float) -> str:
    return "all of them" if number > (1 - _LEAST_SHARE) * whole else three_figures(number)


def _claim_without_gain(_result: CostingResult, shown: Distribution) -> Iterator[str]:
    """Claimants who gain nothing in the year shown, by how they stand before the change."""
    idle = shown.reasons["claimants_without_gain"]
    whole = sum(idle.values())
    if whole < 1:
        return
    parts = [f"{three_figures(number)} {name}" for name, number in idle.items() if number > _LEAST_SHARE * whole]
    yield (
        f"{three_figures(whole)} claim and do not gain in {shown.financial_year} ({and_joined(parts)}): a company "
        "without tax to save in a year gains in another, when its loss is carried back or forward."
    )


def _shares_of_more_than_all(_result: CostingResult, shown: Distribution) -> Iterator[str]:
    """Classes that have more than all of the gain, or the opposite of it, and which others make up for that."""
    if not shown.total().gain:
        return
    what = "gain" if shown.total().gain > 0 else "loss"
    for name in _READ:
        shares = {row.name: row.share_of_gain for row in shown.table(name).rows if row.share_of_gain is not None}
        above = [f"{one} {share:.0%}" for one, share in shares.items() if share > 1 + _LEAST_SHOWN]
        below = [f"{one} {share:.0%}" for one, share in shares.items() if share < -_LEAST_SHARE]
        together = sum(share for share in shares.values() if share < 0)
        if above and together < 0:
            others = and_joined(below) if below else f"others, {together:.0%} together,"
            verb = "has" if len(below) == 1 else "have"
            yield (
                f"{name}: the share of {and_joined(above)} is above 100%, as {others} {verb} the opposite of the {what}; "
                "the shares are of what is left of both."
            )


def _changes_sign_over_the_years(result: CostingResult, _shown: Distribution) -> Iterator[str]:
    """A change of law that costs in some years and yields in others, companies doing as they planned."""
    step = next((one for one in result.steps if one.name == CHANGE_OF_LAW.name), None)
    signs = [] if step is None else [amount for amount in step.effect if abs(amount) > _HALF_A_MILLION]
    turn = next((place for place, amount in enumerate(signs) if amount * signs[0] < 0), 0)
    if turn:
        year = financial_year_name(result.years[step.effect.index(signs[turn])]) if step else ""
        before, after = ("costs", "raises money") if signs[0] < 0 else ("raises money", "costs")
        yield (
            f"It {before} at first and {after} from {year}: what companies deduct sooner or later than before, or losses "
            "that they use in another year, moves tax between years."
        )


def _response_changes_the_sign(result: CostingResult, _shown: Distribution) -> Iterator[str]:
    """A year in which the response takes away more than the static effect."""
    for year, static, whole in zip(result.financial_years, result.static, result.post_behavioural, strict=True):
        if static * whole < 0 and min(abs(static), abs(whole)) > _HALF_A_MILLION:
            yield (
                f"In {year} the measure alone {in_words(static)}, and with what companies do about it {in_words(whole)}: "
                "the response is larger than the effect that it responds to."
            )
            return


def _nobody(result: CostingResult, shown: Distribution) -> Iterator[str]:
    """A change that is in force, and moves nothing for any company of the population."""
    moved = max(map(abs, (*result.static, *result.post_behavioural)), default=0.0)
    if moved < _NOTHING and not shown.total().gaining and not shown.total().losing:
        yield (
            "Nothing moves in these years: no company here has what the change bears upon, or meets the conditions of the "
            "relief."
        )


Rule = Callable[[CostingResult, Distribution], Iterator[str]]
RULES: tuple[Rule, ...] = (
    _against_the_tide,
    _claim_without_gain,
    _shares_of_more_than_all,
    _changes_sign_over_the_years,
    _response_changes_the_sign,
    _nobody,
)
