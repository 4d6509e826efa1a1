"""Runs ``openfisca test`` the way a user does: a process of its own, on a file in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_yaml(text: str, folder: Path, country: str = "openfisca_goodwork") -> subprocess.CompletedProcess[str]:
    """Write a YAML test into an empty folder and run it."""
    file = folder / "case.yaml"
    file.write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).parent / "openfisca"), "test", "-c", country, str(file)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
