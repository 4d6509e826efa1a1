"""The parameters of one law on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import Vocabulary, in_force


@dataclass(frozen=True)
class LawOn:
    """Reads the value of a parameter by its path. Raises ParameterError where there is none on the day."""

    parameters: Vocabulary
    day: date

    def __call__(self, path: str) -> Any:
        """The value in force on the day."""
        leaf = self.parameters.get(path)
        found = in_force(leaf.values, self.day) if leaf is not None else None
        if found is None:
            raise ParameterError(f"{path} has no value on {day_in_words(self.day)}.")
        return found.value
