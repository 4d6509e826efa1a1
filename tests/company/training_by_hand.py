"""The relief for training worked out again from the clause's text and what a working lists, beside `by_hand`: steps 1 to 8.

Nothing here is the package's. Spending is taken run by run of days over which no term of the clause changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from tests.company.days_by_hand import DAY, months_on
from tests.company.told import Told
from tests.company.training_credit_by_hand import TrainingBalances

HEADS = (
    "external_course_fees", "training_materials_and_travel", "trainer_pay", "trainee_pay", "training_centre_costs",
    "training_management_costs",
)  # fmt: skip
CLAUSE = "human_investment."
UPLIFTS = ("accredited", "green", "digital", "retraining", "low_paid", "priority_area")
SIZES = ("small", "medium", "large")
FROM_FEES_FIRST = {"levy_funded_training": "levy_funded", "training_from_connected_parties": "connected_parties"}
ONLY = {"accredited": "accredited_only", "registered_provider": "registered_providers_only"}
PRO_RATA = {
    "training_grants_received": "grant_funded",
    "training_in_research_and_development": "research_and_development",
}
COUNTED = (
    *(f"{CLAUSE}qualifying.{head}.inclusion" for head in HEADS),
    *(f"{CLAUSE}qualifying.exclude_{what}" for what in (*FROM_FEES_FIRST.values(), *PRO_RATA.values())),
    f"{CLAUSE}qualifying.accredited_only",
    f"{CLAUSE}qualifying.registered_providers_only",
)
# Terms that hold for a whole period, or are about another matter: no run of days ends with them.
WHOLE = ("losses.", "payable.", "cash_option.", "clawback.", "incremental.base", "incremental.years", "incremental.fixed")
# A term that no step lists by then: the relief does not ask for it.
NOT_READ: tuple[date, Any] = (date.min, 0.0)
Mixture = dict[frozenset[str], float]


@dataclass
class Relief:
    """One period's relief (£)."""

    deduction: float = 0.0
    credit: float = 0.0
    qualifying: float = 0.0
    counted: float = 0.0
    relieved: float = 0.0


class Clause:
    """The dated terms of all periods together, and the periods themselves."""

    def __init__(self, periods: list[Told]) -> None:
        self.periods = periods
        self._in_force: dict[date, bool] = {}
        self.dated: dict[str, list[tuple[date, Any]]] = {}
        for path in {path for period in periods for path in period.law}:
            found = {day: value for period in periods for day, value, _ in period.law.get(path, ())}
            self.dated[path] = sorted(found.items(), key=lambda pair: pair[0])
        every = (day for period in periods for day in period.every_day())
        self.begins = next((d for d in every if self.on("incremental.enabled", d) and self.is_in_force(d)), date.max)

    def told_at_the_beginning(self, name: str) -> Any:
        """A fact of the time before the first period: the steps that rest on it list it, of whichever period they are."""
        return next((period.given[name] for period in self.periods if name in period.given), 0)

    def on(self, name: str, day: date) -> Any:
        dated = [NOT_READ, *self.dated.get(CLAUSE + name, ())]
        return [value for start, value in dated if start <= day][-1]

    def is_in_force(self, day: date) -> bool:
        if day not in self._in_force:
            self._in_force[day] = self._is_in_force(day)
        return self._in_force[day]

    def _is_in_force(self, day: date) -> bool:
        if not any(self.on(f"qualifying.{head}.inclusion", day) > 0 for head in HEADS):
            return False
        if self.on("form", day) == "credit":
            return bool(self.on("credit_rate", day) > 0)
        rates = ["additional_deduction", *(f"additional_deduction_by_size.{size}" for size in SIZES)]
        return any(self.on(name, day) > 0 for name in [*rates, *(f"uplifts.{tag}" for tag in UPLIFTS)])

    def runs(self, t: Told, paths: list[str] | tuple[str, ...]) -> list[list[date]]:
        return t.stretches([path for path in paths if path in t.law])

    def terms(self, t: Told) -> list[str]:
        return [one for one in t.law if one.startswith(CLAUSE) and not one.removeprefix(CLAUSE).startswith(WHOLE)]


