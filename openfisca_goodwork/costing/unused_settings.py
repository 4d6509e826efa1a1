"""Settings of assumptions that a costing would not read: refused, each with why, before any law is run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from openfisca_goodwork.costing.behaviour import BEHAVIOUR
from openfisca_goodwork.costing.disclosure_rules import ROOT as DISCLOSURE
from openfisca_goodwork.costing.steps import COMPLIANCE, DISCOUNT_RATE, TRAINING_STEPS, read_by
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import RATING, rates
from openfisca_goodwork.costing.uncertainty.assumptions import ROOT as UNCERTAINTY
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.value_for_money import ADMINISTRATION, APPRAISAL, SET_UP, administration_of
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import day_in_words, financial_year_name
from openfisca_goodwork.policy.check import RESPONSES

_OF_NO_COSTING = ("assumptions.audit.", "assumptions.effective_rates.")
_OF_TRAINING = (
    "assumptions.take_up.",
    *(f"{BEHAVIOUR}.{one.name}" for one in read_by(*TRAINING_STEPS, COMPLIANCE) if one != DISCOUNT_RATE),
)
_OF_THE_DAY = (*RESPONSES, f"{ADMINISTRATION}.", f"{DISCLOSURE}.", f"{APPRAISAL}.", f"{UNCERTAINTY}.")


def refuse_unused_settings(laws: TwoLaws, estimate: Estimate) -> None:
    """Refuse settings that nothing in a costing would read, and an appraisal of nothing.

    Raises:
        GoodworkError: with all of them.
    """
    faults = [
        f"--set {setting}: {why}" for setting in laws.request.settings if (why := _why_unused(setting, laws, estimate))
    ]
    if laws.request.appraise and not any(map(relief_begins, laws.both)):
        faults.append(
            "--appraise: neither law has a relief for training, and only extra training is appraised. Leave it out."
        )
    if faults:
        raise GoodworkError("\n".join(faults))


def _why_unused(setting: str, laws: TwoLaws, estimate: Estimate) -> str:
    """Why a setting is read by nothing; empty where something reads it."""
    path, _, rest = setting.partition("@")
    if path.startswith(_OF_NO_COSTING):
        return f"no costing reads {path}."
    if reason := next(_reasons(path, laws, estimate), ""):
        return f"{path} is not used{reason}."
    day = laws.day_of_assumptions
    if path.startswith(_OF_THE_DAY) and date.fromisoformat(rest.partition("=")[0]) > day:
        return f"{path} is read on {day_in_words(day)}. Date the setting on that day or before."
    return ""


def _reasons(path: str, laws: TwoLaws, estimate: Estimate) -> Iterator[str]:
    """What follows `is not used`, where it is not."""
    if path.startswith(RESPONSES) and path not in {*estimate.assumed.values, *estimate.ends_of_behaviour}:
        yield f" with --behaviour {laws.request.behaviour}"
    elif path.startswith(_OF_TRAINING) and not any(map(relief_begins, laws.both)):
        yield ": neither law has a relief for training"
    elif path.startswith(f"{DISCLOSURE}.") and not laws.request.disclosure:
        yield " without --disclosure"
    elif path.startswith(f"{ADMINISTRATION}."):
        yield from _of_administration(path, laws)
    elif path.startswith(f"{APPRAISAL}.") and not laws.request.appraise:
        yield " without --appraise"
    elif path.startswith(f"{RATING}."):
        if not rates(laws.after, laws.measures, path):
            yield ": nothing that it rates differs between the two laws"
    elif path.startswith(f"{UNCERTAINTY}.") and path not in estimate.parameters:
        yield from _of_uncertainty(path, laws, estimate)


def _of_administration(path: str, laws: TwoLaws) -> Iterator[str]:
    running = administration_of(*laws.both, laws.day_of_assumptions)
    year = running.set_up_in if running else None
    if running is None:
        yield ": neither law has a relief for training to run"
    elif path == SET_UP and year is None:
        yield ": no relief is set up that the baseline has not"
    elif path == SET_UP and year is not None and year not in laws.years:
        yield f": the relief is set up in {financial_year_name(year)}, which is not among the years asked for"


def _of_uncertainty(path: str, laws: TwoLaws, estimate: Estimate) -> Iterator[str]:
    if laws.request.draws is not None and path == f"{UNCERTAINTY}.draws":
        yield f" with --draws {laws.request.draws}"
    elif not estimate.draws:
        yield ": without draws there is no interval"
    else:
        yield ": the interval of this costing does not vary it"
