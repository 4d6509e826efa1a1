"""For a company: one thing per screen, the answers to check, then the tax under both laws. Nothing is stored."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import streamlit

from openfisca_goodwork.company import relevance
from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.claims import CARRY_BACK
from openfisca_goodwork.documents import LARGEST_FILE
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.inputs.classes import NOT_GIVEN
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES, pounds
from openfisca_goodwork.screens import company_group, company_result, form_parsing, page_behaviour, reform_picker, widgets
from openfisca_goodwork.screens.company_questions import (
    BASELINE,
    EXAMPLE,
    FIELDS,
    LIMIT,
    MAY_MATTER,
    PROFIT_BEFORE,
    PROFIT_OR_LOSS,
    QUESTIONS,
    SPLIT,
    TRAINING,
    Field,
    Situation,
    fields_of,
    places_of,
)
from openfisca_goodwork.screens.company_visit import (
    CUT_SHORT,
    MOST_PERIODS,
    NOW,
    Visit,
    in_address,
    kept_by_browser,
    offer_link,
    visit,
    visit_in,
)
from openfisca_goodwork.screens.widgets import heading, plain

BEGIN, CHECK, RESULT, GROUP = -1, *range(len(QUESTIONS), len(QUESTIONS) + 3)
REVISIT, ASIDE, NO_LINK = "company_profit_to_revisit", "company_put_aside", "company_link_unread"
SAYS_MORE = "This file says more than the questions here. Change it in an editor, and load it again."
_ON_MORE = {
    (LARGE_BEFORE,): "The days of payment depend on more",
    (PROFIT_BEFORE, CARRY_BACK): "When the relief pays, and how much, depends on more",
}
PRIVACY = "Nothing is stored on the server: what you type is kept in this tab of your browser until you close it."
_NO_TRAINING = dict.fromkeys((field.name for field in QUESTIONS[TRAINING].fields), "")  # what a file does not say is none
state = streamlit.session_state

Periods = list[dict[str, str]]


# --- where a visit stands -------------------------------------------------------------------------------------------------


def go(place: int, period: int | None = None) -> None:
    """Turn to another screen; a callback, so that it is the next one drawn."""
    visit().place = place
    if period is not None:
        visit().period = period


def start(periods: Periods, place: int) -> None:
    """Begin anew with the answers of these accounting periods, on this screen."""
    here = visit()
    here.periods, here.checked, here.file = periods or [{}], place >= CHECK, ""
    go(place, 0)


def take_up(before: Visit) -> None:
    """Go on where another visit stood."""
    state[NOW] = before
    state[company_result.RELIEF] = before.relief
    company_group.put(before.group)


def start_again() -> None:
    """Put the answers aside, from where they can be brought back, and begin anew."""
    state[ASIDE] = visit()
    state[NOW] = begun(visit().relief)
    company_group.put([])


def begun(relief: str) -> Visit:
    """A visit that has just begun."""
    return Visit(place=BEGIN, period=0, checked=False, relief=relief, periods=[{}], group=[], file="", is_by_hand=False)


def read_visit(text: str) -> Visit | None:
    """The visit that a text from a browser holds, if it is of one."""
    return visit_in(text, range(BEGIN, GROUP + 1), reform_picker.reliefs(), {*FIELDS, SPLIT})


def add_period() -> None:
    """Ask of one more accounting period, which follows the last one."""
    visit().periods.append(form_parsing.next_of(visit().periods[-1]))
    visit().checked = False
    go(0, len(visit().periods) - 1)


def drop_period() -> None:
    """Leave out the last accounting period."""
    visit().periods.pop()
    go(CHECK, 0)


# --- what the relief asks ------------------------------------------------------------------------------------------------


def choose_relief() -> str:
    """The relief whose questions are asked, kept from screen to screen."""
    visit().relief = reform_picker.choose_relief(company_result.RELIEF, visit().relief)
    return visit().relief


def situation(period: int) -> Situation:
    """What it depends on which questions are asked of an accounting period, as things stand."""
    reforms, answers = (reform_picker.reforms()[visit().relief],), visit().periods[period]
    days = form_parsing.days_of(answers)
    split = relevance.changes_within(reforms, *days) if days else None
    answers[SPLIT] = split.isoformat() if split else ""
    matters, needed = (of(reforms, MAY_MATTER) for of in (relevance.facts_that_matter, relevance.facts_to_be_told))
    limit = form_parsing.limit_of_instalments(answers)
    words = pounds(limit, 0) if limit else ""
    goes_back = relevance.loss_may_go_back(reforms, form_parsing.up_to(_of_relief(matters), period))
    return Situation(period, matters, needed, goes_back, day_in_words(split) if split else "", words, answers)


def _of_relief(matters: Collection[str]) -> Periods:
    """The answers, without the training of before where the relief chosen does not depend on it, as another one did."""
    unused = {BASELINE} - set(matters)
    return [{name: text for name, text in answers.items() if name not in unused} for answers in visit().periods]


# --- the screens ---------------------------------------------------------------------------------------------------------


def begin() -> None:
    """What it is, what one needs, and the ways in."""
    streamlit.markdown(
        "What would a relief for training do to one company’s corporation tax, and why? Current law and a relief that is "
        "**proposed, not law**, side by side, with every step of the working."
    )
    relief = reform_picker.reforms()[choose_relief()]
    streamlit.markdown(f"{plain(relief.summary)} {STATUSES[relief.status]}.")
    streamlit.markdown(
        "You need the dates of the accounting period, the trading profit, and what training cost. Only what this relief "
        f"depends on is asked. {PRIVACY}"
    )
    if state.get(ASIDE) and not state[ASIDE].is_empty:
        streamlit.button("Bring back my answers", on_click=lambda: take_up(state.pop(ASIDE)))
    with streamlit.container(horizontal=True):
        streamlit.button("Start", type="primary", on_click=start, args=([], 0))
        streamlit.button("Try an example", on_click=start, args=([dict(EXAMPLE)], CHECK))
        streamlit.button("A group of companies", on_click=go, args=(GROUP,))
    with streamlit.expander("Load the file of a company or of a group"):
        load()
    widgets.way("companies", "Many companies from a table")


def load() -> None:
    """A company file from this visit or written by hand: several periods, dated items, tags and all; or a group's."""
    file = streamlit.file_uploader(
        "Company or group file (YAML, up to 1 MB)",
        type=["yaml", "yml"],
        key="company_upload",
        max_upload_size=LARGEST_FILE // 10**6,
    )
    streamlit.caption(f"The file is read as data and never run. {PRIVACY}")
    if file is None:
        return
    try:
        answers = form_parsing.answers_of(file.getvalue())
    except CompanyFileError as error:
        widgets.faults(error.faults, "Mend the file, and load it again.")
        return
    streamlit.success("The file has no faults.")
    streamlit.button("Use this file", type="primary", on_click=use, args=(answers, file.getvalue()))


