"""Names in the human-investment relief: its heads of cost, the tags of spending, and the parameters of its rate."""

from __future__ import annotations

# In the order in which levy-funded and connected-party amounts come off them.
HEADS = (
    "external_course_fees",
    "training_materials_and_travel",
    "trainer_pay",
    "trainee_pay",
    "training_centre_costs",
    "training_management_costs",
)
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


def inclusion_path(head: str) -> str:
    """Path of the share of a cost head that counts."""
    return f"human_investment.qualifying.{head}.inclusion"
