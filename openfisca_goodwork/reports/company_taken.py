"""What a result of one company takes as none or as usual because nobody said otherwise: one short list for its readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.assumption import Assumption, once
from openfisca_goodwork.company.claims import CLAIMED
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, label_of
from openfisca_goodwork.errors import and_joined, or_joined
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.human_investment.paths import OFF_BY_HEAD, OFF_PRO_RATA
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.number_formats import pounds
from openfisca_goodwork.reports.company_schedules import ASSUMED, section_of_assumed
from openfisca_goodwork.reports.company_working import lower_first
from openfisca_goodwork.reports.sections import Note, Section, Style

_PAID_BY_OTHERS = {
    "levy_funded_training": "paid from the apprenticeship levy account",
    "training_grants_received": "paid for by grants",
    "training_from_connected_parties": "bought within the group",
    "training_in_research_and_development": "claimed as research and development",
}
_OTHER_PROFITS = ("property_profits", "non_trading_loan_relationship_profits", "chargeable_gains", "other_income")


Say = Callable[[Assumption], str]
"""How a page says an assumption: the sentence, and what its visitor can do there to say otherwise."""


def section_of_all_assumed(result: CompanyResult, place: int, say: Say, *, in_group: bool = False) -> Section:
    """What was assumed of one accounting period: sentences of the computation, and what was taken as none or as usual.

    On what the days of payment depend, stands beside them: ``days_assumed``.

    Args:
        place: of the accounting period. in_group: whether a group settles which companies are associated.
    """
    computed = [say(each) for each in once(result.assumptions) if each.about != LARGE_BEFORE]
    points = (*computed, *_taken(result, place, in_group=in_group))
    return Section(
        ASSUMED, section_of_assumed(result).question, tuple(Note(words, Style.POINT) for words in points), sheet=ASSUMED
    )


def days_assumed(result: CompanyResult, place: int) -> list[Assumption]:
    """What the days of payment of one accounting period depend on that nobody said."""
    return [] if place else [each for each in once(result.assumptions) if each.about == LARGE_BEFORE]


def _taken(result: CompanyResult, place: int, *, in_group: bool) -> Iterator[str]:
    """What nobody said, and what stands for it."""
    period, given = result.accounting_periods[place], result.company.accounting_periods[place]
    stated = {name for name, value in given.values.items() if value} | {item.variable for item in given.items}
    links = {"associated_companies": "associated companies", "exempt_distributions": "dividends from outside the group"}
    if in_group:
        links.pop("associated_companies")
    yield from _none(words for name, words in links.items() if name not in stated)
    relief = result.training[place]
    if relief is not None and sum(relief.spent.values()) >= PENNY:
        law = laws_of(result.reforms)[REFORM]
        switches = {**OFF_BY_HEAD, **OFF_PRO_RATA}
        out = [name for name in _PAID_BY_OTHERS if name not in stated and history(law, switches[name]).on(period.end)]
        if out:
            yield f"None of the training was {or_joined([_PAID_BY_OTHERS[name] for name in out])}."
    if not (stated & CLASSES.keys() or given.cars):
        yield "Nothing was spent on plant, machinery or cars."
    claimed = [part for part in PARTS if period.amount(CURRENT_LAW, part) >= PENNY]
    if claimed and not given.values.keys() & CLAIMED.keys():
        amounts = (f"{lower_first(label_of(part))} of {pounds(period.amount(CURRENT_LAW, part), 0)}" for part in claimed)
        yield f"Every capital allowance is claimed in full: {and_joined(list(amounts))}."
    if place == 0:
        yield from _none(_of_before(stated))
    if not stated & set(_OTHER_PROFITS):
        yield "All profit is of the trade: no rents, interest received, gains or other income."
    if "is_uk_resident" not in given.values:
        yield "The company is resident in the United Kingdom."
        yield "It trades or lets property: it is no company of few owners that only holds investments."


def _of_before(stated: set[str]) -> Iterator[str]:
    if not any(name.endswith(BROUGHT_FORWARD) and "losses" in name for name in stated):
        yield "losses of earlier periods"
    if not any(name.endswith(BROUGHT_FORWARD) and "pool" in name for name in stated):
        yield "pools of plant brought forward"


def _none(words: Iterable[str]) -> Iterator[str]:
    listed = list(words)
    if listed:
        yield f"No {' and no '.join(listed)}."
