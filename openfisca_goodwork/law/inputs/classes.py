"""What a company is by official classes: its industry, where it is, how old it is."""

from __future__ import annotations

import numpy as np
from openfisca_core.indexed_enums import Enum

from openfisca_goodwork.law.model import Variable

_REFERENCE = "Proposed, not law: human-investment relief, eligibility"
# Section → its name, and its first and last division (Office for National Statistics, UK SIC 2007).
_SECTIONS = {
    "A": ("Agriculture, forestry and fishing", "01-03"),
    "B": ("Mining and quarrying", "05-09"),
    "C": ("Manufacturing", "10-33"),
    "D": ("Electricity and gas supply", "35-35"),
    "E": ("Water supply and waste", "36-39"),
    "F": ("Construction", "41-43"),
    "G": ("Wholesale and retail trade", "45-47"),
    "H": ("Transport and storage", "49-53"),
    "I": ("Accommodation and food services", "55-56"),
    "J": ("Information and communication", "58-63"),
    "K": ("Finance and insurance", "64-66"),
    "L": ("Real estate", "68-68"),
    "M": ("Professional, scientific and technical", "69-75"),
    "N": ("Administrative and support services", "77-82"),
    "O": ("Public administration", "84-84"),
    "P": ("Education", "85-85"),
    "Q": ("Health and social work", "86-88"),
    "R": ("Arts, entertainment and recreation", "90-93"),
    "S": ("Other services", "94-96"),
    "T": ("Households as employers", "97-98"),
    "U": ("Extraterritorial bodies", "99-99"),
}
_PLACES = (
    *("North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East", "London"),
    *("South East", "South West", "Wales", "Scotland", "Northern Ireland"),
)
NOT_GIVEN = "not_given"
SicSection = Enum("SicSection", {NOT_GIVEN: "Not given"} | {letter: name for letter, (name, _span) in _SECTIONS.items()})
Region = Enum("Region", {NOT_GIVEN: "Not given"} | {name.lower().replace(" ", "_"): name for name in _PLACES})


def _section_of_each_division() -> dict[str, str]:
    spans = {letter: span.split("-") for letter, (_name, span) in _SECTIONS.items()}
    return {f"{one:02}": letter for letter, (first, last) in spans.items() for one in range(int(first), int(last) + 1)}


SECTION_OF = _section_of_each_division()
"""Division of the SIC, two digits, → the letter of its section."""
ALL = "all"
INDUSTRIES = {
    ALL: "All industries",
    **{letter: name for letter, (name, _span) in _SECTIONS.items()},
    **{code: f"Division {code}, of {_SECTIONS[letter][0].lower()}" for code, letter in SECTION_OF.items()},
}
PLACES = {ALL: "All regions and nations"} | {one.name: one.value for one in Region if one is not Region.not_given}
"""Codes of industries and of places that a law may list, with what each stands for."""
_LAST_DIVISION = max(map(int, SECTION_OF))
_PLACE_OF_SECTION = np.zeros(_LAST_DIVISION + 1, dtype=np.int16)
for _division, _letter in SECTION_OF.items():
    _PLACE_OF_SECTION[int(_division)] = SicSection[_letter].index


class sic_division(Variable, minimum=0, maximum=_LAST_DIVISION):
    """Division of the company's industry: the first two digits of its SIC code at Companies House; 0 where not given."""

    value_type = int
    unit = "division"
    label = "Industry, division of the SIC"
    reference = _REFERENCE


class sic_section(Variable):
    """Section of the company's industry, A to U of the UK SIC 2007; that of its division where only that is given."""

    value_type = Enum
    possible_values = SicSection
    default_value = SicSection.not_given
    label = "Industry, section of the SIC"
    reference = _REFERENCE

    def formula(company, period):
        return _PLACE_OF_SECTION[company("sic_division", period)]


class region(Variable):
    """Nation of the United Kingdom, or region of England, in which the company is registered."""

    value_type = Enum
    possible_values = Region
    default_value = Region.not_given
    label = "Region or nation"
    reference = _REFERENCE


class company_age(Variable, minimum=0):
    """Years completed since the company was incorporated, on the first day of the accounting period; none where not given.

    An age that is not given is infinite, and the company then meets no limit of age, low or high.
    """

    unit = "year"
    default_value = np.inf
    label = "Age of the company, completed years"
    reference = _REFERENCE
