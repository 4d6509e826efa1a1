"""What is kept of the levers by authority is what their costings give today."""

from __future__ import annotations

import pandas

from benchmarks import local_relief
from openfisca_goodwork.audit.local import reform


def test_the_levers_kept_are_those_that_their_costings_give_and_a_moved_one_is_seen() -> None:
    now, kept = local_relief.made(), pandas.read_csv(reform.FILE)
    assert local_relief.away(now, kept) < local_relief.TOLERANCE
    moved = kept.assign(gain=kept["gain"] * (1 + 0.01 * (kept["lever"] == "retraining")))
    assert local_relief.away(now, moved) > local_relief.TOLERANCE
