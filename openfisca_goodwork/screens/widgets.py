"""Tables, charts, faults and progress as Streamlit shows them, in one way on every page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from textwrap import dedent
from typing import Any

import pandas
import streamlit

from openfisca_goodwork.errors import Fault, GoodworkError, counted, fault_report
from openfisca_goodwork.reports.charts import OF_DRAWING, inked
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.screens import downloads, page_tables
from openfisca_goodwork.screens.form_parsing import as_iso_day, day_shown
from openfisca_goodwork.version import model_version

# --- text that somebody typed, kept from being read as Markdown ------------------------------------------------------
# No pictures, colours, icons or formulas in it, and no links but an address that is written out: it may be followed,
# and leads where it says.


_MARKUP = re.compile(r"([\\`*_\[\]<>$:~#|&]|(?m:(?<=^[0-9])|(?<=^[0-9]{2})|(?<=^[0-9]{3}))[.)](?= ))")
_MAY_BREAK = re.compile(r"(?<=\b20[0-9]{2})-(?=[0-9]{2}\b(?!-))|-(?=£)")


def plain(text: str) -> str:
    """The text with the marks of Markdown escaped, so that it is shown as it was typed."""
    return _MARKUP.sub(r"\\\1", text)


def heading(text: str) -> str:
    """The text of a heading, plain: a financial year such as 2026-27 stays in one line, as does a minus with its pounds."""
    return _MAY_BREAK.sub("\N{NON-BREAKING HYPHEN}", plain(text))


def plain_value(value: Any) -> Any:
    """Text escaped, anything else as it is."""
    return plain(value) if isinstance(value, str) else value


# --- what Streamlit shows --------------------------------------------------------------------------------------------


SECONDS_BETWEEN = 0.25
# What the columns of a chart's figures are called, and how those of numbers are written.
Form = tuple[Mapping[str, str], dict[Any, Any]]
LONGEST_TABLE = 60
_DOUBTED = "answers_doubted"
_INK = {"light": "#14181d", "dark": "#f0f3f6"}  # the text colours of .streamlit/config.toml


def figures(table: pandas.DataFrame, rows: str, written: Callable[[float], str], alt: str) -> None:
    """Figures with a name for each row, right-aligned; `rows` heads the column of names."""
    formats: dict[Any, Any] = dict.fromkeys(table.columns, written)
    shown = table.rename_axis(index=rows, columns=None).reset_index()
    page_tables.table(shown.style.format(formats), alt)


def texts(table: pandas.DataFrame, alt: str, written: Callable[[Any], Any] = plain_value) -> None:
    """Text in rows and columns, as it was typed, figures right-aligned; the first rows only of a very long one."""
    shown = page_tables.aligned(table.head(LONGEST_TABLE).rename(columns=written), written)
    page_tables.table(shown, alt)
    if len(table) > LONGEST_TABLE:
        streamlit.caption(f"The first {LONGEST_TABLE} of {len(table):,} rows.")


def doubted(place: Any, doubts: Iterable[str], answers: object) -> bool:
    """Say which answers are hardly meant, until they are sent once more as they are; whether there is something to say.

    Args:
        place: an empty element of the page. doubts: a sentence each. answers: what was sent.
    """
    said = list(doubts)
    if not said or streamlit.session_state.get(_DOUBTED) == answers:
        return False
    streamlit.session_state[_DOUBTED] = answers
    lines = ["Is that right? If it is, press the button once more.", "", *(f"- {plain(doubt)}" for doubt in said)]
    place.warning("\n".join(lines))
    return True


def sources(rows: Iterable[tuple[str, str]]) -> None:
    """Each source once, under the names of all that rest on it; of the first rows, each a name and its source."""
    names: dict[str, list[str]] = {}
    for name, source in islice(rows, LONGEST_TABLE):
        names.setdefault(source, []).append(name)
    for source, listed in names.items():
        streamlit.markdown(f"**{plain('; '.join(dict.fromkeys(listed)))}**: {plain(source or 'no source is given')}")


def chart(made: Chart, name: str, *, titled: bool = True, form: Form, level: int = 4) -> None:
    """A chart under its finding, with its alternative text, its figures as a table and as CSV, and pictures of it.

    Args:
        made: the chart. name: of its files, without an ending, once on a page.
        titled: whether its finding stands over it; not where the page says it already.
        form: what the columns of its figures are called, and how numbers are written. level: of its finding as a heading.
    """
    if titled:
        streamlit.markdown(f"{'#' * level} {heading(made.title)}")
        streamlit.caption(plain(made.subtitle))
    streamlit.vega_lite_chart(
        spec=inked(made.spec, _INK[streamlit.context.theme.type or "light"]), width="stretch", alt=made.alt
    )
    unfolding("Figures and pictures of this chart", f"behind_{name}", partial(_behind, made, name, form))


def _behind(made: Chart, name: str, form: Form) -> None:
    columns, formats = form
    figures_of_chart = made.data.drop(columns=list(OF_DRAWING), errors="ignore")
    tidy = figures_of_chart.rename(columns=columns)
    written: dict[Any, Any] = dict.fromkeys(tidy.select_dtypes("float").columns, _short)
    written |= {name: write for name, write in formats.items() if name in tidy}
    page_tables.table(tidy.style.format(written, na_rep=""), f"Figures of: {made.title}", is_boxed=True)
    with streamlit.container(horizontal=True):
        downloads.offer("Unrounded figures (CSV)", figures_of_chart, f"{name}.csv", key=f"csv_{name}")
        downloads.pictures(made, name)


@streamlit.fragment
def unfolding(label: str, key: str, draw: Callable[[], None]) -> None:
    """A folded box that is drawn when it is opened, and nothing else of the page with it.

    The browser draws what is folded up as it draws all else, before it shows what came first: 1 ms a cell of a table.

    Args:
        label: of the box. key: its name in the state of a visit, once on a page. draw: draws what is in it.
    """
    state = streamlit.session_state
    if key in state:
        state[key] = state[key]  # it stays open under another label
    box = streamlit.expander(label, key=key, on_change="rerun")
    if box.open:
        with box:
            draw()


def _short(number: float) -> str:
    """A figure of no known format, in as many decimals as a reader can use; the CSV has it unrounded."""
    return f"{number:,.{2 if abs(number) >= 1 else 4}f}".rstrip("0").rstrip(".")


def faults(listed: tuple[Fault, ...], mend: str = "Mend the reform, and it is checked again.") -> None:
    """Every fault of a file, each with its line and its mend."""
    report = fault_report(listed)
    said = f"{counted(len(listed), 'fault')}."
    if len({fault.file for fault in listed}) == 1:
        said, _, report = report.partition("\n")  # its first line says whose faults they are, and how many
    streamlit.error(f"There is a problem: {plain(said)} {mend}")
    streamlit.code(dedent(report), language=None, wrap_lines=True)


def problem(error: GoodworkError, mend: str) -> None:
    """What is wrong, fault by fault; the error itself where it has none apart."""
    faults(error.faults or (Fault(str(error)),), mend)


def link_warnings(refused: Iterable[str], other_version: str) -> None:
    """What of a link was refused, and whether another version made it."""
    listed = "\n".join(f"- {plain(refusal)}" for refusal in refused)
    if listed:
        streamlit.error(f"Not all of this link can be opened. The rest is shown.\n\n{listed}")
    if other_version:
        streamlit.warning(
            f"This link was made by version {plain(other_version[:20])} of the model; this is {model_version()}. "
            "Its figures may differ: run it again to see what this version makes of it."
        )


def address(query: str) -> str:
    """The address of this page with another query."""
    return f"{(streamlit.context.url or '').partition('?')[0]}{query}"


def link(query: str) -> None:
    """A link to exactly this page, to copy."""
    streamlit.markdown("A link to exactly this page:")
    streamlit.code(address(query), language=None, wrap_lines=True)


def way(script: str, label: str, *, is_back: bool = False, query: Any = None) -> None:
    """A link to another page, by the name of its script."""
    icon = f":material/arrow_{'back' if is_back else 'forward'}:"
    streamlit.page_link(Path(__file__).parent / f"{script}.py", label=label, icon=icon, query_params=query)


def failed(said: str, error: GoodworkError | str) -> None:
    """What cannot be done, and why, in the words of the error."""
    streamlit.error(f"There is a problem. {said}")
    streamlit.code(str(error), language=None, wrap_lines=True)


def day_box(label: str, key: str, example: str) -> str:
    """A box for a day, which it shows as `1 April 2023` however it is typed.

    Returns:
        The day as an address has it; what is no day as it was typed.
    """

    def tidy() -> None:
        streamlit.session_state[key] = day_shown(streamlit.session_state[key] or "")

    typed = streamlit.text_input(label, key=key, placeholder=f"for example {example}", max_chars=20, on_change=tidy)
    return as_iso_day(typed or "")


class Stages:
    """A callback that shows the stages of a run in a status box, with the time that each took."""

    def __init__(self, box: Any) -> None:
        self._box = box
        self._began = self._stage_began = time.monotonic()
        self._stage, self._label, self._told = "", "", 0.0
        self.problem, self.took = "", 0.0  # once the run is over: why it came to nothing, and the seconds that it took

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def __call__(self, stage: str, done: float) -> None:
        """A stage begins, or goes on, with this share of the work done.

        A cancelled run ends here, a few times a second. The browser takes 10 ms for every word that it is sent of it, so
        that nothing is sent twice, and no seconds are counted for a run of which nothing is done yet, as in line.
        """
        stage, now = f"{stage[:1].upper()}{stage[1:]}", time.monotonic()
        if stage != self._stage:
            self._end_stage()
            self._stage, self._stage_began = stage, now
        elif now - self._told < SECONDS_BETWEEN:
            return
        self._told, label = now, f"{stage} ({done:.0%} done, {self.elapsed:.0f} s)" if done else stage
        if label == self._label:
            streamlit.session_state.get(label)  # where Streamlit ends a run that was cancelled, as it does at what is sent
        else:
            self._label = label
            self._box.update(label=label)

    def end(self, said: str, state: str = "complete") -> None:
        """Fold the status box up: the run is over."""
        self._end_stage()
        self._box.update(label=said, state=state, expanded=False)

    def _end_stage(self) -> None:
        if self._stage:
            self._box.write(f"{self._stage}: {time.monotonic() - self._stage_began:.1f} s")


@contextmanager
def staged(failed: str, *, expanded: bool = False) -> Iterator[Stages]:
    """The stages of what is worked out, in a box; where it is refused the box says that it `failed`, and the stages why."""
    with streamlit.status("Starting", expanded=expanded) as box:
        stages = Stages(box)
        try:
            yield stages
        except GoodworkError as error:
            stages.problem = str(error)
        stages.took = stages.elapsed
        if stages.problem:
            stages.end(failed, "error")
        else:
            stages.end(f"Done in {stages.took:.1f} seconds.")
