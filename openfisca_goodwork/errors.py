"""The mistakes that this package reports to the person who made them.

An error of this module is a short lesson: its text is the whole message, lists every fault found at once, and
says how to mend each. A front end prints the text and leaves with `exit_code`; it never shows a traceback for
one of these. Any other exception is a bug of the package.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

FAULTS_SHOWN = 50
TEXT_SHOWN = 60
MESSAGE_SHOWN = 600
LONGEST_NAME_COMPARED = 120
LONGEST_FILE_NAME, LONGEST_PATH = 255, 4_095
NEARLY_AS_NEAR = 0.03


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where, and how to mend it.

    `message` is complete on its own (it names the path if that helps); `file`, `line` (counted from 1) and
    `path` are the same facts for programs. A warning is worth a look and stops nothing.
    """

    message: str
    file: str = ""
    line: int | None = None
    path: str = ""
    is_warning: bool = False

    @property
    def place(self) -> str:
        """Where in its file the fault is, as shown to people: `line 9`, or nothing."""
        return "" if self.line is None else f"line {self.line}"


class GoodworkError(Exception):
    """A request that cannot be met as it stands; `str()` is the message for the user."""

    exit_code: ClassVar[int] = 2
    faults: tuple[Fault, ...] = ()

    @classmethod
    def from_faults(cls, faults: Iterable[Fault], heading: str = "") -> Self:
        """An error whose message lists `faults`, file by file and in the order of their lines.

        Without a heading each file gets its own: `reforms/mine.yaml has 2 faults.` At most 50 faults are
        printed for a file; all are kept in `.faults`.
        """
        kept = tuple(faults)
        error = cls(fault_report(kept, heading))
        error.faults = kept
        return error

    @property
    def messages(self) -> list[str]:
        """What is wrong, one text a fault; the error itself where it has none apart."""
        return [fault.message for fault in self.faults] or [str(self)]

    @classmethod
    def together(cls, errors: Iterable[GoodworkError]) -> Self:
        """One error with the faults of several; an error without faults counts as one."""
        return cls.from_faults([fault for error in errors for fault in error.faults or (Fault(str(error)),)])


class ReformError(GoodworkError):
    """A reform file, or a combination of reforms, is wrong."""


class CompanyFileError(GoodworkError):
    """A company file is wrong."""


class PeriodError(GoodworkError, ValueError):
    """An accounting period, a date or a span of years is wrong."""


class ParameterError(GoodworkError, ValueError):
    """A parameter is unknown, or has no value where it is read."""


class DataError(GoodworkError):
    """The population or its targets are wrong."""

    exit_code: ClassVar[int] = 3


def fault_report(faults: Iterable[Fault], heading: str = "") -> str:
    """The message for people: a heading for each file, then one line a fault."""
    by_file: dict[str, list[Fault]] = {}
    for fault in faults:
        by_file.setdefault(fault.file, []).append(fault)
    blocks = [_block(file, found, heading if len(by_file) == 1 else "") for file, found in by_file.items()]
    if heading and len(by_file) != 1:
        blocks.insert(0, heading)
    return "\n".join(blocks)


def _block(file: str, faults: list[Fault], heading: str) -> str:
    ordered = sorted(faults, key=lambda fault: fault.line or 0)
    shown = ordered[:FAULTS_SHOWN]
    width = max(len(fault.place) for fault in shown)
    noun = "warning" if all(fault.is_warning for fault in faults) else "fault"
    lines = [heading or f"{printable(file) or 'The request'} has {counted(len(faults), noun)}."]
    for fault in shown:
        place = f"{fault.place.ljust(width)}  " if width else ""
        message = printable(fault.message)
        message = message if len(message) <= MESSAGE_SHOWN else f"{message[: MESSAGE_SHOWN - 1]}…"
        lines.append(f"  {place}{message}")
    if len(ordered) > len(shown):
        lines.append(f"  and {len(ordered) - len(shown):,} more.")
    return "\n".join(lines)


def refuse_long_name(path: Path) -> None:
    """Refuse a name that no system takes, before any work is done for it. Raises GoodworkError."""
    if len(os.fsencode(path)) > LONGEST_PATH or any(len(os.fsencode(part)) > LONGEST_FILE_NAME for part in path.parts):
        limits = f"{LONGEST_FILE_NAME} bytes at most, {LONGEST_PATH:,} with its folders"
        raise GoodworkError(f"{quoted(str(path))} is too long for the name of a file: {limits}. Choose a shorter one.")


def and_joined(parts: Sequence[str]) -> str:
    """Parts of a sentence with commas, the last after "and"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def or_joined(parts: Sequence[str]) -> str:
    """Parts of a sentence with commas, the last after "or"."""
    return " or ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def counted(number: int, noun: str) -> str:
    """`1 fault`, `2 faults`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def lower_first(text: str) -> str:
    """A text inside a sentence: its first letter small."""
    return f"{text[:1].lower()}{text[1:]}"


def upper_first(text: str) -> str:
    """A text at the beginning of a sentence: its first letter large."""
    return f"{text[:1].upper()}{text[1:]}"


def printable(text: str) -> str:
    """The text with its control characters spelt out, so that a file cannot steer a terminal."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def quoted(text: str) -> str:
    """A piece of a user's text, short and in quotation marks, for use inside a message."""
    clean = printable(text)
    return f"'{clean if len(clean) <= TEXT_SHOWN else clean[: TEXT_SHOWN - 1] + '…'}'"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence with the nearest of the known names, or all of them if they are few, or nothing."""
    names, short = list(known), name[:LONGEST_NAME_COMPARED]
    near = difflib.get_close_matches(short, names, n=3)
    if near:
        likeness = [difflib.SequenceMatcher(None, one, short).ratio() for one in near]
        as_near = [one for one, ratio in zip(near, likeness, strict=True) if ratio > likeness[0] - NEARLY_AS_NEAR]
        return f"Did you mean {' or '.join(as_near)}?"
    return f"Known: {', '.join(names)}." if len(names) <= 12 else ""
