"""A costing in words and a plain table, as a terminal shows it: the finding first, then what it is measured in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from openfisca_goodwork.costing import sentences
from openfisca_goodwork.costing.classes import BY_EMPLOYEES, LARGEST_BY_EMPLOYEES, LARGEST_BY_TAX
from openfisca_goodwork.costing.distribution import Distribution, Row
from openfisca_goodwork.costing.official import NAME
from openfisca_goodwork.costing.result import CostingResult
from openfisca_goodwork.costing.rounding import place_of_most
from openfisca_goodwork.costing.sentences import value_for_money
from openfisca_goodwork.costing.steps import CHANGE_OF_LAW
from openfisca_goodwork.number_formats import in_words, rounded, three_figures
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import SHARE, current_vocabulary
from openfisca_goodwork.policy.vocabulary import in_words as in_words_of_law

__all__ = ["finding", "in_words", "rounded", "summary_of", "value_for_money"]

_THOUSAND = 1000
_COUNTED = {
    "accruals": "The tax of an accounting period is spread over its months, part of very large companies' a year later.",
    "cash": "Tax counts in the year in which it falls due.",
}
_LABEL = 44
_WHY_SOME_LOSE = (
    "A company can lose in a year of loss: a relief of the year before leaves it less profit to carry the loss back to."
)
WITHOUT_RESPONSE = "If spending does not respond (elasticity 0)"
_COLUMN = 10
_WIDTH = 120
_MILLION = 1e6
_COLUMNS_OF_GAINS = ("companies", "gaining", "losing", "£ million", "share", "£ each")


def summary_of(result: CostingResult) -> str:
    """The whole text: title, table, cost heads, value for money, provenance."""
    if result.no_effect:
        return f"{result.name}: no effect. {result.no_effect}\n{_provenance(result)}"
    blocks = [_title(result), _table(result), sentences.in_time(result), _heads(result), value_for_money(result)]
    blocks += [sentences.uncertainty(result), _gains(result), _provenance(result)]
    return "\n\n".join(block for block in blocks if block)


def finding(result: CostingResult) -> str:
    """What was found, as a title: ``Human-investment super-deduction costs £0.8bn in 2031-32``; the year that moves most."""
    title = " + ".join(reform.title for reform in result.reforms) or "The change of law that is set"
    if result.no_effect:
        return f"{title} has no effect"
    most, place = in_words(max(result.post_behavioural, key=abs)), year_of_finding(result)
    is_last = place == len(result.years) - 1
    return f"{title} {most} in {result.financial_years[place]}" + ("" if is_last else ", the most of any year")


def year_of_finding(result: CostingResult) -> int:
    """The place of the year that moves most."""
    return place_of_most(result.post_behavioural)


def _title(result: CostingResult) -> str:
    against = " + ".join(_in_a_sentence(reform.title) for reform in result.baseline) or "current law"
    return (
        f"{finding(result)}\n"
        f"Effect on the public finances against {against}, £ million, {result.basis}, UK companies; minus is a cost;\n"
        f"rounded to £5m. {_COUNTED[result.basis]} {_status(result)}".rstrip()
    )


def _in_a_sentence(title: str) -> str:
    """A title within a sentence: `the law before the Budget of 15 March 2023`."""
    return title.replace("The law", "the law", 1)


def _status(result: CostingResult) -> str:
    if not result.reforms:
        return "Values set for this run, not law."
    return "" if all(reform.status == "enacted" for reform in result.reforms) else "Proposed, not law."


def _table(result: CostingResult) -> str:
    lines = [_line("", result.financial_years)]
    lines += [_amounts(f"  {step.name}", step.effect) for step in result.steps if not step.is_behavioural]
    lines.append(_amounts("Static", result.static))
    lines += [_amounts(f"  {step.name}", step.effect) for step in result.steps if step.is_behavioural]
    lines.append(_amounts(f"Post-behavioural ({result.behaviour})", result.post_behavioural))
    lines += _interval(result)
    lines += _official(result)
    lines.append(_amounts(WITHOUT_RESPONSE, result.without_response))
    return "\n".join([*lines, *_parts(result)])


def _parts(result: CostingResult) -> list[str]:
    """Tax and spending where there are both, the other basis, and what running the relief costs."""
    lines = []
    if any(result.spending):
        lines += [_amounts("Of which tax", result.tax), _amounts("Of which spending (credits paid out)", result.spending)]
    if result.bridge is not None:
        other = result.bridge.cash if result.basis == "accruals" else result.bridge.accruals
        lines.append(_amounts("On a cash basis" if result.basis == "accruals" else "On accruals", other))
        lines.append(_amounts("  Difference: dates of payment", result.bridge.difference))
    if result.administration:
        lines.append(_amounts("HMRC running cost, in no line above", result.administration))
    return lines


def _interval(result: CostingResult) -> list[str]:
    found = result.uncertainty
    if found is None:
        return []
    low, high = sentences.ends_of_interval(result)
    return [_amounts(f"  {low}", found.low), _amounts(f"  {high}", found.high)]


def _official(result: CostingResult) -> list[str]:
    """The official costing of the same, like for like, in the years for which it was published."""
    found = result.official
    if found is None or not found.can_stand_beside:
        return []
    return [_line(NAME, ["-" if amount is None else rounded(amount) for amount in found.amounts])]


def _heads(result: CostingResult) -> str:
    counted = {head: amounts for head, amounts in result.by_head.items() if any(amounts)}
    if not counted:
        return ""
    lines = [_amounts(f"  {head.replace('_', ' ')}", amounts) for head, amounts in counted.items()]
    claimants = _line("Companies claiming, thousand", [f"{count / _THOUSAND:,.0f}" for count in result.claimants])
    return "\n".join(["Static effect of the relief by cost head", *lines, claimants])


def who_gains(result: CostingResult) -> str:
    """How many companies gain and lose, and what, in two sentences; and why a relief leaves some worse off in a year.

    Nothing for a costing without a distribution.
    """
    distribution = result.distribution
    if distribution is None:
        return ""
    total = distribution.total()
    counts = ", ".join(f"{three_figures(getattr(total, kind))} {kind}" for kind in ("gaining", "losing", "unaffected"))
    said = f"Who gains in {distribution.financial_year}, in accounting periods that end in it: companies {counts}."
    if total.mean_gain is None or total.median_gain is None:
        return said
    mean, middle = three_figures(total.mean_gain), three_figures(total.median_gain)
    said += f"\nThose that gain have £{mean} on average, half of them £{middle} or less."
    is_of_a_relief_alone = all(step.name != CHANGE_OF_LAW.name for step in result.steps)
    return f"{said}\n{_WHY_SOME_LOSE}" if total.losing and is_of_a_relief_alone else said


def _gains(result: CostingResult) -> str:
    """Who gains, by number of employees; nothing where nobody does."""
    shown = result.distribution
    if shown is None or not shown.total().gain:
        return ""
    table = shown.table(BY_EMPLOYEES)
    title = f"By number of employees ({table.marked}), post-behavioural; companies in thousand, £ each of those that gain."
    rows = [_line(f"  {row.name}", _cells(row)) for row in table.rows]
    return "\n".join([who_gains(result), _top(shown), title, _line("", _COLUMNS_OF_GAINS), *rows])


def _top(distribution: Distribution) -> str:
    """What the largest companies have of the gain."""
    by_tax, by_staff = (distribution.table(name).rows[0].share_of_gain for name in (LARGEST_BY_TAX, LARGEST_BY_EMPLOYEES))
    what = "gain" if distribution.total().gain > 0 else "loss"
    return (
        f"Of the {what}, the 1% of companies with the most tax have {by_tax:.0%}, the 1% with the most staff {by_staff:.0%}."
    )


def _cells(row: Row) -> list[str]:
    """Companies in thousand, £ million, a share, £; a mark where few records stand behind them."""
    counts = [f"{count / _THOUSAND:,.1f}" for count in (row.companies, row.gaining, row.losing)]
    each = "-" if row.gain_per_gaining_company is None else three_figures(row.gain_per_gaining_company)
    few = ["  few records"] if row.has_few_records else []
    return [*counts, f"{round(row.gain):,d}", f"{row.share_of_gain:.0%}", each, *few]


def _provenance(result: CostingResult) -> str:
    used = result.population
    return _changes(result) + (
        f"{_credibility(result)}{_assumptions(result)}{_other_reading(result)}"
        f"Population {used.fingerprint[:12]}: {used.records:,} records for {used.companies / _MILLION:.2f}m companies "
        "(goodwork population report says how well it fits).\n"
        f"Reproduce: {result.command}"
    )


def _credibility(result: CostingResult) -> str:
    """The official costing of the same, and how far off the model is on others; nothing without an effect to trust."""
    official = [] if result.official is None else [result.official.text]
    said = [] if result.no_effect else [*official, result.credibility.text]
    return "".join(f"{textwrap.fill(one, _WIDTH, break_on_hyphens=False, break_long_words=False)}\n" for one in said)


def _assumptions(result: CostingResult) -> str:
    """What the costing assumed, one a line: label, value, path."""
    rows = [(*assumption_in_words(path, value), path) for path, value in result.assumptions.items()]
    if not rows:
        return ""
    labels, values, _paths = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [f"  {label:<{labels}}  {value:>{values}}  {path}\n" for label, value, path in rows]
    return "".join(["Assumptions\n", *lines])


def assumption_in_words(path: str, value: Value) -> tuple[str, str]:
    """What an assumption is called, and its value: a share as a percentage, a number that may pass 1 as a number."""
    leaf = current_vocabulary()[path]
    return leaf.label, in_words_of_law(value, "" if leaf.unit == SHARE and leaf.most != 1 else leaf.unit)


def reading_of_levy(result: CostingResult) -> tuple[str, str]:
    """How the survey of training is read, in words, and the setting for the other reading; both empty if it is the same."""
    if result.survey_includes_levy is None:
        return "", ""
    read, other = ("part", "false") if result.survey_includes_levy else ("no part", "true")
    said = (
        f"Training that the apprenticeship levy pays for does not qualify, and is taken to be {read} of what employers say "
        "they spend"
    )
    return said, f"assumptions.base.survey_includes_levy@2000-01-01={other}"


def _other_reading(result: CostingResult) -> str:
    said, setting = reading_of_levy(result)
    return f"{said}; the other reading: --set {setting}\n" if said else ""


def _changes(result: CostingResult) -> str:
    """What options and later reforms changed of what the reforms say, where anything."""
    lines = [f"Set: {setting}" for setting in result.settings]
    lines += [f"{one.later} replaces {one.path} of {one.earlier} from {one.date}" for one in result.overrides]
    return "".join(f"{line}\n" for line in lines)


def _amounts(label: str, amounts: Iterable[float]) -> str:
    return _line(label, [rounded(amount) for amount in amounts])


def _line(label: str, cells: Sequence[str]) -> str:
    return f"{label:<{_LABEL}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)
