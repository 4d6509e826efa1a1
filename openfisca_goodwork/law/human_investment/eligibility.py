"""Who may have the human-investment relief: by size, turnover, staff, the levy, industry, place and age.

Each condition is asked of the rules of the day of the spending and of the figures of the whole accounting period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.human_investment.terms import (
    ELIGIBLE_SIZES,
    INDUSTRIES,
    LEAST_AGE,
    LEAST_EMPLOYEES,
    LEVY_PAYERS_OUT,
    MEASURES,
    MOST_AGE,
    PLACES,
    TURNOVER_CEILING,
    is_ever_other_than,
    limit_path,
)
from openfisca_goodwork.law.inputs.classes import SECTION_OF, Region, SicSection
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import RefusedInputError, Segment, constant_array, history, history_of, where

ALL = "all"

# --- the size of a company's group ------------------------------------------------------------------------------------


class group_annual_turnover(Variable):
    """Turnover of the group for a year: that of a period that is no year, annualised (£).

    Example: £5m in a period of 73 days is £25m a year.
    """

    label = "Yearly turnover of the group"
    reference = "Proposed, not law: human-investment relief, eligibility"
    rule = "Turnover of the group ÷ length of the period."

    def formula(company, period):
        return company("group_turnover", period) / company("length_factor", period)


def is_within(stretch: Segment, size: str) -> np.ndarray:
    """Whether the group is within the limits of a size: staff under theirs, and turnover or balance sheet within theirs.

    Args:
        size: ``small`` or ``medium``; a small group is within the limits of a medium-sized one as well.
    """
    staff, turnover, balance_sheet = (stretch.value(limit_path(size, measure)) for measure in MEASURES)
    company, period = stretch.company, stretch.period
    return (company("group_employees", period) < staff) & (
        (company("group_annual_turnover", period) <= turnover)
        | (company("group_balance_sheet_total", period) <= balance_sheet)
    )


def by_size(stretch: Segment, small: np.ndarray, medium: np.ndarray, large: np.ndarray) -> np.ndarray:
    """Of three values, the one for the size of the company's group."""
    return where(is_within(stretch, "small"), small, where(is_within(stretch, "medium"), medium, large))


# --- the conditions ---------------------------------------------------------------------------------------------------


def is_eligible(stretch: Segment) -> np.ndarray:
    """Whether a company meets every condition in a stretch of the period (one per company)."""
    eligible = constant_array(np.True_, stretch.company.count)
    for _words, _facts, is_met in conditions(stretch):
        eligible = eligible & is_met
    return eligible


def conditions(stretch: Segment) -> Iterator[tuple[str, tuple[str, ...], np.ndarray]]:
    """The conditions that the law ever has: in words, the facts that have to be given, whether a company meets it."""
    for path, off, words, facts, is_met in _CONDITIONS:
        if is_ever_other_than(stretch.company, path, off=off):
            yield words, facts, is_met(stretch)


def _is_of_eligible_size(stretch: Segment) -> np.ndarray:
    sizes, small = stretch.value(ELIGIBLE_SIZES), is_within(stretch, "small")
    some = where(sizes == "small_and_medium", small | is_within(stretch, "medium"), small)
    return (sizes == ALL) | some


def _is_within_turnover(stretch: Segment) -> np.ndarray:
    return stretch.company("group_annual_turnover", stretch.period) <= stretch.value(TURNOVER_CEILING)


def _has_the_staff(stretch: Segment) -> np.ndarray:
    return stretch.company("employees_besides_directors", stretch.period) >= stretch.value(LEAST_EMPLOYEES)


def _does_not_pay_levy(stretch: Segment) -> np.ndarray:
    pays_levy = stretch.company("apprenticeship_levy", stretch.period) > 0
    return ~(pays_levy & stretch.value(LEVY_PAYERS_OUT).astype(bool))


def _is_old_enough(stretch: Segment) -> np.ndarray:
    age = stretch.company("company_age", stretch.period)
    return np.isfinite(age) & (age >= stretch.value(LEAST_AGE))


def _is_young_enough(stretch: Segment) -> np.ndarray:
    age = stretch.company("company_age", stretch.period)
    return np.isfinite(age) & (age <= stretch.value(MOST_AGE))


