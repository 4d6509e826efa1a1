"""The headline of one company: what it pays or receives in all, or what the reforms do to that, and what they save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from openfisca_goodwork.company import CompanyResult, PeriodResult
from openfisca_goodwork.company.assumed import LARGE_BEFORE, Assumption, once
from openfisca_goodwork.company.claims import CLAIMED, last_day_to_claim
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.result import CREDITS
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.company.vocabulary import BROUGHT_FORWARD, label_of
from openfisca_goodwork.errors import and_joined, lower_first, or_joined, printable
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.human_investment.terms import OFF_BY_HEAD, OFF_PRO_RATA
from openfisca_goodwork.law.periods import day_in_words, history
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.number_formats import POUNDS_AND_PENCE, TEXT, exact_percentage, pence, pounds, standing_of
from openfisca_goodwork.policy import as_asked
from openfisca_goodwork.reports.company_working import ASSUMED, section_of_assumed, span_of
from openfisca_goodwork.reports.sections import EVERYWHERE, Column, Medium, Note, Row, Section, Style, Table, Value
from openfisca_goodwork.system import current_law

if TYPE_CHECKING:
    from openfisca_goodwork.company import GroupResult
    from openfisca_goodwork.company.many import CompaniesResult


TAX, NET, TRAINING = "corporation_tax", "net_corporation_tax", "qualifying_training_expenditure"
ON_LOANS = "tax_on_loans_to_participators"
REPAID = "loss_carry_back_repayment"
_LOANS_BEFORE = "loans_to_participators_tax_to_relieve_brought_forward"
LOANS_LATER = "loans_to_participators_tax_to_relieve_carried_forward"
_LATER = {
    "trading_losses_carried_forward": "losses",
    "human_investment_credit_carried_forward": "credit for training",
}
# When a company without tax to save has its relief.
_RELIEVES = {
    "trading_losses_carried_forward": "relieved when later profits use the losses",
    "human_investment_credit_carried_forward": "paid when later tax meets the credit",
}
LOSSES_LATER = ("trading_losses_carried_forward", "trading_losses_carried_forward_pre_april_2017")


def standing(result: CompanyResult | CompaniesResult | GroupResult) -> str:
    """Whether what companies were worked out under is law, a sentence."""
    return standing_of(reform.status for reform in result.reforms) if result.reforms else "Current law."


def command(result: CompanyResult | CompaniesResult | GroupResult, file: str = "FILE") -> str:
    """What works it out again."""
    return f"goodwork calculate {file}{''.join(f' --reform {as_asked(reform)}' for reform in result.reforms)}"


def reforms_named(result: CompanyResult | GroupResult, on: Medium = EVERYWHERE) -> Iterator[Note]:
    """Each reform with its standing, so that nobody takes it for law."""
    for reform in result.reforms:
        said = f"{standing_of([reform.status]).rstrip('.')}: {printable(reform.title)} ({printable(reform.name)})"
        yield Note(said, on=on)


def finding(result: CompanyResult) -> str:
    """What the company pays in all, or what the reforms do to that, in a sentence without its stop.

    Of all periods of the file: tax on loans counts, and what is repaid for losses carried back and credits paid comes off.
    """
    name = printable(result.company.name) or "The company"
    periods = result.accounting_periods
    if not result.reforms:
        count = len(periods)
        return f"{name} {paid_in_words((result,), f' over {count} accounting periods' if count > 1 else '')}"
    how, amount = _outcome(result)
    worth = pounds(abs(amount))
    if how is _How.SAME:
        later = _later_in_words(periods)
        return f"{name} would pay the same corporation tax under the reform{f', and carry {later}' if later else ''}"
    if how is _How.OF_TAX:
        return f"{name} would pay {worth} {'less' if amount > 0 else 'more'} corporation tax under the reform"
    if how is _How.OF_CREDITS:
        return f"{name} would receive {worth} {'more' if amount > 0 else 'less'} of credits under the reform"
    much = f"{worth} {'less' if amount > 0 else 'more'} in all" if abs(amount) >= PENNY else "the same in all"
    return f"{name} would pay {much} under the reform, its taxes less what is paid to it"


class _How(Enum):
    """In what a reform changes what a company pays."""

    SAME, OF_TAX, OF_CREDITS, IN_ALL = range(4)


def _outcome(result: CompanyResult) -> tuple[_How, float]:
    """In what a reform changes what a company pays in all its periods, and by how much it is better off (£)."""
    saved, better = result.tax_saved, in_all((result,), CURRENT_LAW) - in_all((result,), REFORM)
    if max(abs(better), abs(saved)) < PENNY:
        return _How.SAME, better
    if abs(better - saved) < PENNY:
        return _How.OF_TAX, saved
    credited = sum(period.credits_paid for period in result.accounting_periods)
    is_credited = abs(saved) < PENNY and abs(better - credited) < PENNY
    return (_How.OF_CREDITS if is_credited else _How.IN_ALL), better


Results = Sequence[CompanyResult]


def _total(results: Results, law: str, *names: str) -> float:
    return sum(period.amount(law, name) for result in results for period in result.accounting_periods for name in names)


def _loans_relieved(results: Results, law: str) -> float:
    """Tax on loans to participators that HMRC repays over all accounting periods, as the loans are repaid (£)."""
    return sum(loans_relieved(result, place, law) for result in results for place in range(len(result.accounting_periods)))


def loans_relieved(result: CompanyResult, place: int, law: str) -> float:
    """Tax on loans that is repaid for one accounting period (£): what leaves the balance of such tax."""
    periods = result.accounting_periods
    if place:
        before = periods[place - 1].amount(law, LOANS_LATER)
    else:
        before = float(result.company.accounting_periods[0].values.get(_LOANS_BEFORE, 0.0))
    return before + periods[place].amount(law, ON_LOANS) - periods[place].amount(law, LOANS_LATER)


def in_all(results: Results, law: str) -> float:
    """What companies pay over all their accounting periods; below 0 what they receive (£)."""
    return _total(results, law, NET, ON_LOANS) - _total(results, law, "payable_credits") - _loans_relieved(results, law)


def paid_in_words(results: Results, over: str = "") -> str:
    """What companies pay or receive under current law, and what it is made of; of those in loss, what goes forward.

    Args:
        results: of the companies. over: what follows the amount, such as ` over 2 accounting periods`.
    """
    law, paid = CURRENT_LAW, in_all(results, CURRENT_LAW)
    owed = {
        "of corporation tax": _total(results, law, TAX),
        "of tax on loans to participators": _total(results, law, ON_LOANS),
    }
    less = {
        "met by credits": _total(results, law, *CREDITS),
        "saved within the group": _total(results, law, "corporation_tax_saved_in_group"),
        "repaid for loss carried back": _total(results, law, REPAID),
        "of tax repaid on loans": _loans_relieved(results, law),
        "of credits paid out": _total(results, law, "payable_credits"),
    }
    signs = [[f"{pounds(amount)} {what}" for what, amount in of.items() if abs(amount) >= PENNY] for of in (owed, less)]
    words = f"{'pays' if paid > 0 else 'receives'} {pounds(abs(paid))}" if abs(paid) >= PENNY else "pays nothing"
    if not any(signs):
        text = f"pays no corporation tax{over}"
    elif not signs[1] and len(signs[0]) == 1:
        text = f"pays {signs[0][0]}{over}"
    else:
        text = f"{words} in all{over}: {', less '.join(and_joined(part) for part in signs if part)}"
    losses = sum(result.accounting_periods[-1].amount(law, name) for result in results for name in LOSSES_LATER)
    if paid < PENNY and losses >= PENNY:
        text += f"{',' if any(signs) else ''} and carries {pounds(losses)} of trading losses forward"
    return text


def _later_in_words(periods: Sequence[PeriodResult], places: int = 2) -> str:
    """What the reform leaves for later, more or less than current law; empty for nothing."""
    changes = [(periods[-1].change(name), what) for name, what in _LATER.items()]
    return and_joined(
        [
            f"{pounds(abs(amount), places)} {'more' if amount > 0 else 'less'} of {what} forward"
            for amount, what in changes
            if abs(amount) >= PENNY
        ]
    )


def saving_in_words(periods: Sequence[PeriodResult]) -> str:
    """What the reform saves and pays, how much of each £1 of qualifying training that is, and what it leaves for later."""
    saved, paid = sum(period.tax_saved for period in periods), sum(period.credits_paid for period in periods)
    training = sum(period.amount(REFORM, TRAINING) for period in periods)
    now = [f"{'saves' if saved > 0 else 'costs'} {pounds(abs(saved))} of tax"] if abs(saved) >= PENNY else []
    if abs(paid) >= PENNY:
        now.append(f"pays {pounds(abs(paid))} {'more' if paid > 0 else 'less'} of credits")
    text = f"The reform {' and '.join(now) or 'saves no tax now'}"
    if training and abs(saved + paid) >= PENNY:
        text += f", {pence(abs(saved + paid) / training)} for every £1 of qualifying training"
    later = _later_in_words(periods)
    if later:
        gains = [when for name, when in _RELIEVES.items() if periods[-1].change(name) >= PENNY]
        text += f", and carries {later}{f', {and_joined(gains)}' if gains and not now else ''}"
    return f"{text}."


# --- said to the company itself, on a page ---------------------------------------------------------------------------

_RATES = tuple(f"corporation_tax.{name}" for name in ("small_profits_rate", "main_rate", "marginal_relief.fraction"))
_USED_AT_ONCE = (
    "trade_loss_set_against_total_profits",
    "loss_carried_back",
    "trading_losses_surrendered_to_group",
    "trade_loss_surrendered_for_tax_credit",
    "human_investment_loss_surrendered",
)


def for_the_company(result: CompanyResult) -> tuple[str, str]:
    """What a relief does for the company, as its page begins: a headline without its stop, and what follows from it.

    Amounts are of all accounting periods together, to the pound.
    """
    name = printable(result.company.name) or "You"
    it = "you" if name == "You" else "it"
    periods, (how, better) = result.accounting_periods, _outcome(result)
    later = _later_in_words(periods, places=0)
    if how is _How.SAME:
        return _without_saving(result, name, later)
    amount, than = pounds(abs(better), 0), "less" if better > 0 else "more"
    repaid = sum(period.change(REPAID) for period in periods)
    is_all_repaid = repaid >= PENNY and how is _How.OF_TAX and abs(better - repaid) < PENNY
    if is_all_repaid:
        headline = f"{name} would be repaid {amount} more corporation tax"
    elif how is _How.OF_TAX:
        headline = f"{name} would pay {amount} {than} corporation tax"
    elif how is _How.OF_CREDITS:
        headline = f"{name} would receive {amount} {'more' if better > 0 else 'less'} in credits"
    elif abs(better) < PENNY:
        headline = f"{name} would pay the same in all: corporation tax less what is paid back to {it}"
    else:
        headline = f"{name} would pay {amount} {than} in all: corporation tax less what is paid back to {it}"
    spent = sum(sum(relief.spent.values()) for relief in result.training if relief is not None)
    each = f"That is about {100 * abs(better) / spent:.1f}p for every £1 {it} spent on training. " if spent else ""
    said = [each.strip(), f"{name} would also carry {later}." if later else ""]
    if repaid >= PENNY:
        what = "It" if is_all_repaid else f"{pounds(repaid, 0)} of it"
        said.append(f"{what} is tax of profits before the loss, repaid when the loss is carried back to them.")
    return headline, " ".join(filter(None, said))


def when_a_loss_is_repaid(result: CompanyResult, place: int) -> str:
    """What a loss of an accounting period repays that is carried back, how, and when; empty where none is."""
    period, law = result.accounting_periods[place], result.laws[-1]
    back, repaid = (period.amount(law, each) for each in ("loss_carried_back", REPAID))
    if repaid < PENNY:
        return ""
    more = period.change(REPAID) if result.reforms else 0.0
    because = f", {pounds(more, 0)} of it because of the relief" if more >= PENNY else ""
    return (
        f"{pounds(back, 0)} of the loss of the period to {day_in_words(period.end)} is carried back to profits before it: "
        f"{pounds(repaid, 0)} of tax is repaid{because}. The claim has to be made by "
        f"{day_in_words(last_day_to_claim(period.end))} (CTA 2010 s.37(7)), in the return for that period or after; HMRC "
        "repays the tax once it is made. No later profit is needed."
    )


def _without_saving(result: CompanyResult, name: str, later: str) -> tuple[str, str]:
    """The same where no tax is less and no credit paid: what the relief leaves for later, and when that pays."""
    periods = result.accounting_periods
    losses, credit = (periods[-1].change(name) for name in _LATER)
    if not later:
        relief = [each for each in result.training if each is not None]
        counts = any(sum(each.qualifying.values()) >= PENNY for each in relief)
        why = "" if counts or not relief else "Nothing you entered qualifies for this relief."
        return f"{name} would pay the same corporation tax", why
    said = []
    if losses >= PENNY:
        worth = worth_of_losses(result, losses)
        said.append(
            f"When later profits use those losses, the tax on them is less by about {worth}. They have no time limit."
        )
    if credit >= PENNY:
        said.append("The credit is used when there is corporation tax for it to meet.")
    return f"{name} would save no tax in this period, and carry {later}", " ".join(said)


def worth_of_losses(result: CompanyResult, losses: float) -> str:
    """What so much loss saves at each rate that profits may bear, in words."""
    law, day = laws_of(result.reforms).get(REFORM, current_law()), result.accounting_periods[-1].end
    small, main, fraction = (history(law, path).on(day) for path in _RATES)
    rates = {small: "at the small profits rate of {}", main: "at the main rate of {}"}
    if fraction:
        rates[main + fraction] = "between the limits of marginal relief, where the rate is {}"
    return or_joined([f"{pounds(losses * rate, 0)} {what.format(exact_percentage(rate))}" for rate, what in rates.items()])


def what_can_be_done_with_losses(result: CompanyResult, place: int) -> str:
    """What a loss of an accounting period could be used for at once, and how much tax that may be; empty without one."""
    period, given = result.accounting_periods[place], result.company.accounting_periods[place]
    law = result.laws[-1]
    used = (period.outputs[law].get(name, given.values.get(name, 0.0)) for name in _USED_AT_ONCE)
    left = period.amount(law, "trade_loss") - sum(map(float, used))
    if left < PENNY or place or given.values.get("claims_loss_carry_back") is not None:
        return ""
    change = period.change("trade_loss") if result.reforms else 0.0
    because = f" ({pounds(change, 0)} of it because of the relief)" if change >= PENNY else ""
    return (
        f"{pounds(left, 0)} of this loss{because} need not wait. It can be carried back against profits of the twelve "
        "months before, if the company traded then: with enough of such profits, tax of that year is repaid, about "
        f"{worth_of_losses(result, left)}. It can be given to a company of the same group. Neither is worked out here: "
        "give the profit of the year before, or enter the companies of the group."
    )


# --- what was taken as none or as usual because nobody said otherwise -------------------------------------------------


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


# --- what stands behind a computation in a workbook: what was entered, and notes on the sheets ------------------------


DISCLAIMER = "This is a model’s computation, not advice and not a return."
LIVE = (
    "Change the trading profit, or another figure of this sheet that is a value, and what follows from it is worked out "
    "anew: totals, differences, marginal relief, the tax, tax chargeable and what is due on each day. Allowances, the "
    "deduction for training, reliefs and losses used stay as they are, as do all other sheets: work those out again in the "
    "model."
)


def inputs_of(result: CompanyResult, name: str) -> Section:
    """What was said of the company."""
    rows: list[Row] = []
    for period in result.company.accounting_periods:
        span = span_of(period)
        rest: list[tuple[Value, ...]] = []
        rest += [(variable, label_of(variable), value, None) for variable, value in period.values.items()]
        for item in period.items:
            marks = f" ({', '.join(item.tags)})" if item.tags else ""
            rest.append((item.variable, f"{label_of(item.variable)}{marks}", item.amount, item.day))
        for car in period.cars:
            condition = "new" if car.is_new else "second-hand"
            rest.append(("car", f"Car, {car.emissions:g} g/km, {condition}", car.cost, car.day))
        for building in period.buildings_sold:
            rest.append(("cost", "Cost of a building sold; the day its allowance began", building.cost, building.begins))
            rest.append(("proceeds", "Proceeds of a building sold", building.proceeds, building.sold))
        rows += [Row((span, *each)) for each in rest]
    names = ("Accounting period", "Variable", "What", "Value", "Day")
    widths = (26, 60, 50, 18, 18)
    columns = [
        Column(name, POUNDS_AND_PENCE if name == "Value" else TEXT, width) for name, width in zip(names, widths, strict=True)
    ]
    return Section(
        "Inputs",
        f"{name}: what was entered",
        (Table("", tuple(columns), rows, name="Inputs", empty="Nothing but the dates."),),
        on=Medium.WORKBOOK,
    )


def notes() -> Section:
    """Notes on the figures and the sheets."""
    listed = (
        "Amounts are pounds, unrounded in the cells and shown to the penny; rates are fractions: 25% is 0.25.",
        LIVE,
        "The sheet Working lists the steps that come to something: what each formula read, figures of law, what came out.",
        "The reform is a proposal unless the cover says otherwise; current law is that held by this version of the model.",
        DISCLAIMER,
    )
    return Section("Notes", "Notes", tuple(map(Note, listed)), on=Medium.WORKBOOK)
