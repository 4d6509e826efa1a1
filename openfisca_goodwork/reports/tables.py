"""The tables a reader sees, from a result: rows named in words, one column a financial year, figures unrounded.

Money is £ million unless a column says otherwise; whoever shows a table rounds it with ``costing.summary.rounded``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import pandas

from openfisca_goodwork import policy
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.official import NAME
from openfisca_goodwork.costing.request import LEVELS, NONE
from openfisca_goodwork.costing.sentences import ends_of_interval
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.summary import WITHOUT_RESPONSE, assumption_in_words
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.vocabulary import current_vocabulary, in_force, last_date
from openfisca_goodwork.reports.words import head_in_words, status
from openfisca_goodwork.system import DatedValue, current_law

STATIC = "Static"
POST_BEHAVIOURAL = "Post-behavioural"
CLAIMANTS = "Companies claiming"
ACCRUALS, CASH = "As it accrues", "As it falls due (cash)"
KINDS_OF_PAYMENT = {
    "ordinary": "Dates of payment: companies that pay in one sum",
    "large": "Dates of payment: large companies",
    "very_large": "Dates of payment: very large companies",
    "surrendered_losses": "Dates of payment: losses surrendered in a group",
    "repayments": "Dates of payment: repayments for losses carried back",
    "credits": "Dates of payment: credits paid out",
}
RUNNING_COST = "HMRC running cost, in no line above"

DEFAULT = "Default, where changed"
REFERENCES = ("Reference of the law before", "Reference of the reform")

_COLUMNS_OF_CHANGES = {
    "label": "Parameter",
    "a_in_words": "Before",
    "b_in_words": "After",
    "from": "From",
    "to": "To",
    "change": "Change",
    "reference_a": REFERENCES[0],
    "reference_b": REFERENCES[1],
    "path": "Path",
}


def by_year(result: CostingResult) -> pandas.DataFrame:
    """The headline: static, post-behavioural, and with training that does not respond."""
    rows = {
        STATIC: result.static,
        f"{POST_BEHAVIOURAL} ({result.behaviour})": result.post_behavioural,
        WITHOUT_RESPONSE: result.without_response,
    }
    return _by_year(rows, result)


def official(result: CostingResult) -> pandas.DataFrame:
    """The official costing of the same beside the model's; nothing where there is none, not a number in other years."""
    found = result.official
    if found is None or not found.can_stand_beside:
        return _by_year({}, result)
    amounts = [math.nan if amount is None else amount for amount in found.amounts]
    return _by_year({NAME: amounts, f"{POST_BEHAVIOURAL} ({result.behaviour})": result.post_behavioural}, result)


def side_by_side(results: Sequence[CostingResult]) -> pandas.DataFrame:
    """Reforms that were costed alike: the post-behavioural effect, a row a reform with its standing, a column a year."""
    rows = [list(one.post_behavioural) for one in results]
    return pandas.DataFrame(rows, index=list(map(named, results)), columns=results[0].financial_years, dtype=float)


def tidy_side_by_side(results: Iterable[CostingResult]) -> pandas.DataFrame:
    """The same for a file: one row a reform and year, static and post-behavioural effect (£ million)."""
    rows = [
        {
            "reform": one.name,
            "title": " + ".join(reform.title for reform in one.reforms),
            "status": " + ".join(dict.fromkeys(reform.status for reform in one.reforms)),
            "behaviour": one.behaviour,
            "basis": one.basis,
            "financial_year": year,
            "static": one.static[place],
            "post_behavioural": one.post_behavioural[place],
        }
        for one in results
        for place, year in enumerate(one.financial_years)
    ]
    return pandas.DataFrame(rows)


def named(result: CostingResult) -> str:
    """The reforms of a result by their titles, with their standing in brackets."""
    return f"{' + '.join(reform.title for reform in result.reforms)} ({status(result).rstrip('.').lower()})"


def steps(result: CostingResult) -> pandas.DataFrame:
    """Each step from full entitlement to the post-behavioural effect, with the two totals in their places."""
    static = {step.name: step.effect for step in result.steps if not step.is_behavioural}
    response = {step.name: step.effect for step in result.steps if step.is_behavioural}
    totals = {STATIC: result.static}, {f"{POST_BEHAVIOURAL} ({result.behaviour})": result.post_behavioural}
    return _by_year(static | totals[0] | response | totals[1], result)


def by_head(result: CostingResult) -> pandas.DataFrame:
    """The static effect by cost head of training, heads without any left out."""
    return _by_year({head_in_words(head): amounts for head, amounts in result.by_head.items() if any(amounts)}, result)


def claimants(result: CostingResult) -> pandas.DataFrame:
    """Companies that claim, by the financial year in which their accounting period ends (number of companies)."""
    return _by_year({CLAIMANTS: result.claimants} if result.claimants else {}, result)


def training(result: CostingResult) -> pandas.DataFrame:
    """Qualifying training: all that is entitled, what is claimed, what is induced."""
    names = {"entitled": "Qualifying training", "claimed": "Claimed", "induced": "Induced by the relief"}
    return _by_year({names[name]: amounts for name, amounts in result.training.items()}, result)


def cash(result: CostingResult) -> pandas.DataFrame:
    """From accruals to cash: what accrues, what the dates of each kind of payment move, what falls due."""
    bridge = result.bridge
    if bridge is None:
        return _by_year({}, result)
    moved = {KINDS_OF_PAYMENT[kind]: amounts for kind, amounts in bridge.timing.items()}
    return _by_year({ACCRUALS: bridge.accruals, **moved, CASH: bridge.cash}, result)