def relief_of(clause: Clause, place: int) -> Relief:
    """Steps 1 to 7: in force run by run, then the baseline and the limits over the period, then the rate."""
    t = clause.periods[place]
    runs = [run for run in clause.runs(t, clause.terms(t)) if clause.is_in_force(run[0])]
    if not runs:
        return Relief()
    counted = [counting(clause, t, run, run[0]) for run in runs]
    amounts = [sum(sum(one.values()) for one in each.values()) for each in counted]
    shares = within_limits(clause, t, runs, above_baseline(clause, place, runs, amounts))
    result = Relief(counted=sum(amounts), qualifying=sum(a * s for a, s in zip(amounts, shares, strict=True)))
    for run, mixtures, share in zip(runs, counted, shares, strict=True):
        mine = share * share_of_relief(clause, t, run)
        result.relieved += mine * sum(sum(one.values()) for one in mixtures.values())
        is_credit = clause.on("form", run[0]) == "credit"
        for tags, amount in ((tags, amount) for one in mixtures.values() for tags, amount in one.items()):
            if is_credit:
                result.credit += amount * mine * clause.on("credit_rate", run[0])
            else:
                result.deduction += amount * mine * rate(clause, t, run[0], tags)
    return result


def counting(clause: Clause, t: Told, run: list[date], terms: date) -> dict[str, Mixture]:
    """Steps 1 to 3: by head and marks, on the terms of a day."""
    spent = {head: t.spent(head, run) for head in HEADS}
    whole = sum(t.spent(head, t.every_day()) for head in HEADS)
    share = sum(spent.values()) / whole if whole else 0.0
    off = share * excluded(clause, t, FROM_FEES_FIRST, terms)
    kept = {}
    for head in HEADS:
        taken = min(spent[head], off)
        kept[head], off = spent[head] - taken, off - taken
    left = sum(kept.values())
    factor = max(left - share * excluded(clause, t, PRO_RATA, terms), 0) / left if left else 0.0
    found = {}
    for head in HEADS:
        amount = kept[head] * factor * clause.on(f"qualifying.{head}.inclusion", terms)
        mixed = {tags: amount * part for tags, part in mixture(t, head, run).items()}
        only = {tag for tag, switch in ONLY.items() if clause.on(f"qualifying.{switch}", terms)}
        found[head] = {tags: one for tags, one in mixed.items() if tags.issuperset(only)}
    return found


def excluded(clause: Clause, t: Told, names: dict[str, str], terms: date) -> float:
    return sum(t.amount(name) * clause.on(f"qualifying.exclude_{what}", terms) for name, what in names.items())


def mixture(t: Told, head: str, run: list[date]) -> Mixture:
    """What of a head's spending in a run has which marks: item by item, or from shares taken as independent."""
    if any(tags for marks in t.marks.values() for tags in marks):
        spent = t.spent(head, run)
        found: Mixture = {frozenset(): 1.0}
        for (day, amount), tags in zip(t.items.get(head, ()), t.marks.get(head, ()), strict=True):
            if tags and run[0] <= day <= run[-1]:
                found[tags] = found.get(tags, 0.0) + amount / spent
                found[frozenset()] -= amount / spent
        return found
    shares = {tag: t.amount(f"{tag}_share") for tag in (*UPLIFTS, "registered_provider")}
    known = {tag: share for tag, share in shares.items() if share}
    return {
        frozenset(tag for tag, has in zip(known, marks, strict=True) if has): math.prod(
            share if has else 1 - share for share, has in zip(known.values(), marks, strict=True)
        )
        for marks in product((False, True), repeat=len(known))
    }


def above_baseline(clause: Clause, place: int, runs: list[list[date]], amounts: list[float]) -> list[tuple[float, float]]:
    """Step 4: each run's amount, and the share of it that is above the baseline."""
    t = clause.periods[place]
    on = [clause.on("incremental.enabled", run[0]) for run in runs]
    total = sum(amount for amount, is_on in zip(amounts, on, strict=True) if is_on)
    if not total:
        return [(amount, 1.0) for amount in amounts]
    in_force = sum(
        clause.on("incremental.share_of_baseline", run[0]) * len(run) / t.days
        for run, is_on in zip(runs, on, strict=True)
        if is_on
    )
    left = max(0.0, total - in_force * baseline(clause, place) * t.length)
    return [(amount, left / total if is_on else 1.0) for amount, is_on in zip(amounts, on, strict=True)]


