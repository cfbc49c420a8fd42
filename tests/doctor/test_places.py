"""Unreadable corpora and full disks are found before a study meets them."""

from __future__ import annotations

import errno
import os
from types import SimpleNamespace

from harness.doctor import places
from harness.doctor.places import check_data_root, check_writable


def test_a_full_disk_is_a_problem(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(places.os, "fsync", full)
    finding = check_writable("cache", tmp_path, "choose another place")
    assert finding.status == "problem"
    assert finding.found == f"{tmp_path}: cannot be written: No space left on device"
    assert finding.advice == "choose another place"


def test_little_space_is_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(places.shutil, "disk_usage", lambda place: SimpleNamespace(free=2**29))
    finding = check_writable("results", tmp_path, "choose another place")
    assert finding.status == "note"
    assert "0.50 GiB free" in finding.found


def test_a_directory_that_will_be_made_is_looked_at_where_it_will_be(tmp_path, monkeypatch):
    monkeypatch.setattr(places.shutil, "disk_usage", lambda place: SimpleNamespace(free=2**40))
    assert check_writable("results", tmp_path / "a" / "b", "x").status == "ok"
    assert not list(tmp_path.iterdir())


def test_a_data_root_that_is_not_there(tmp_path):
    finding = check_data_root(tmp_path / "none")
    assert finding.status == "problem"
    assert "does not exist" in finding.found
    assert "--data-root" in finding.advice


def test_a_data_root_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "is not a directory" in check_data_root(tmp_path / "file").found


def test_a_data_root_without_access(tmp_path, monkeypatch):
    def denied(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(places.Path, "iterdir", denied)
    finding = check_data_root(tmp_path)
    assert finding.status == "problem"
    assert "cannot be read: Permission denied" in finding.found


def test_folders_without_access_are_named(tmp_path, monkeypatch):
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(places.os, "access", lambda path, mode: path.name != "shut" and mode == os.R_OK)
    finding = check_data_root(tmp_path)
    assert finding.status == "problem"
    assert "no access to shut" in finding.found
    assert finding.advice == f"chmod -R u+rX {tmp_path}"


def test_a_readable_data_root_lists_its_folders(tmp_path):
    for number in range(8):
        (tmp_path / f"corpus{number}").mkdir()
    finding = check_data_root(tmp_path)
    assert finding.status == "ok"
    assert "8 folders (corpus0, corpus1, corpus2, corpus3, corpus4, corpus5, …)" in finding.found


def test_no_data_root_is_a_note():
    assert check_data_root(None).status == "note"
