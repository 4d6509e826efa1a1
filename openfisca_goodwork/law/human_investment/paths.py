"""Names in the human-investment relief: types of training cost, tags of spending, and the parameters of its steps."""

from __future__ import annotations

from openfisca_goodwork.law.inputs.training import HEADS

SIZES = ("small", "medium", "large")
RATE = "human_investment.additional_deduction"
BY_SIZE = {size: f"human_investment.additional_deduction_by_size.{size}" for size in SIZES}
ACCREDITED = "accredited"
REGISTERED_PROVIDER = "registered_provider"
# What spending may be marked as → the further deduction for it.
UPLIFTS = {
    tag: f"human_investment.uplifts.{tag}"
    for tag in (ACCREDITED, "green", "digital", "retraining", "low_paid", "priority_area")
}
TAGS = (*UPLIFTS, REGISTERED_PROVIDER)
COMBINATION = "human_investment.uplifts.combination"
MAXIMUM = "human_investment.maximum_additional_deduction"
FORM = "human_investment.form"
CREDIT_RATE = "human_investment.credit_rate"
STRADDLE = "human_investment.straddle"


def inclusion_path(head: str) -> str:
    """Path of the share of a type of training cost that counts."""
    return f"human_investment.qualifying.{head}.inclusion"


INCLUSIONS = tuple(map(inclusion_path, HEADS))
# Tag → the switch by which spending without it does not count at all.
ONLY = {
    ACCREDITED: "human_investment.qualifying.accredited_only",
    REGISTERED_PROVIDER: "human_investment.qualifying.registered_providers_only",
}
# Amounts taken off head by head, and amounts taken off all heads alike, each with the switch that excludes it.
OFF_BY_HEAD = {
    "levy_funded_training": "human_investment.qualifying.exclude_levy_funded",
    "training_from_connected_parties": "human_investment.qualifying.exclude_connected_parties",
}
OFF_PRO_RATA = {
    "training_grants_received": "human_investment.qualifying.exclude_grant_funded",
    "training_in_research_and_development": "human_investment.qualifying.exclude_research_and_development",
}
INCREMENTAL = "human_investment.incremental.enabled"
BASELINE = "human_investment.incremental.base"
SHARE_OF_BASELINE = "human_investment.incremental.share_of_baseline"
NEW_COMPANY_SHARE = "human_investment.incremental.new_company_share_of_pay_bill"
CAPS = "human_investment.caps"
GROUP_CAP = f"{CAPS}.per_group"
CAPS_BY_SIZE = {size: f"{CAPS}.by_size.{size}" for size in SIZES}
# Limits per unit of something that the company has.
CAPS_PER_UNIT = {
    f"{CAPS}.per_employee": "employees",
    f"{CAPS}.per_trainee": "trainees",
    f"{CAPS}.share_of_pay_bill": "pay_bill",
}
SHARING = f"{CAPS}.sharing"
ELIGIBLE_SIZES = "human_investment.eligibility.size"
TURNOVER_CEILING = "human_investment.eligibility.turnover_ceiling"
LEAST_EMPLOYEES = "human_investment.eligibility.minimum_employees_besides_directors"
LEVY_PAYERS_OUT = "human_investment.eligibility.levy_payers_excluded"
INDUSTRIES = "human_investment.eligibility.industries"
PLACES = "human_investment.eligibility.places"
LEAST_AGE = "human_investment.eligibility.minimum_age"
MOST_AGE = "human_investment.eligibility.maximum_age"
GOOD_WORK = "human_investment.good_work.required"
RELIEF_WITHOUT = "human_investment.good_work.relief_if_not_met"


def limit_path(size: str, measure: str) -> str:
    """Path of the limit of a size (small, medium) on employees, turnover or balance sheet."""
    return f"human_investment.eligibility.{size}.{measure}"


MEASURES = ("employees", "turnover", "balance_sheet")
LIMITS = tuple(limit_path(size, measure) for size in SIZES[:-1] for measure in MEASURES)

# Who has the relief, and how much of it.
ELIGIBILITY = (
    ELIGIBLE_SIZES,
    *LIMITS,
    TURNOVER_CEILING,
    LEAST_EMPLOYEES,
    LEVY_PAYERS_OUT,
    INDUSTRIES,
    PLACES,
    LEAST_AGE,
    MOST_AGE,
    GOOD_WORK,
    RELIEF_WITHOUT,
)
# What gives relief on a day: any of the rates, with any head that counts.
RATES = (RATE, *BY_SIZE.values(), *UPLIFTS.values())
IN_FORCE = (*RATES, FORM, CREDIT_RATE, *INCLUSIONS)
# What counts of spending, before any baseline and limit.
COUNTED = (*INCLUSIONS, *ONLY.values(), *OFF_BY_HEAD.values(), *OFF_PRO_RATA.values())
# All that goes by the day of the spending: the computation is cut into stretches where one of these changes.
BY_DAY = (
    *dict.fromkeys((*IN_FORCE, *COUNTED)),
    COMBINATION,
    MAXIMUM,
    STRADDLE,
    INCREMENTAL,
    SHARE_OF_BASELINE,
    NEW_COMPANY_SHARE,
    GROUP_CAP,
    *CAPS_BY_SIZE.values(),
    *CAPS_PER_UNIT,
    SHARING,
    *ELIGIBILITY,
)