def use(periods: Periods | None, content: bytes) -> None:
    """Go on with a file: its answers to check, or its result where it says more than is asked here."""
    start([_NO_TRAINING | answers for answers in periods or []], RESULT if periods is None else CHECK)
    rows = company_group.rows_of(content) if periods is None else None
    visit().file, visit().is_by_hand = content.decode() if periods is None else "", rows is not None
    if rows is not None:
        company_group.put(rows)


def group() -> None:
    """The companies of a group by hand, then its result."""
    choose_relief()
    now = situation(0)
    content = company_group.ask(
        [field for place, question in enumerate(QUESTIONS) if question.if_it_matters for field in fields_of(place, now)]
    )
    streamlit.button("Back", on_click=go, args=(BEGIN,))
    streamlit.caption(PRIVACY)
    if content is not None:
        start([], RESULT)
        visit().file, visit().is_by_hand = content.decode(), True
        streamlit.rerun()


def ask(place: int) -> None:
    """One question of one accounting period; it is left only with answers that can be read."""
    question, period = QUESTIONS[place], visit().period
    places, fields = places_of(situation(period)), fields_of(place, situation(period))
    of_period = f", accounting period {period + 1}" if len(visit().periods) > 1 else ""
    number = f"Question {places.index(place) + 1} of {len(places)}" if place in places else "If it applies"
    streamlit.caption(f"{number}{of_period}")
    streamlit.header(question.title)
    streamlit.markdown(question.about.replace(LIMIT, situation(period).limit))
    if question.help[0]:
        with streamlit.expander(question.help[0]):
            streamlit.markdown(question.help[1])
    with streamlit.form(f"question_{period}_{place}", border=False):
        typed = {field.name: _box(field) for field in fields}
        faults = streamlit.empty()  # beside the button that was pressed
        sent = streamlit.form_submit_button("Save" if visit().checked else "Continue", type="primary")
    streamlit.button("Back", on_click=back, args=(place,))
    streamlit.caption(PRIVACY)
    if not sent:
        return
    periods = visit().periods
    answers = {**periods[period], **typed}
    messages = form_parsing.faults_of(answers, fields, periods, period)
    if messages:
        faults.error("\n".join(["There is a problem:", "", *(f"- {plain(message)}" for message in messages)]))
        page_behaviour.refuse(each.over_box for each in fields if any(said.startswith(each.label) for said in messages))
        return
    if widgets.doubted(faults, form_parsing.doubts_of(answers, fields), (place, period, tuple(typed.values()))):
        return
    if place == TRAINING and visit().checked and any(typed[name] != periods[period].get(name, "") for name in typed):
        state[REVISIT] = True
    elif place == PROFIT_OR_LOSS:
        state[REVISIT] = False
    periods[period] = answers
    left = [later for later in places_of(situation(period)) if later > place]
    go(CHECK if visit().checked or not left else left[0])
    streamlit.rerun()


