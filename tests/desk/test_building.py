"""A population built in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from openfisca_goodwork.desk import building
from openfisca_goodwork.population import store
from openfisca_goodwork.system import current_law
from tests.screens.conftest import IS_KEPT


class CancelledError(Exception):
    """What a visitor's cancelling looks like from here."""


@pytest.fixture
def child(monkeypatch, tmp_path):
    """Has the process run other code, and gives the file in which that may write."""
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(building, "is_kept", IS_KEPT)

    def runs(code):
        monkeypatch.setattr(building, "_CHILD", f"from pathlib import Path\nfile = Path({str(tmp_path / 'out')!r})\n{code}")
        return tmp_path / "out"

    return runs


def test_the_stages_of_the_building_are_told(child):
    child("print('[\"weights\", 0.5]', flush=True)\nprint('[\"years\", 0.9]')")
    told = []
    building.ensure(lambda *said: told.append(said))
    assert [said for said in dict.fromkeys(told) if said[1]] == [("weights", 0.5), ("years", 0.9)]


def test_a_building_is_cancelled_in_its_midst_and_its_process_is_gone(child):
    out = child("import os, time\nfile.write_text(str(os.getpid()))\ntime.sleep(60)\nfile.write_text('built')")

    def cancel(_stage, _done):
        if out.exists() and out.read_text():
            raise CancelledError

    with pytest.raises(CancelledError):
        building.ensure(cancel)
    assert out.read_text() != "built"
    with pytest.raises(ProcessLookupError):
        os.kill(int(out.read_text()), 0)


BUILD = "import sys\nsys.argv[1:] = ['[\"latest\", []]']\nfrom openfisca_goodwork.desk import building\n{}building.build()"


def test_a_building_ends_with_the_process_that_began_it(tmp_path):
    environment = os.environ | {"GOODWORK_CACHE": str(tmp_path)}
    command = [sys.executable, "-c", BUILD.format("")]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, stdout=subprocess.DEVNULL)
    child.stdin.close()
    assert child.wait(timeout=60) == 1


def test_a_building_that_is_done_ends_well_while_its_input_is_open():
    code = BUILD.format("building.population.load = lambda *_asked, **_more: None\n")
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert (child.wait(timeout=60), child.stderr.read()) == (0, b"")


def test_what_is_kept_is_not_built_again(child, tmp_path):
    out = child("file.write_text('built')")
    entry = tmp_path / "cache" / f"population-default-{store.fingerprint(current_law())[:16]}.npz"
    entry.parent.mkdir()
    assert not building.is_kept()
    entry.touch()
    assert building.is_kept()
    assert not building.is_kept(settings=("assumptions.base.losses.entry@2000-01-01=0.13",))
    building.ensure(lambda *_said: None)
    assert not out.exists()


def test_nothing_is_built_apart_where_it_could_not_be_kept(child, tmp_path):
    out = child("file.write_text('built')")
    (tmp_path / "cache").touch()
    building.ensure(lambda *_said: None)
    assert not out.exists()
