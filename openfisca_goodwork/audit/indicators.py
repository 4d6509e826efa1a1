"""What the audit asks of each place, which way is better, and which lever of the law moves it."""

from __future__ import annotations

from dataclasses import dataclass

HIGHER, LOWER = "higher", "lower"
JOBS = "jobs"


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes:
        name: for programs, and in the table of official figures. label, short: for people, the short one over a column.
        better: whether a higher or a lower figure is better; empty where neither is.
        decimals: how many are printed.
        lever: what would move it; parameter: the path of the law's switch for that; reform: one of the library that uses it.
    """

    name: str
    label: str
    short: tuple[str, str]
    unit: str
    better: str = ""
    decimals: int = 0
    lever: str = ""
    parameter: str = ""
    reform: str = ""

    @property
    def word(self) -> str:
        """The indicator in a word or two, as its column is headed."""
        return " ".join(self.short).replace(", below RLW", "").replace(" £ a head", "").replace(" £ a week", "").lower()


_CONDITIONS = "Good-work conditions"
# The lever of an indicator: its name, its parameter, a reform of the library.
_RETRAINING = (
    "Uplift for retraining",
    "human_investment.uplifts.retraining",
    "human-investment-super-deduction-retraining",
)
INDICATORS = (
    Indicator(JOBS, "Jobs in companies", ("Jobs in", "companies"), "jobs"),
    Indicator("below_living_wage", "Jobs below the real living wage", ("Low paid,", "below RLW"), "% of employee jobs",
              LOWER, 1, _CONDITIONS, "good_work.conditions.maximum_share_below_living_wage",
              "good-work-first"),
    Indicator("zero_hours", "People on zero-hours contracts", ("Zero-hours", "contracts"), "% of people in work",
              LOWER, 1, _CONDITIONS, "good_work.conditions.maximum_share_zero_hours",
              "good-work-first"),
    Indicator("training_spend", "Training spending a head", ("Training", "£ a head"), "GBP per employee",
              HIGHER, 0, "Extra deduction", "human_investment.additional_deduction",
              "human-investment-super-deduction"),
    Indicator("staff_trained", "Staff trained in a year", ("Staff", "trained"), "% of staff",
              HIGHER, 1, "Uplift for the low-paid", "human_investment.uplifts.low_paid",
              "low-paid-retraining-deduction-230-percent"),
    Indicator("employers_training", "Employers that train", ("Employers", "that train"), "% of employers",
              HIGHER, 0, "Extra for small companies", "human_investment.additional_deduction_by_size.small",
              "sme-training-deduction-150-percent"),
    Indicator("skills_gaps", "Employers with a skills gap", ("Skills", "gap"), "% of employers",
              LOWER, 0, "Uplift for accredited", "human_investment.uplifts.accredited",
              "accredited-training-deduction-200-percent"),
    Indicator("skill_shortages", "Employers with a skill-shortage vacancy", ("Skill", "shortage"), "% of employers",
              LOWER, 0, *_RETRAINING),
    Indicator("shortage_vacancies", "Vacancies that are skill shortages", ("Shortage", "vacancies"), "% of vacancies",
              LOWER, 0, *_RETRAINING),
    Indicator("automation", "Jobs at high risk of automation", ("Automation", "risk"), "% of jobs",
              LOWER, 1, *_RETRAINING),
    Indicator("median_pay", "Median pay a week, all employee jobs", ("Median pay", "£ a week"), "GBP a week",
              HIGHER, 0, "Uplift, left-behind areas", "human_investment.uplifts.priority_area",
              "human-investment-super-deduction-left-behind-areas"),
)  # fmt: skip
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
PEOPLE = {
    "employment_rate": "Employment rate",
    "inactivity": "Economically inactive",
    "no_qualifications": "Without qualifications",
    "level_3": "Qualified to level 3 or above",
    "zero_hours": "On zero-hours contracts",
    "zero_hours_workers": "Where people on zero-hours contracts work",
    "automation": "Jobs at high risk of automation",
}
"""Who lives and works in a place: figures on file that are context, and ranked nowhere."""