def back(place: int) -> None:
    """To the question before; to the check from one that is changed; out of a period that is being added."""
    before = [earlier for earlier in places_of(situation(visit().period)) if earlier < place]
    if visit().checked:
        go(CHECK)
    elif before:
        go(before[-1])
    elif visit().period:
        drop_period()
    else:
        go(BEGIN)


def _box(field: Field) -> str:
    label = field.over_box
    kept = visit().periods[visit().period].get(field.name, "")
    known, words, key = form_parsing.choices_of(field), partial(form_parsing.in_words_of_answer, field), f"box_{field.name}"
    if form_parsing.YES in known:
        answer = (
            kept if kept in known else "" if form_parsing.UNKNOWN in known or field.required else form_parsing.NO
        )  # what has three answers is answered by nobody's silence
        place = known.index(answer) if answer else None
        return str(streamlit.radio(label, known, place, words, key=key, horizontal=True) or "")
    if known:
        chosen = streamlit.selectbox(label, known, known.index(kept if kept in known else NOT_GIVEN), words, key=key)
        return "" if chosen == NOT_GIVEN else str(chosen)
    placeholder = f"for example {field.example}"
    typed = streamlit.text_input(label, kept, max_chars=form_parsing.LONGEST_ANSWER, placeholder=placeholder, key=key)
    return (typed or "").strip()


def check() -> None:
    """Every answer of every accounting period, then on to the result."""
    visit().checked = True
    streamlit.header("Check your answers")
    choose_relief()
    if state.get(REVISIT):
        streamlit.info(
            "You changed what was spent on training. The profit is what is left after training costs: if more or less "
            "training leaves less or more of it, change the profit too."
        )
    for period in range(len(visit().periods)):
        _period(period, many=len(visit().periods) > 1)
    with streamlit.container(horizontal=True):
        streamlit.button("Work out the tax", type="primary", on_click=go, args=(RESULT,))
        if len(visit().periods) < MOST_PERIODS:
            streamlit.button("Add the next accounting period", on_click=add_period)
        if len(visit().periods) > 1:
            streamlit.button("Remove the last accounting period", on_click=drop_period)
        streamlit.button("Start again", on_click=start_again)
    offer_link()


