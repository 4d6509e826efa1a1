"""Figures in prose are those of the parameters, the limits and the results that they speak of."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from openfisca_goodwork import cost, policy
from openfisca_goodwork.costing.credibility import credibility_of
from openfisca_goodwork.costing.payments import accrued_shares
from openfisca_goodwork.costing.value_for_money import APPRAISAL
from openfisca_goodwork.law.periods import AccountingPeriod, history
from openfisca_goodwork.system import current_law
from tests.costing.test_appraisal import WORKED

DOCS = Path(__file__).parent.parent / "docs"
MAIN = "human-investment-super-deduction"
DAY = date(2029, 12, 31)


def page(name: str) -> str:
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


def law_of(path: str, law: object = None) -> float:
    return float(history(law or current_law(), path).on(DAY))


def test_the_cards_say_how_far_off_the_model_was() -> None:
    found, shown = credibility_of((policy.load(MAIN),), ()), page("model_card.md")
    far_off = f"{found.mean:.0%} out on average, {found.worst:.0%} at worst"
    assert f"On {len(found.measures)} official costings that nothing was fitted to it was {far_off}" in shown
    for said, kind in (
        ("writing-down allowances", "writing-down"),
        ("annual investment allowance", "annual investment allowance"),
    ):
        by_kind = re.search(rf"{kind} (\d+%) \(\d+\)", found.text)
        assert by_kind is not None
        assert f"{said} ({by_kind[1]} out)" in shown


def test_the_data_card_has_the_number_of_records() -> None:
    assert f"About {law_of('assumptions.base.population.records'):,.0f} weighted records" in page("data_card.md")


def test_the_page_of_the_appraisal_has_its_assumptions_and_the_worked_example() -> None:
    shown = page("appraisal.md")
    returns = [law_of(f"{APPRAISAL}.return_on_training.{case}") for case in ("low", "central", "high")]
    fading, rate = law_of(f"{APPRAISAL}.fade_out.central"), law_of("assumptions.behaviour.discount_rate")
    row = " | ".join(f"{each:.0%}" for each in returns)
    assert f"(`{APPRAISAL}.return_on_training`) | {row} |" in shown
    gains = [each + fading for each in returns]
    low, central, high = (f"{100 * gain:.0f}p" for gain in gains)
    assert f"{low}, {central} and {high} a year for each £1" in shown
    low, central, high = (f"£{gain / (rate + fading):.2f}" for gain in gains)
    assert f"{low}, {central} and {high}: training is worth its cost" in shown
    for label, figure in (("Output", "output"), ("Of output: to workers", "to_workers"), ("Of output: tax", "tax")):
        assert f"| {label} | {' | '.join(f'{amount:,}' for amount in WORKED[figure])} |" in shown, label
    zero, low, central, high = WORKED["net"]
    assert f"| Net to society, claims left out | {zero} | {low} | +{central} | +{high} |" in shown
    assert f"| Output in year 11 | {' | '.join(f'{amount:,}' for amount in WORKED['later_output'])} |" in shown


def test_the_worked_record_of_the_method_adds_up_from_the_parameters() -> None:
    law, shown = policy.law_of((policy.load(MAIN),)), page("method.md")
    extra, main = law_of("human_investment.additional_deduction", law), law_of("corporation_tax.main_rate")
    takes_up = law_of("assumptions.take_up.central.third_year")
    elasticity = law_of("assumptions.behaviour.elasticity.central", law)
    deduction = extra * 12_000
    fall = 12_000 / 40_000 * extra * main / (1 - main)
    more = elasticity * fall * 40_000
    for line in (
        f"| Extra deduction | {extra:.0%} × 12,000 | {deduction:,.0f} |",
        f"| Tax at the main rate | {main:.0%} × 3,600 | {main * deduction:,.0f} |",
        f"a chance of {takes_up:.0%} in the third year",
        f"900 × {takes_up:g} or so | {takes_up * main * deduction:,.0f} |",
        f"of after-tax price | {fall:.1%} |",
        f"{elasticity:g} × 3.0% × 40,000 | {more:,.0f} |",
        f"| The ordinary deduction on it | {main:.0%} × 360 | {main * more:,.0f} |",
    ):
        assert line in shown, line


def test_the_diagram_of_a_straddling_period_has_the_days_and_shares_of_the_model() -> None:
    period, begins = AccountingPeriod(date(2027, 1, 1), date(2027, 12, 31)), date(2027, 4, 1)
    shares, shown = accrued_shares(period), (DOCS / "static" / "straddle.svg").read_text(encoding="utf-8")
    assert f">{shares[2026]:.0%}<" in shown
    assert f">{shares[2027]:.0%} of the period" in shown
    assert f">{(begins - period.start).days} days<" in shown
    assert f">{(period.end - begins).days + 1} days of the accounting period<" in shown


def test_the_page_of_the_doors_has_their_limits() -> None:
    http = pytest.importorskip("openfisca_goodwork.doors.http", reason="the HTTP API is an extra")
    from openfisca_goodwork.doors import answers, openfisca
    from openfisca_goodwork.doors.http import Limits

    limits, shown = Limits(), page("doors.md")
    for said in (
        f"A body of {limits.most_bytes / 1e6:g} MB, which must arrive within {limits.seconds_to_send:g} seconds",
        f"{limits.most_at_once} requests at once; {http.SECONDS:g} seconds for an answer",
        f"one costing at a time, {answers.MOST_WAITING} in all",
        f"the last {answers.MOST_KEPT} costings",
        f"at most {openfisca.MOST_COMPANIES} companies and {openfisca.MOST_VALUES:,} values",
    ):
        assert said in shown, said


@pytest.mark.slow
def test_the_changelog_says_what_the_appraisal_of_the_super_deduction_comes_to() -> None:
    worth = cost(MAIN, draws=0, appraise=True).appraisal
    assert worth is not None
    central, gained = worth.case("central"), worth.case("central").net + worth.claims_cost
    shown = " ".join((DOCS.parent / "CHANGELOG.md").read_text(encoding="utf-8").split())
    found = re.search(
        r"net loss to society of about £(\d+)m .*? running and claiming it \(£(\d+)m\).*? £(\d+)m by which", shown
    )
    assert found is not None
    assert [round(-central.net, -1), round(worth.claims_cost, -1), 5 * round(gained / 5)] == [
        float(each) for each in found.groups()
    ]
