"""Reforms: read, check, find, compose, lay upon the law, and compare.

A reform is a dated edit of parameters in a YAML file. Nothing here computes tax; what comes out is a
tax-benefit system with other parameters, or a table of what differs.
"""

from openfisca_goodwork.policy.advice import advice_on, check, no_effect_reason
from openfisca_goodwork.policy.compare import Comparison, ParameterHistory, compare, parameter_history
from openfisca_goodwork.policy.differences import Difference
from openfisca_goodwork.policy.laws import (
    as_asked,
    in_library,
    is_of_a_day,
    law_held_from,
    law_of,
    library,
    library_by_group,
    load,
    load_all,
)
from openfisca_goodwork.policy.reading import CheckReport, examine, parse, reform_schema
from openfisca_goodwork.policy.reform import CURRENT_LAW, Override, Reform, compose

__all__ = [
    "CURRENT_LAW",
    "CheckReport",
    "Comparison",
    "Difference",
    "Override",
    "ParameterHistory",
    "Reform",
    "advice_on",
    "as_asked",
    "check",
    "compare",
    "compose",
    "examine",
    "in_library",
    "is_of_a_day",
    "law_held_from",
    "law_of",
    "library",
    "library_by_group",
    "load",
    "load_all",
    "no_effect_reason",
    "parameter_history",
    "parse",
    "reform_schema",
]