def baseline(clause: Clause, place: int) -> float:
    """A year's training before, as if the relief had been in force."""
    t, first = clause.periods[place], clause.periods[0]
    opening, is_new = (clause.told_at_the_beginning(one) for one in ("baseline_training_expenditure", "is_new_company"))
    if clause.on("incremental.base", t.end) == "fixed":
        start, end = (date.fromisoformat(clause.on(f"incremental.fixed_{edge}", clause.begins)) for edge in ("from", "to"))
        days = [start + n * DAY for n in range((end - start).days + 1)]
        of_a_year = years(start, end) / len(days)
        amount = sum(base_of(clause, period, start, end) for period in clause.periods[:place])
        known = sum(first.start <= day < t.start for day in days)
        before = 0 if is_new else sum(day < first.start for day in days)
        length = (known + before) * of_a_year
        amount += opening * before * of_a_year
    else:
        back = int(clause.on("incremental.years", t.end))
        there = clause.periods[max(place - back, 0) : place]
        missing = 0 if is_new else max(back - place, 0)
        amount = sum(base_of(clause, one, one.start, one.end) for one in there) + opening * missing
        length = sum(one.length for one in there) + missing
    of_new = clause.on("incremental.new_company_share_of_pay_bill", t.end) * t.amount("pay_bill") / t.length
    return amount / length if length else of_new


def years(start: date, end: date) -> float:
    """Whole years, or days ÷ 365."""
    for count in range(1, 20):
        if months_on(start, 12 * count) == end + DAY:
            return float(count)
    return ((end - start).days + 1) / 365


def base_of(clause: Clause, t: Told, start: date, end: date) -> float:
    """What would have counted of a period's training within two days: up to the increment's first day by its terms."""
    total = 0.0
    for run in clause.runs(t, COUNTED):
        within = [day for day in run if start <= day <= end]
        if within:
            total += sum(sum(one.values()) for one in counting(clause, t, within, max(run[0], clause.begins)).values())
    return total


def within_limits(clause: Clause, t: Told, runs: list[list[date]], above: list[tuple[float, float]]) -> list[float]:
    """Step 5: the share of each run's amount that is left; each limit for the days on which it is in force."""
    left = [1.0] * len(runs)
    for limit in ("per_employee", "per_trainee", "share_of_pay_bill", "per_group", "by_size"):
        yearly = [limit_for_a_year(clause, t, limit, run[0]) for run in runs]
        limited = [place for place, one in enumerate(yearly) if math.isfinite(one)]
        days = sum(len(runs[place]) for place in limited) / 365
        scale = min(1.0, t.length / days) if days else 1.0
        allowed = sum(yearly[place] * len(runs[place]) / 365 * scale for place in limited)
        asked = sum(above[place][0] * above[place][1] for place in limited)
        if asked > allowed:
            left = [min(one, allowed / asked) if place in limited else one for place, one in enumerate(left)]
    return [share * one for (_, share), one in zip(above, left, strict=True)]


def limit_for_a_year(clause: Clause, t: Told, name: str, day: date) -> float:
    path = f"caps.by_size.{size_of(clause, t, day)}" if name == "by_size" else f"caps.{name}"
    limit = float(clause.on(path, day))
    if math.isinf(limit):
        return math.inf
    if name in {"per_group", "by_size"}:
        divided = clause.on("caps.sharing", day) == "divide"
        return limit / (1 + t.amount("associated_companies")) if divided else limit * t.amount("human_investment_cap_share")
    units = {"per_employee": t.amount("employees"), "per_trainee": t.amount("trainees")}
    return limit * units.get(name, t.amount("pay_bill") / t.length)


def is_within(clause: Clause, t: Told, size: str, day: date) -> bool:
    staff, turnover, sheet = (
        clause.on(f"eligibility.{size}.{one}", day) for one in ("employees", "turnover", "balance_sheet")
    )
    money = t.amount("group_turnover") / t.length <= turnover or t.amount("group_balance_sheet_total") <= sheet
    return bool(t.amount("group_employees") < staff and money)


def size_of(clause: Clause, t: Told, day: date) -> str:
    return next((size for size in SIZES[:2] if is_within(clause, t, size, day)), "large")


