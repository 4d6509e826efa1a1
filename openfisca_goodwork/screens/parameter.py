"""One parameter: what it is, every value with its source, how it moves, which formulas read it, which reforms set it."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.errors import did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy.affected_variables import LIMIT, readers_of_all
from openfisca_goodwork.policy.reform import Beneath, Edit
from openfisca_goodwork.policy.vocabulary import current_vocabulary, in_words
from openfisca_goodwork.screens import links, parameter_history, reform_picker, widgets
from openfisca_goodwork.screens.widgets import plain
from openfisca_goodwork.system import current_law

PAGE, PATH, CHOSEN, REFUSED = "parameter", "path", "parameter_path", "parameter_refused"
FIRST = "corporation_tax.main_rate"
state = streamlit.session_state


def fields_of(query: links.Query) -> dict[str, str]:
    """What a link says of the fields: its path, or that it is unknown."""
    asked = query.get(PATH, "")
    if not asked or asked in current_vocabulary():
        return {CHOSEN: asked or FIRST, REFUSED: ""}
    near = did_you_mean(asked, current_vocabulary())
    return {CHOSEN: FIRST, REFUSED: f"{quoted(asked)} is no parameter. {near}".strip()}


def used(path: str) -> None:
    """The variables whose formulas read it, once somebody asks: the law is run to find them."""
    streamlit.header("Where it is used")
    if not streamlit.toggle("Find the formulas that read it (some seconds the first time)", key="parameter_used"):
        return
    with streamlit.spinner("Running example companies through the law"):
        readers = readers_of_all().get(path, ())
    variables = current_law().variables
    listed = "\n".join(f"- {plain(str(variables[name].label))} (`{name}`)" for name in readers)
    streamlit.markdown(listed or "No formula read it in these runs.")
    streamlit.caption(LIMIT)


def reforms(path: str) -> None:
    """What the reforms of the library make of it."""
    streamlit.header("Reforms of the library that set it")
    setting = [reform for reform in reform_picker.reforms().values() if path in reform.edits]
    listed = [
        f"{reform.title} ({STATUSES[reform.status].lower()}): "
        + ", ".join(f"{_edit(path, value)} from {day_in_words(day)}" for day, value in reform.edits[path])
        for reform in setting
    ]
    streamlit.markdown("\n".join(f"- {plain(item)}" for item in listed) or "None sets it.")


def _edit(path: str, value: Edit) -> str:
    return "current law" if isinstance(value, Beneath) else in_words(value, current_vocabulary()[path].unit)


streamlit.title("A parameter of the law")
links.take(PAGE, CHOSEN, fields_of)
if state[REFUSED]:
    streamlit.error(plain(state[REFUSED]))
paths = list(current_vocabulary())
labels = {path: f"{current_vocabulary()[path].label} ({path})" for path in paths}
path = streamlit.selectbox("Parameter", paths, format_func=labels.__getitem__, key=CHOSEN)
if path is not None:
    leaf = current_vocabulary()[path]
    streamlit.header(plain(leaf.label))
    streamlit.caption(plain(f"{path}. Kind: {leaf.kind}."))
    parameter_history.show(path, ("law",), level=3)
    used(path)
    reforms(path)
    links.write(PAGE, {PATH: path})
    widgets.link(f"?{PATH}={path}")
widgets.way("compare", "Compare two sets of law", is_back=True)
