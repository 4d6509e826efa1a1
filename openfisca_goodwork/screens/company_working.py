"""The working of one company on a page: each step with its words, what went in, and the law with links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import streamlit

from openfisca_goodwork.company import CompanyResult, Instalment
from openfisca_goodwork.company.plain_text import figure
from openfisca_goodwork.company.steps import ParameterValue, Reference, Step
from openfisca_goodwork.company.working_text import comes_to_anything, entry_in_words, named_input, value_in_words
from openfisca_goodwork.law.model import POUNDS
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import in_words
from openfisca_goodwork.reports.company_tables import names_of_laws
from openfisca_goodwork.screens.plain_text import plain

LINKED = "https://"


def show(result: CompanyResult, place: int) -> None:
    """The working of an accounting period under the law chosen, step by step."""
    streamlit.subheader("Working, step by step")
    names = names_of_laws(result)
    law = streamlit.radio("Under", list(names), format_func=names.__getitem__, horizontal=True, key="company_law")
    steps = result.working(law)[place]
    told = [(number, step) for number, step in enumerate(steps, start=1) if comes_to_anything(step)]
    streamlit.caption("Steps that come to nothing are left out here; the workbook has them all.")
    for part, group in groupby(told, key=lambda pair: pair[1].part):
        with streamlit.expander(part):
            streamlit.markdown("\n\n".join(_step(number, step) for number, step in group))


def _step(number: int, step: Step) -> str:
    """A step as text: its result first, then how, then from what."""
    head = f"**{number}. {plain(step.label)}**"
    if not isinstance(step.result, tuple):
        pound = "£" if step.unit == POUNDS else ""
        head += f": **{pound}{plain(value_in_words(step.result, step.unit))}**"
    cited = f" *({plain(step.reference)})*" if step.reference else ""
    return "\n".join([head, "", f"{plain(step.words)}{cited}", "", *_ingredients(step)])


def _ingredients(step: Step) -> Iterator[str]:
    yield from (f"- {plain(named_input(one))}: {plain(entry_in_words(one.value))}" for one in step.inputs if one.value)
    yield from (f"- Law: {_law(one)}" for one in step.parameters if one.value)
    due: Sequence[Instalment] = step.result if isinstance(step.result, tuple) else ()
    yield from (f"- {day_in_words(one.due)}: £{figure(one.amount)}" for one in due)


def _law(one: ParameterValue) -> str:
    sources = "; ".join(_source(each) for each in one.references)
    value = plain(in_words(one.value, one.unit))
    return f"{plain(one.label)}, {value} from {day_in_words(one.start)}" + (f" ({sources})" if sources else "")


def _source(one: Reference) -> str:
    return f"[{plain(one.title)}]({one.href})" if one.href.startswith(LINKED) else plain(one.title)