_INDUSTRY, _AGE = ("its industry", ("sic_section", "sic_division")), ("its age", ("company_age",))
# Parameter, its value where nothing is asked, the condition in words, the facts that must be given, and who meets it.
_CONDITIONS: tuple[tuple[str, Any, str, tuple[str, ...], Callable[[Segment], np.ndarray]], ...] = (
    (ELIGIBLE_SIZES, ALL, "the size of its group", (), _is_of_eligible_size),
    (TURNOVER_CEILING, np.inf, "its turnover", (), _is_within_turnover),
    (LEAST_EMPLOYEES, 0, "its employees besides directors", (), _has_the_staff),
    (LEVY_PAYERS_OUT, False, "the apprenticeship levy that it pays", (), _does_not_pay_levy),
    (INDUSTRIES, ALL, *_INDUSTRY, lambda stretch: _is_listed(stretch, INDUSTRIES, _in_industries)),
    (PLACES, ALL, "its region", ("region",), lambda stretch: _is_listed(stretch, PLACES, _in_places)),
    (LEAST_AGE, 0, *_AGE, _is_old_enough),
    (MOST_AGE, np.inf, *_AGE, _is_young_enough),
)


# --- lists of industries and places, and what a law asks of a company -------------------------------------------------


def listed(text: str) -> tuple[str, ...]:
    """The codes in a list with commas: ``C, 62`` has ``C`` and ``62``."""
    return tuple(part.strip() for part in text.split(","))


def _is_listed(stretch: Segment, path: str, is_among: Callable[[Segment, tuple[str, ...]], np.ndarray]) -> np.ndarray:
    """Whether a company is of a class that a parameter lists; every company while it says all."""
    texts = stretch.value(path)
    found = texts == ALL
    for text in sorted(history_of(stretch.company, path).ever - {ALL}):
        is_in_force = texts == text
        if is_in_force.any():
            found = found | (is_in_force & is_among(stretch, listed(text)))
    return found


def _in_industries(stretch: Segment, codes: tuple[str, ...]) -> np.ndarray:
    """Whether a company is in one of some sections or divisions.

    Raises:
        RefusedInputError: where a division is listed and a company of its section does not say its own.
    """
    sections = _codes_of(stretch, "sic_section")
    found = np.array([one.name in codes for one in SicSection])[sections]
    divisions = [code for code in codes if code.isdigit()]
    if not divisions:
        return found
    own = np.asarray(stretch.company("sic_division", stretch.period))
    in_question = _in_question(codes)
    unknown = np.array([one.name in in_question for one in SicSection])[sections] & (own == 0)
    if unknown.any():
        letter = SicSection.names[sections[np.argmax(unknown)]]
        raise RefusedInputError(
            f"The relief goes to divisions {', '.join(divisions)} of the SIC, and a company of section {letter} does not "
            "say its division. Give sic_division: the first two digits of its SIC code."
        )
    return found | np.isin(own, [int(code) for code in divisions])


def _in_question(codes: tuple[str, ...]) -> frozenset[str]:
    """Sections of which some divisions alone are listed: a company of theirs has to say its own."""
    return frozenset(SECTION_OF[code] for code in codes if code.isdigit()) - frozenset(codes)


def divisions_needed(law: TaxBenefitSystem) -> tuple[tuple[date, date, frozenset[str]], ...]:
    """From when to when (the day after the last) companies of which sections have to say their division."""
    values = history(law, INDUSTRIES).values
    ends = (*(one.start for one in values[1:]), date.max)
    needed = ((one.start, end, _in_question(listed(one.value))) for one, end in zip(values, ends, strict=True))
    return tuple(one for one in needed if one[-1])


def _in_places(stretch: Segment, codes: tuple[str, ...]) -> np.ndarray:
    return np.array([one.name in codes for one in Region])[_codes_of(stretch, "region")]


def _codes_of(stretch: Segment, name: str) -> np.ndarray:
    return np.asarray(stretch.company(name, stretch.period)).astype(np.intp)


def facts_asked(law: TaxBenefitSystem) -> dict[str, str]:
    """What a law asks of a company for its industry, place or age: input → the parameter that asks for it."""
    asked = {
        fact: path for path, off, _words, facts, _is_met in _CONDITIONS if history(law, path).ever != {off} for fact in facts
    }
    if not any(code.isdigit() for text in history(law, INDUSTRIES).ever for code in listed(text)):
        asked.pop("sic_division", None)
    return asked


def facts_of_an_eligible_company(law: TaxBenefitSystem) -> dict[str, Any]:
    """An industry, a place and an age with which a company is eligible under the last rules of a law, those it asks for."""
    asked, found = facts_asked(law), dict[str, Any]()
    industry, place = (listed(history(law, path).values[-1].value)[0] for path in (INDUSTRIES, PLACES))
    if "sic_division" in asked and industry != ALL:
        found["sic_division"] = int(next(code for code, section in SECTION_OF.items() if industry in (code, section)))
    elif industry != ALL:
        found["sic_section"] = industry
    if place != ALL:
        found["region"] = place
    if "company_age" in asked:
        found["company_age"] = float(history(law, LEAST_AGE).values[-1].value)
    return found
