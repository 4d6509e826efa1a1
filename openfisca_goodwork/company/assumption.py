"""One thing that a computation took to be so: a sentence, and what a file may say instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

REFORM_ONLY = "Under the reform: "


@dataclass(frozen=True)
class Assumption:
    """One thing that a computation took to be so because nobody said otherwise.

    Attributes:
        words: a sentence with its figures, for every reader.
        in_a_file: what the keys of a company file, or a command, say instead; empty where there is nothing to say.
        about: the input variable that says otherwise, for a page that asks for it; empty where there is none.
    """

    words: str
    in_a_file: str = ""
    about: str = ""

    @property
    def with_keys(self) -> str:
        """The sentence, and what a file may say instead."""
        return " ".join(filter(None, (self.words, self.in_a_file)))

    def under_the_reform(self) -> Assumption:
        """The same, said of the reform alone."""
        return replace(self, words=f"{REFORM_ONLY}{self.words}")


def once(assumptions: Iterable[Assumption]) -> list[Assumption]:
    """Assumptions without those of the reform that hold under current law too, which say the same."""
    listed = list(assumptions)
    words = {each.words for each in listed}
    return [
        each for each in listed if not (each.words.startswith(REFORM_ONLY) and each.words.removeprefix(REFORM_ONLY) in words)
    ]