def _period(period: int, *, many: bool) -> None:
    if many:
        streamlit.subheader(f"Accounting period {period + 1}: {form_parsing.span_of(visit().periods[period])}")
    now = situation(period)
    for place in places_of(now):
        _answered(place, now, many=many)
    streamlit.markdown("Not asked so far, and taken as none unless you change it:")
    for place in places_of(now, offered=True):
        _answered(place, now, many=many)


def _answered(place: int, now: Situation, *, many: bool) -> None:
    """One question with its answers, and the button that changes them."""
    question, fields = QUESTIONS[place], fields_of(place, now)
    left, right = streamlit.columns([5, 4])
    left.markdown(f"**{question.title}**")
    read = {
        field: form_parsing.as_read(field.name, now.answers) or form_parsing.without_answer(field, now.answers)
        for field in fields
    }
    if question.is_offered:
        read = {field: words for field, words in read.items() if words != form_parsing.NONE_GIVEN}
    left.markdown("\n".join(f"- {field.label}: {heading(words)}" for field, words in read.items()) or "None.")
    label = f"{question.change}, period {now.period + 1}" if many else question.change
    right.button(label, key=f"change_{now.period}_{place}", on_click=go, args=(place, now.period))


def result() -> None:
    """The page's result: the tax under both laws, and buttons that lead back to the questions."""
    relief = choose_relief()
    file = visit().file
    if file or _is_all_told():
        content = file or form_parsing.as_file(*_of_relief(situation(0).matters))
        company_result.show(content.encode(), relief, has_answers=not file)
    with streamlit.container(horizontal=True):
        if not file:
            streamlit.button("Change the answers", on_click=go, args=(CHECK,))
        elif visit().is_by_hand:
            streamlit.button("Change the companies", on_click=go, args=(GROUP,))
        else:
            streamlit.button("Load a changed file", on_click=go, args=(BEGIN,), help=SAYS_MORE)
        streamlit.button("Start again", on_click=start_again)
    offer_link()
    streamlit.caption(PRIVACY)


def _is_all_told() -> bool:
    """Ask for what the relief depends on and nobody answered, as after another was chosen; whether a result can be shown."""
    is_all_told = True
    for period in range(len(visit().periods)):
        now = situation(period)
        for place in places_of(now):
            fields = fields_of(place, now)
            for names, what in _ON_MORE.items():
                if QUESTIONS[place].is_of(*names) and fields[0].name not in now.answers:
                    streamlit.warning(f"{what}: {QUESTIONS[place].title}")
                    streamlit.button("Answer it", key=f"more_{period}_{place}", on_click=go, args=(place, period))
            if not QUESTIONS[place].if_it_matters:
                continue
            is_needed = any(form_parsing.is_missing(now.answers, field) for field in fields)
            if is_needed or not now.answers.keys() & {field.name for field in fields}:
                streamlit.warning(
                    f"This relief depends on more: {QUESTIONS[place].title} Answer it to see what you would pay."
                )
                streamlit.button("Answer it", key=f"more_{period}_{place}", on_click=go, args=(place, period))
                is_all_told = False
    return is_all_told


if NOW not in state:
    state[NOW] = begun(reform_picker.MAIN)
streamlit.title("For a company")
of_link = in_address()
from_browser = kept_by_browser()
if of_link != "":
    linked = read_visit(of_link or "")
    state[NO_LINK] = linked is None
    if linked is not None:
        take_up(linked)
elif from_browser and visit().place == BEGIN and visit().is_empty:
    kept = read_visit(from_browser)
    if kept is not None:
        take_up(kept)
if state.get(NO_LINK):
    streamlit.error(CUT_SHORT)
screens = {BEGIN: begin, CHECK: check, RESULT: result, GROUP: group}
if visit().place in screens:
    screens[visit().place]()
else:
    ask(visit().place)
