"""A costing as a note in the official order, as a Word document.

``document`` what a note is made of · ``sections`` what stands in it, one function a section · ``method`` how the figures
were made, and what would show them to be wrong, in words.
"""

from __future__ import annotations

from collections.abc import Mapping

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.reports import words
from openfisca_goodwork.reports.costing_note.sections import SECTIONS
from openfisca_goodwork.reports.pictures import Picture
from openfisca_goodwork.reports.word import Note
from openfisca_goodwork.version import model_version

__all__ = ["SECTIONS", "costing_note"]


def costing_note(result: CostingResult, pictures: Mapping[str, Picture], command: str) -> bytes:
    """The note of a costing as the bytes of its file.

    Raises:
        GoodworkError: without python-docx (the extra `report`).
    """
    title = " + ".join(reform.title for reform in result.reforms) or "Settings of this run"
    note = Note(title, f"{words.status(result)} openfisca-goodwork {model_version()}.")
    for heading, write in SECTIONS.items():
        if heading:
            note.heading(heading)
        write(note, result, pictures)
    note.heading("Reproduce")
    note.say(f"This note was made by openfisca-goodwork {model_version()} with the command:")
    note.say(command, bold=True)
    note.say(
        "The run record beside it (run-record.json) gives the same result again: goodwork cost --record run-record.json."
    )
    return note.content()
