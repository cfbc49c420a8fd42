"""Archives are not trusted."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from harness.corpora.unpack import unpack
from harness.errors import DataError


def zipped(path: Path, files: dict[str, bytes], modes: dict[str, int] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (modes or {}).get(name, 0) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def tarred(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def tar_member(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = ""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, data


def there(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_files_and_folders_come_out(tmp_path) -> None:
    files = {"a/": b"", "a/b.wav": b"sound", "c.csv": b"text"}
    archive = zipped(tmp_path / "a.zip", files)
    assert unpack(archive, tmp_path / "out", at_most=100) == 9
    assert there(tmp_path / "out") == {"a/b.wav": b"sound", "c.csv": b"text"}


def test_a_tar_archive_comes_out(tmp_path) -> None:
    archive = tarred(tmp_path / "a.tar.gz", [tar_member("./a/b.wav", b"sound"), tar_member("c", b"")])
    assert unpack(archive, tmp_path / "out", at_most=100) == 5
    assert there(tmp_path / "out") == {"a/b.wav": b"sound", "c": b""}


def test_another_file_is_copied(tmp_path) -> None:
    (tmp_path / "labels.csv").write_text("a,b\n")
    unpack(tmp_path / "labels.csv", tmp_path / "out", at_most=100)
    assert there(tmp_path / "out") == {"labels.csv": b"a,b\n"}


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "C:/evil", "a\\..\\..\\evil", "\\evil"])
def test_a_name_that_leads_out_is_refused(tmp_path, name) -> None:
    for archive in (
        zipped(tmp_path / "a.zip", {name: b"x"}),
        tarred(tmp_path / "a.tar.gz", [tar_member(name)]),
    ):
        with pytest.raises(DataError, match="leads out of the folder"):
            unpack(archive, tmp_path / "deep" / "out", at_most=100)
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_of_a_tar_are_refused(tmp_path, kind) -> None:
    archive = tarred(tmp_path / "a.tar.gz", [tar_member("inner", b"", kind, "/etc/passwd")])
    with pytest.raises(DataError, match="'inner' is a link or a device"):
        unpack(archive, tmp_path / "out", at_most=100)


def test_links_of_a_zip_are_refused(tmp_path) -> None:
    archive = zipped(tmp_path / "a.zip", {"inner": b"/etc/passwd"}, {"inner": stat.S_IFLNK | 0o777})
    with pytest.raises(DataError, match="'inner' is a link or a device"):
        unpack(archive, tmp_path / "out", at_most=100)


def test_a_bomb_is_stopped_while_it_is_unpacked(tmp_path) -> None:
    archive = zipped(tmp_path / "a.zip", {"zeros": bytes(30_000_000)})
    with pytest.raises(DataError, match="more than 2000000 bytes come out"):
        unpack(archive, tmp_path / "out", at_most=2_000_000)
    assert sum(path.stat().st_size for path in (tmp_path / "out").iterdir()) <= 2_000_000


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_twice_is_refused(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.wav", b"1")
        archive.writestr("a.wav", b"2")
    with pytest.raises(DataError, match=r"a\.wav is in it twice"):
        unpack(tmp_path / "a.zip", tmp_path / "out", at_most=100)


def test_a_damaged_archive_is_told(tmp_path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": bytes(range(256)) * 100})
    data = bytearray(archive.read_bytes())
    data[40:60] = bytes(20)
    archive.write_bytes(data)
    with pytest.raises(DataError, match=r"is damaged|cannot be unpacked"):
        unpack(archive, tmp_path / "out", at_most=100_000)
