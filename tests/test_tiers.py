"""The second and third tiers name files and tests that are there, so that a rename moves nothing to the first unseen."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import SECOND_TIER, THIRD_TIER

ROOT = Path(__file__).parent.parent


def test_every_entry_of_a_tier_is_a_folder_a_file_or_a_test_in_one():
    for entry in (*SECOND_TIER, *THIRD_TIER):
        path, _, name = entry.partition("::")
        assert (ROOT / path).exists(), entry
        assert not name or f"def {name.partition('[')[0]}(" in (ROOT / path).read_text(encoding="utf-8"), entry


def test_the_third_tier_is_part_of_the_second():
    assert [entry for entry in THIRD_TIER if not entry.startswith(SECOND_TIER)] == []
