"""The files of a costing: what is in them, and that they come whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import stat
import subprocess
import sys
from dataclasses import replace

import pandas
import pytest

from openfisca_goodwork import cost, disk
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import load, parse
from openfisca_goodwork.reports import files
from openfisca_goodwork.reports.costing_files import (
    CHART_FILES,
    NOTE,
    RECORD,
    TABLE,
    WORKBOOK,
    no_document,
    run_record,
    write_costing,
)
from openfisca_goodwork.reports.pictures import BOUNDED, NO_CHARTS
from openfisca_goodwork.version import model_version
from tests.reports.companies import MAIN, costed, three_companies


def names(directory):
    return sorted(file.name for file in directory.iterdir())


EVERY_FILE = (NOTE, WORKBOOK, TABLE, RECORD, *CHART_FILES)


@pytest.fixture(scope="module")
def written(result, tmp_path_factory):
    """The files of the costing, in a directory that was not there before."""
    return write_costing(result, tmp_path_factory.mktemp("costing") / "new" / "out")


def test_note_workbook_table_record_and_charts_are_written_into_a_new_directory(written):
    assert {file.name for file in written.files} == set(EVERY_FILE)
    assert names(written.files[0].parent) == sorted(EVERY_FILE)
    assert written.left_out == ()


def test_the_same_result_gives_the_same_bytes(result, written, tmp_path):
    write_costing(result, tmp_path)
    for file in written.files:
        assert file.read_bytes() == (tmp_path / file.name).read_bytes(), file.name


def test_a_reform_without_effect_has_its_files_too(nothing, tmp_path):
    assert {NOTE, WORKBOOK, TABLE, RECORD} <= {file.name for file in write_costing(nothing, tmp_path).files}


def test_the_table_reads_back_as_the_tidy_table(result, written):
    (table,) = (file for file in written.files if file.name == TABLE)
    pandas.testing.assert_frame_equal(pandas.read_csv(table), result.to_dataframe())


def test_the_record_says_everything_that_gives_the_result_again(result):
    record = json.loads(run_record(result))
    assert record["model_version"] == model_version()
    assert [reform["text"] for reform in record["reforms"]] == [load(MAIN).text]
    assert (record["baseline"], record["settings"]) == ([], [])
    assert (record["behaviour"], record["basis"]) == ("central", "accruals")
    assert record["years"] == result.financial_years
    assert record["assumptions"] == dict(result.assumptions)
    assert record["population"]["fingerprint"] == result.population.fingerprint
    assert record["result"] == result.to_dict()
    assert record["command"] == f"goodwork cost {MAIN} --years 2026-27:2031-32 --behaviour central"


def test_the_record_of_the_same_run_is_the_same_text(result):
    assert run_record(result) == run_record(cost(MAIN, population=three_companies()))


def test_the_command_names_the_file_of_a_reform_that_is_not_the_librarys():
    edited = load(MAIN).text.replace("0.30", "0.20")
    result = costed()
    mine = replace(parse(edited), file="./mine dir/human-investment-super-deduction.yaml")
    assert replace(result, reforms=(mine,)).command.startswith(
        "goodwork cost './mine dir/human-investment-super-deduction.yaml' --years"
    )


@pytest.mark.parametrize(
    ("library", "missing", "said"),
    [
        ("vl_convert", set(CHART_FILES), NO_CHARTS),
        ("docx", {NOTE}, no_document(NOTE)),
        ("xlsxwriter", {WORKBOOK}, no_document(WORKBOOK)),
    ],
)
def test_what_needs_a_library_that_is_missing_is_left_out_and_said_so(result, tmp_path, monkeypatch, library, missing, said):
    monkeypatch.setitem(sys.modules, library, None)
    written = write_costing(result, tmp_path)
    assert set(names(tmp_path)) == set(EVERY_FILE) - missing
    assert written.left_out == (said,)


def full_disk(*_arguments, **_options):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("name", ["replace", "fsync"])
def test_a_disk_that_fails_leaves_no_file_and_no_directory(result, tmp_path, monkeypatch, name):
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # pictures take longest, and fail no other way
    monkeypatch.setattr(os, name, full_disk)
    with pytest.raises(GoodworkError, match="No space left on device"):
        write_costing(result, tmp_path / "out")
    assert names(tmp_path) == []


def test_a_disk_that_fails_at_the_second_file_takes_the_first_away(tmp_path, monkeypatch):
    rename, calls = os.replace, []

    def second_fails(*arguments):
        calls.append(arguments)
        (full_disk if len(calls) > 1 else rename)(*arguments)

    monkeypatch.setattr(os, "replace", second_fails)
    with pytest.raises(GoodworkError):
        files.write_together(tmp_path, {"a": b"1", "b": b"2"})
    assert names(tmp_path) == []


def test_a_failure_keeps_the_files_of_an_earlier_run(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"earlier")
    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(GoodworkError):
        files.write_together(tmp_path, {"a": b"later"})
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"earlier"


def test_no_file_of_another_costing_stays_and_what_is_nobodys_does(result, tmp_path, monkeypatch):
    write_costing(result, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    write_costing(result, tmp_path)
    assert set(names(tmp_path)) == {NOTE, WORKBOOK, TABLE, RECORD, "notes.txt"}


def test_the_record_is_put_in_its_place_last(written):
    assert written.files[-1].name == RECORD


def test_files_of_two_runs_never_stand_together(tmp_path, monkeypatch):
    files.write_together(tmp_path, {"a": b"1", "b": b"1", "c": b"1"})
    rename = os.replace

    def watched(*arguments):
        rename(*arguments)
        seen.append({file.read_bytes() for file in tmp_path.iterdir() if not file.name.startswith(".")})

    seen = []
    monkeypatch.setattr(os, "replace", watched)
    files.write_together(tmp_path, {"a": b"2", "b": b"2"}, of_one_run=["a", "b", "c"])
    assert len(seen) == 5
    assert {b"1", b"2"} not in seen
    assert names(tmp_path) == ["a", "b"]


def test_a_disk_that_fails_half_way_gives_the_earlier_files_back(tmp_path, monkeypatch):
    files.write_together(tmp_path, {"a": b"1", "b": b"1"})
    rename, calls = os.replace, []

    def fourth_fails(*arguments):
        calls.append(arguments)
        (full_disk if len(calls) == 4 else rename)(*arguments)

    monkeypatch.setattr(os, "replace", fourth_fails)
    with pytest.raises(GoodworkError, match="No space left on device"):
        files.write_together(tmp_path, {"a": b"2", "b": b"2"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a": b"1", "b": b"1"}


KILLED = """
import os, signal, sys
from pathlib import Path
from openfisca_goodwork.reports import files
rename, left = os.replace, int(sys.argv[2])
def killed(*arguments):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    rename(*arguments)
os.replace = killed
files.write_together(Path(sys.argv[1]), {name: b"2" for name in "abr"}, "abcdr")
"""


def test_a_run_killed_between_two_files_leaves_none_of_another_run_and_no_record_of_what_is_not_whole(tmp_path):
    earlier, later = dict.fromkeys("abcdr", b"1"), dict.fromkeys("abr", b"2")
    for number in range(9):
        directory = tmp_path / str(number)
        files.write_together(directory, earlier, "abcdr")
        done = subprocess.run([sys.executable, "-c", KILLED, str(directory), str(number)], check=False)
        assert done.returncode == (-signal.SIGKILL if number < 8 else 0)
        left = {file.name: file.read_bytes() for file in directory.iterdir() if not file.name.startswith(".")}
        assert len(set(left.values())) <= 1, number
        assert "r" not in left or left in (earlier, later), number
        for corner in directory.glob(".*"):
            os.utime(corner, (0, 0))
        files.write_together(directory, later, "abcdr")  # the next run sweeps what the killed one left
        assert names(directory) == ["a", "b", "r"]


def test_what_a_living_process_is_writing_is_not_swept(tmp_path):
    with disk.aside(tmp_path) as corner:
        os.utime(corner, (0, 0))
        files.write_together(tmp_path, {"a": b"1"})
        assert corner.is_dir()
    assert names(tmp_path) == ["a"]


def test_files_have_the_mode_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        files.write_together(tmp_path, {"a": b"1"})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_charts_are_left_out_and_said_so_where_drawing_them_would_end_the_process(result, tmp_path, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (2 * 2**30, 2 * 2**30))
    written = write_costing(result, tmp_path)
    assert written.left_out == (BOUNDED,)
    assert set(names(tmp_path)) == {NOTE, WORKBOOK, TABLE, RECORD}


def test_a_pipe_or_a_directory_in_the_place_of_a_file_is_named_and_stays(tmp_path):
    os.mkfifo(tmp_path / "a")
    (tmp_path / "b").mkdir()
    for name, kind in (("a", "a pipe"), ("b", "a directory")):
        with pytest.raises(GoodworkError, match=f"{name} is {kind}, and a file is to be written there"):
            files.write_together(tmp_path, {name: b"1"})
    assert names(tmp_path) == ["a", "b"]


def test_the_record_holds_the_sums_of_all_other_files(written):
    *others, record = written.files
    assert json.loads(record.read_text())["files"] == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in others
    }


def test_a_name_of_255_bytes_is_written_and_a_longer_one_is_a_lesson(tmp_path):
    files.write_together(tmp_path, {"x" * 255: b"1"})
    assert names(tmp_path) == ["x" * 255]
    with pytest.raises(GoodworkError, match="is too long for the name of a file: 255 bytes at most"):
        files.write_together(tmp_path, {"x" * 256: b"1"})


def test_a_file_where_the_directory_should_be_is_a_lesson(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(GoodworkError, match="cannot be written"):
        files.write_together(tmp_path / "out", {"a": b""})
