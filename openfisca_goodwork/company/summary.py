"""A company's result as text for a terminal: the finding, then the steps under both laws, then when to pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM, CompanyPeriod
from openfisca_goodwork.company.plain_text import PENNY, Row, aligned, figure, lower_first, pence, pounds
from openfisca_goodwork.company.result import CompanyResult, PeriodResult
from openfisca_goodwork.company.training_text import training_lines
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import printable
from openfisca_goodwork.law.periods import day_in_words

_STANDING = {
    "proposal": "Proposed, not law",
    "enacted": "Enacted",
    "counterfactual": "Counterfactual, not law",
    "stress": "Stress test, not law",
}
_TITLES = {CURRENT_LAW: "Current law", REFORM: "Reform"}
_REGIMES = {"ordinary": "in one sum", "large": "in instalments (large)", "very_large": "in instalments (very large)"}
_LARGE_BEFORE = "large_company_brought_forward"
_TRADING_PROFIT = "trading_profit_before_capital_allowances"
_TRAINING = "qualifying_training_expenditure"
_LATER = {
    "trading_losses_carried_forward": "losses",
    "human_investment_credit_carried_forward": "credit for training",
}


class _Line(NamedTuple):
    """A line of the computation: outputs added up by their signs, shown where it is not 0 or where another one is not.

    Attributes:
        word: "less", "plus", or nothing for a total.
        terms: outputs, each to be added (1) or taken off (-1).
        label: for people; by default that of the first output.
        shown_with: outputs that make the line worth showing, if they are not its own; none for a line that always stands.
    """

    word: str
    terms: tuple[tuple[str, int], ...]
    label: str = ""
    shown_with: tuple[str, ...] | None = None


def _less(name: str) -> _Line:
    return _Line("less", ((name, -1),))


def _plus(name: str) -> _Line:
    return _Line("plus", ((name, 1),))


def _total(*names: str, label: str = "", shown_with: tuple[str, ...] | None = ()) -> _Line:
    return _Line("", tuple((name, 1) for name in names), label, shown_with)


# What parts the tax charged from the tax that is borne.
# Credits that discharge tax. They are a payment: the amounts due stand before them.
_CREDITS = (
    "notional_tax_deduction_used",
    "research_and_development_credit_set_off",
    "human_investment_notional_tax_used",
    "human_investment_credit_set_off",
)
_OFF_TAX = (*_CREDITS, "loss_carry_back_repayment")
_COMPUTATION = (
    _less("capital_allowances"),
    _plus("balancing_charges"),
    _less("human_investment_deduction"),
    _plus("human_investment_clawback"),
    _plus("human_investment_credit_as_income"),
    _plus("research_and_development_expenditure_credit"),
    _less("research_and_development_additional_deduction"),
    _total("adjusted_trading_result"),
    _Line("plus", (("trade_loss", 1),), "loss, which is relieved below or carried forward"),
    _plus("other_profits"),
    _less("trade_loss_set_against_total_profits"),
    _less("charitable_donations_relief"),
    _less("group_relief"),
    _less("trading_losses_used"),
    _total("taxable_total_profits"),
    _total("corporation_tax", "marginal_relief", label="Tax before marginal relief", shown_with=("marginal_relief",)),
    _less("marginal_relief"),
    _total("corporation_tax"),
    *map(_less, _OFF_TAX),
    _Line(
        "less",
        (("net_corporation_tax", 1), ("corporation_tax", -1), *((name, 1) for name in _OFF_TAX)),
        "tax that its losses save in the rest of its group",
    ),
    _total("net_corporation_tax", shown_with=("group_relief_surrendered", *_OFF_TAX)),
)
_BESIDE = (
    _total("payable_credits", shown_with=None),
    _total("research_and_development_credit_carried_forward", shown_with=None),
    _total("notional_tax_deduction_carried_forward", shown_with=None),
    _total("trade_loss_surrendered_for_tax_credit", shown_with=None),
    _total("human_investment_credit_carried_forward", shown_with=None),
    _total("human_investment_notional_tax_carried_forward", shown_with=None),
    _total("human_investment_loss_surrendered", shown_with=None),
    _total(_TRAINING, shown_with=(_TRAINING,)),
    _total(
        "trading_losses_carried_forward",
        "trading_losses_carried_forward_pre_april_2017",
        label="Trading losses carried forward",
        shown_with=("trading_losses_carried_forward",),
    ),
)


def summary_of(result: CompanyResult) -> str:
    """The whole text, lines parted by newlines."""
    return "\n".join(_lines(result))


def _lines(result: CompanyResult) -> Iterator[str]:
    yield finding(result)
    yield from (f"{_STANDING[one.status]}: {printable(one.title)} ({printable(one.name)})" for one in result.reforms)
    yield f"In pounds; limits and rates apportioned by {result.company.apportionment}; model {result.model_version}"
    for place, (given, one) in enumerate(zip(result.company.accounting_periods, result.accounting_periods, strict=True)):
        yield f"\n{day_in_words(one.start)} to {day_in_words(one.end)}"
        yield from aligned([*_computation_rows(given, one), *_payment_rows(one)])
        if place == 0:
            yield from _first_year(given, one)
        if result.reforms:
            yield saving_in_words([one])
            yield from training_lines(result, place)
    if result.reforms and len(result.accounting_periods) > 1:
        yield f"\nAll {len(result.accounting_periods)} accounting periods\n{saving_in_words(result.accounting_periods)}"


def finding(result: CompanyResult) -> str:
    """What the reforms do to the tax of the company, or what tax it bears, in a sentence without its stop."""
    name = printable(result.company.name) or "The company"
    if not result.reforms:
        tax = sum(one.amount(CURRENT_LAW, "corporation_tax") for one in result.accounting_periods)
        return f"{name} bears {pounds(tax)} of corporation tax"
    saved = result.tax_saved
    if abs(saved) < PENNY:
        return f"{name} bears the same tax under the reform"
    return f"{name} bears {pounds(abs(saved))} {'less' if saved > 0 else 'more'} tax under the reform"


def _computation_rows(given: CompanyPeriod, one: PeriodResult) -> Iterator[Row]:
    yield "", [*(_TITLES[law] for law in one.outputs), *(["Difference"] if REFORM in one.outputs else [])]
    yield from ((label, _figures(amounts)) for label, amounts in computation(given, one))


def computation(given: CompanyPeriod, one: PeriodResult) -> Iterator[tuple[str, list[float]]]:
    """The steps from the trading profit to the tax, and what is worth knowing beside them: label, amount under each law."""
    profit = float(given.values.get(_TRADING_PROFIT, 0))
    yield label_of(_TRADING_PROFIT), [profit for _law in one.outputs]
    for line in (*_COMPUTATION, *_BESIDE):
        amounts = [sum(sign * one.amount(law, name) for name, sign in line.terms) for law in one.outputs]
        if _is_shown(line, amounts, one):
            label = line.label or label_of(line.terms[0][0])
            yield (f"  {line.word} {lower_first(label)}" if line.word else label), amounts


def _is_shown(line: _Line, amounts: list[float], one: PeriodResult) -> bool:
    if line.shown_with == ():
        return True
    decisive = amounts
    if line.shown_with is not None:
        decisive = [one.amount(law, name) for law in one.outputs for name in line.shown_with]
    return any(abs(amount) >= PENNY for amount in decisive)


def _payment_rows(one: PeriodResult) -> Iterator[Row]:
    """The days on which tax is due, and what is due on them under each law."""
    dues = sorted({each.due for due in one.instalments.values() for each in due})
    regimes = list(dict.fromkeys(_REGIMES[str(outputs["payment_regime"])] for outputs in one.outputs.values()))
    yield (f"Payable {', under the reform '.join(regimes)}:" if dues else "Nothing to pay"), []
    for day in dues:
        amounts = [sum((each.amount for each in due if each.due == day), 0.0) for due in one.instalments.values()]
        yield f"  {day_in_words(day)}", _figures(amounts)
    credits_pay = [sum(one.amount(law, name) for name in _CREDITS) for law in one.outputs]
    if any(amount >= PENNY for amount in credits_pay):
        yield "  of which credits pay", _figures(credits_pay)


def _first_year(given: CompanyPeriod, one: PeriodResult) -> Iterator[str]:
    """Why a company of the size of those that pay in instalments does not: nobody told of the year before."""
    spared = [
        outputs["payment_regime"] == "ordinary" and one.amount(law, "large_company_carried_forward") > 0
        for law, outputs in one.outputs.items()
    ]
    if any(spared) and not given.values.keys() & {_LARGE_BEFORE, "is_new_company"}:
        yield (
            "In one sum, as nothing says that it was a large company in the twelve months before "
            f"(SI 1998/3175 reg 3): if it was, give {_LARGE_BEFORE}: 1."
        )


def _figures(amounts: list[float]) -> list[str]:
    """The amounts of both laws and their difference, to the penny."""
    shown = [*amounts, amounts[1] - amounts[0]] if len(amounts) > 1 else amounts
    return [figure(one) for one in shown]


def saving_in_words(periods: Sequence[PeriodResult]) -> str:
    """What the reform saves and pays, how much of each £1 of qualifying training that is, and what it leaves for later."""
    saved, paid = sum(one.tax_saved for one in periods), sum(one.credits_paid for one in periods)
    training = sum(one.amount(REFORM, _TRAINING) for one in periods)
    text = f"The reform {'saves' if saved > -PENNY else 'costs'} {pounds(abs(saved))} of tax"
    if abs(paid) >= PENNY:
        text += f" and pays {pounds(abs(paid))} {'more' if paid > 0 else 'less'} of credits"
    if training:
        text += f", {pence(abs(saved + paid) / training)} for each £1 of qualifying training"
    later = [(periods[-1].change(name), what) for name, what in _LATER.items()]
    for amount, what in later:
        if abs(amount) >= PENNY:
            text += f", and carries {pounds(abs(amount))} {'more' if amount > 0 else 'less'} of {what} forward"
    return f"{text}."
