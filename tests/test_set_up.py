"""Set-up by Make: an interrupted one is mended by the next, an old interpreter is refused in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Instead of Python: says its version as it is, makes an environment of stubs, and notes what is installed into it.
PYTHON = f"""#!/bin/sh
case "$*" in
-c*) exec {sys.executable} "$@" ;;
"-m venv"*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; cp "$0" "$3/bin/pip" ;;
"-m pip install"*) test ! -e broken || exit 1
    echo "$@" >> installed; printf '#!/bin/sh\necho "$@"\n' > .venv/bin/goodwork; chmod +x .venv/bin/goodwork ;;
*) exit 1 ;;
esac
"""
# Instead of uv: refuses a directory that is there, unless it is told to go on with it.
UV = """#!/bin/sh
case "$*" in
venv*--allow-existing*) mkdir -p .venv/bin; printf '#!/bin/sh\n' > .venv/bin/python; chmod +x .venv/bin/python ;;
venv*) test ! -e .venv || exit 2 ;;
"pip install"*) exec {python} -m "$@" ;;
esac
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="Make is not here")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, and stubs named `python3.11` and, in a folder of its own, `uv`."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "with-uv").mkdir()
    for name, text in (("python3.11", PYTHON), ("with-uv/uv", UV.format(python=tmp_path / "python3.11"))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make(checkout: Path, python: str, *, uv: bool) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*([str(checkout / "with-uv")] if uv else []), "/usr/bin", "/bin"])
    command = [str(shutil.which("make")), f"PYTHON={python}", "costing"]
    return subprocess.run(
        command, cwd=checkout, env={"PATH": path, "HOME": str(checkout)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("uv", [False, True], ids=["pip", "uv"])
def test_an_interrupted_set_up_is_mended_by_the_next(checkout: Path, *, uv: bool) -> None:
    for left_over in ("", "lib", "bin"):
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
        (checkout / ".venv" / left_over).mkdir(parents=True)
        done = make(checkout, str(checkout / "python3.11"), uv=uv)
        assert (done.returncode, done.stdout) == (0, "cost human-investment-super-deduction\n"), (left_over, done.stderr)
    shutil.rmtree(checkout / ".venv")
    (checkout / "broken").touch()
    assert make(checkout, str(checkout / "python3.11"), uv=uv).returncode
    (checkout / "broken").unlink()
    assert make(checkout, str(checkout / "python3.11"), uv=uv).returncode == 0


def test_an_old_python_or_none_is_refused_in_one_line_that_says_how_to_go_on(checkout: Path) -> None:
    (checkout / "python3.10").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (checkout / "python3.10").chmod(0o755)
    for python, said in ((str(checkout / "python3.10"), "is not Python 3.11 or later"), ("", "Python 3.11 is needed")):
        done = make(checkout, python, uv=False)
        assert done.returncode
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert said in done.stderr
        assert "make PYTHON=/path/to/python3.11 costing" in done.stderr
        assert not (checkout / ".venv").exists()
