"""What people read when a directory cannot be written."""

from __future__ import annotations

import errno
from pathlib import Path

from openfisca_goodwork.disk import unwritable


def test_a_full_disk_wants_space_and_a_forbidden_directory_another_one():
    full = unwritable(Path("out"), OSError(errno.ENOSPC, "No space left on device"), "name a directory that can be")
    assert full == "out cannot be written: No space left on device. Free some space, or name a directory that can be."
    forbidden = unwritable(Path("out"), OSError(errno.EACCES, "Permission denied"), "name a directory that can be")
    assert forbidden == "out cannot be written: Permission denied. Name a directory that can be."