def rate(clause: Clause, t: Told, day: date, tags: frozenset[str]) -> float:
    """Step 6: rate, the rate by size and uplifts, at most the maximum."""
    uplifts = [clause.on(f"uplifts.{tag}", day) for tag in UPLIFTS if tag in tags]
    more = max(uplifts, default=0.0) if clause.on("uplifts.combination", day) == "highest" else sum(uplifts)
    base = clause.on("additional_deduction", day) + clause.on(f"additional_deduction_by_size.{size_of(clause, t, day)}", day)
    return float(min(base + more, clause.on("maximum_additional_deduction", day)))


def share_of_relief(clause: Clause, t: Told, run: list[date]) -> float:
    """The rest of step 6: claimed, eligible, good work; and what is left where it runs out by days."""
    day = run[0]
    if not t.amount("claims_human_investment_relief") or not is_eligible(clause, t, day):
        return 0.0
    share = 1.0
    if clause.on("good_work.required", day) and not does_good_work(t):
        share = float(clause.on("good_work.relief_if_not_met", day))
    sunset = next((d for d in t.every_day() if d > run[-1] and not clause.is_in_force(d)), None)
    if sunset and clause.on("straddle", sunset - DAY) == "day_weighted":
        share *= (sunset - t.start).days / t.days
    return share


def is_eligible(clause: Clause, t: Told, day: date) -> bool:
    sizes = {"all": SIZES, "small_and_medium": SIZES[:2], "small": SIZES[:1]}[clause.on("eligibility.size", day)]
    levy = t.amount("pay_bill") * float(t.mean("apprenticeship_levy.rate")) - (
        float(t.mean("apprenticeship_levy.allowance")) * t.length * t.amount("apprenticeship_levy_allowance_share")
    )
    return bool(
        size_of(clause, t, day) in sizes
        and t.amount("group_turnover") / t.length <= clause.on("eligibility.turnover_ceiling", day)
        and t.amount("employees_besides_directors") >= clause.on("eligibility.minimum_employees_besides_directors", day)
        and not (clause.on("eligibility.levy_payers_excluded", day) and levy > 0)
        and is_one_of(clause.on("eligibility.industries", day), t.amount("sic_section"), t.amount("sic_division"))
        and is_one_of(clause.on("eligibility.places", day), t.amount("region"))
        and is_of_an_age(clause.on("eligibility.minimum_age", day), clause.on("eligibility.maximum_age", day), t)
    )


def is_one_of(listed: str, *told: Any) -> bool:
    return listed == "all" or any(str(one) in listed.split(", ") for one in told)


def is_of_an_age(least: float, most: float, t: Told) -> bool:
    age = t.given.get("company_age")
    return (least == 0 and most == float("inf")) or (age is not None and least <= age <= most)


def does_good_work(t: Told) -> bool:
    """Whether it meets the conditions of every part of the period: all that are asked for, or any of them."""
    node = "good_work.conditions."
    facts = {
        "maximum_share_below_living_wage": "share_paid_below_real_living_wage",
        "maximum_share_zero_hours": "share_on_zero_hours_contracts",
        "fair_work_pledge": "has_fair_work_pledge",
        "training_plan": "publishes_training_plan",
        "employee_voice": "has_employee_voice",
    }
    for run in t.stretches([*(node + name for name in facts), "good_work.combination"]):
        met = []
        for name, fact in facts.items():
            asked = t.on(node + name, run[0])
            if isinstance(asked, bool):
                met += [bool(t.amount(fact))] if asked else []
            elif asked < 1:
                met.append(t.amount(fact) <= asked)
        if met and not (any(met) if t.on("good_work.combination", run[0]) == "any" else all(met)):
            return False
    return True


def clawback(clause: Clause, place: int, balances: TrainingBalances) -> float:
    """Step 8: training of people who left × deduction ÷ training that counts, over the months before the end."""
    t = clause.periods[place]
    months = int(clause.on("clawback.months", t.end))
    reaches = months_on(t.start, -months)
    within = [n for n in range(place + 1) if n == place or clause.periods[n].end >= reaches]
    given, on = (sum(each[n] for n in within) for each in (balances.given, balances.relieved))
    share = float(t.mean(CLAUSE + "clawback.rate"))
    return t.amount("training_cost_of_leavers") * given / on * share if on else 0.0


def while_in_force(clause: Clause, t: Told, name: str) -> Any:
    """The last value on a day of the period on which the relief is in force; on its last day where it never is."""
    days = [day for day in t.every_day() if clause.is_in_force(day)]
    return clause.on(name, days[-1] if days else t.end)