def administration(result: CostingResult) -> pandas.DataFrame:
    """What HMRC spends to run the relief, which is no part of the effect; empty of a measure without one."""
    return _by_year({RUNNING_COST: result.administration} if any(result.administration) else {}, result)


def interval(result: CostingResult) -> pandas.DataFrame:
    """The interval around the post-behavioural effect; nothing where no draws were asked for."""
    found = result.uncertainty
    if found is None:
        return _by_year({}, result)
    low, high = ends_of_interval(result)
    central = {f"{POST_BEHAVIOURAL} ({result.behaviour})": result.post_behavioural}
    return _by_year({low: found.low, **central, high: found.high}, result)


def value_for_money(result: CostingResult) -> dict[str, str]:
    """What the money buys over all years together, in words by name; empty where no training is induced."""
    value = result.value_for_money()
    if not value or value["exchequer_cost_per_extra_pound"] is None:
        return {}
    claimed, induced = (sum(value[f"{name}_training"]) for name in ("claimed", "induced"))
    present = value["net_present_value"]
    prices = f"{present['prices_and_value_of']} prices, {present['discount_rate']:.1%} a year"
    amounts = {
        "Training relieved that would have happened anyway": _million(claimed),
        "Training that the relief induces": _million(induced),
        "Deadweight: share of relieved training that would have happened anyway": f"{value['deadweight_share']:.1%}",
        "Tax relief cost: relief on all that is claimed": _million(sum(value["tax_relief_cost"])),
        "Revenue forgone: relief on training as planned": _million(sum(value["revenue_forgone"])),
        "Exchequer cost: with displaced profit and invalid claims": _million(sum(value["exchequer_cost"])),
        "Public money for each extra £1 of training": _pounds(value["exchequer_cost_per_extra_pound"], 2),
        "Extra training for each £1 of relief": _pounds(value["extra_spending_per_pound_of_relief"], 2),
        "Cost per person trained with it in a year": _pounds(value["cost_per_trainee"]),
        "Cost per additional person trained": _pounds(value["cost_per_additional_trainee"]),
        f"Present value of the effect ({prices})": _million(present["exchequer_effect"]),
    }
    return {name: text for name, text in amounts.items() if text}


def _million(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.0f}m"


def _pounds(amount: float | None, places: int = 0) -> str:
    return "" if amount is None else f"£{amount:,.{places}f}"


def _by_year(rows: Mapping[str, Iterable[float]], result: CostingResult) -> pandas.DataFrame:
    amounts = [list(row) for row in rows.values()]
    return pandas.DataFrame(amounts, index=list(rows), columns=result.financial_years, dtype=float)


def assumptions(result: CostingResult) -> pandas.DataFrame:
    """Every assumption used: in words, its value, where it comes from, and the default where the run has another."""
    rows = [_assumption(path, value) for path, value in result.assumptions.items()]
    return pandas.DataFrame(rows, columns=["Assumption", "Value", DEFAULT, "Source", "Path"])


def _assumption(path: str, value: float) -> tuple[str, ...]:
    default = _latest(path)
    changed = "" if default.value == value else assumption_in_words(path, default.value)[1]
    return *assumption_in_words(path, value), changed, "; ".join(_sources(default)), path


def levels_of_behaviour() -> pandas.DataFrame:
    """What each level of behaviour assumes: one row an assumption, one column a level, and the sources."""
    levels = [level for level in LEVELS if level != NONE]
    rows: dict[str, dict[str, str]] = {}
    sources: dict[str, list[str]] = {}
    for level in levels:
        for path, value in behaviour_of(current_law(), level, last_date(current_vocabulary())).values.items():
            label, words = assumption_in_words(path, value)
            name = path.replace(f".{level}", "")
            row = rows.setdefault(name, {"Assumption": label.replace(f", {level} case", "")})
            row[level.capitalize()] = words
            sources.setdefault(name, []).extend(_sources(_latest(path)))
    shown = [row | {"Sources": "; ".join(dict.fromkeys(sources[name]))} for name, row in rows.items()]
    return pandas.DataFrame(shown, columns=["Assumption", *(one.capitalize() for one in levels), "Sources"])


def _latest(path: str) -> DatedValue:
    """An assumption of the package as it stands at the end of the law held."""
    vocabulary = current_vocabulary()
    found = in_force(vocabulary[path].values, last_date(vocabulary))
    if found is None:
        raise LookupError(f"{path} has no value.")
    return found


def _sources(dated: DatedValue) -> list[str]:
    """The titles of the sources of a dated value."""
    return [str(one.get("title") or one.get("href", "")) for one in dated.metadata.get("reference", ())]


def parameters_changed(reforms: Iterable[Reform], baseline: Iterable[Reform] = ()) -> pandas.DataFrame:
    """Every parameter that the reforms change of the law beneath, with the references of both."""
    beneath = tuple(baseline)
    before = policy.compose(beneath) if beneath else "law"
    after = policy.compose((*beneath, *reforms))
    rows = [one.to_dict() | _days(one) for one in policy.compare(before, after).rows]
    shown = [{name: row[key] for key, name in _COLUMNS_OF_CHANGES.items()} for row in rows]
    return pandas.DataFrame(shown, columns=list(_COLUMNS_OF_CHANGES.values()))


def _days(difference: policy.Difference) -> dict[str, str]:
    """The first and the last day of a difference, as people write them."""
    ends = difference.ends
    return {"from": day_in_words(difference.starts), "to": "no end" if ends is None else day_in_words(ends)}
