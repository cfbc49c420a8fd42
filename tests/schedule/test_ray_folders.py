import json
from pathlib import Path

import pytest

from harness.errors import DataError
from harness.schedule import ray_shelf
from harness.schedule.ray_folders import Folders, as_text
from harness.schedule.ray_shelf import listing


@pytest.fixture
def bank(tmp_path) -> Path:
    folder = tmp_path / "banks" / "b4nk"
    folder.mkdir(parents=True)
    (folder / "features.npy").write_bytes(bytes(range(200)))
    (folder / "index.json").write_text("{}")
    (folder / "empty").touch()
    return folder


class Parent:
    """The parent's side without Ray: counts what is fetched."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, folder: str):
        self.asked.append(folder)
        pieces = list(ray_shelf._read(Path(folder)))
        return [name for name, _ in pieces], [lambda piece=piece: piece for _, piece in pieces]


def unit(bank: Path) -> dict:
    data = {"catalogs": {"tones": str(bank)}, "banks": {"tones": str(bank)}, "fold": 0}
    return {"key": "k", "spec": {"lr": 0.1}, "data": data}


def placed(folders: Folders, what: dict) -> dict:
    return folders.on_this_node(json.loads(as_text(what, {})))


def test_a_path_that_the_node_sees_is_used(bank, tmp_path) -> None:
    parent = Parent()
    assert placed(Folders(tmp_path / "node", "auto", parent.fetch), unit(bank)) == unit(bank)
    assert parent.asked == []


def test_a_folder_is_copied_once_and_whole(bank, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(ray_shelf, "PIECE_BYTES", 64)  # the array travels in four pieces
    parent, copies = Parent(), tmp_path / "node"
    for _ in range(2):  # two workers of a node
        found = placed(Folders(copies, "object_store", parent.fetch), unit(bank))["data"]
        assert found["banks"]["tones"] == found["catalogs"]["tones"] == str(copies / "b4nk")
    assert parent.asked == [str(bank)]
    assert {path.name: path.read_bytes() for path in (copies / "b4nk").iterdir()} == {
        path.name: path.read_bytes() for path in bank.iterdir()
    }


def test_packs_are_placed_unit_by_unit(bank, tmp_path) -> None:
    pack = {"key": "p", "pack": [unit(bank), unit(bank)]}
    found = placed(Folders(tmp_path / "node", "object_store", Parent().fetch), pack)
    assert {one["data"]["banks"]["tones"] for one in found["pack"]} == {str(tmp_path / "node" / "b4nk")}


def test_units_without_data_stay_as_they_are(tmp_path) -> None:
    assert placed(Folders(tmp_path, "auto", Parent().fetch), {"key": "k", "do": "it"}) == {
        "key": "k",
        "do": "it",
    }


def test_a_relative_path_is_the_parents(bank, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.loads(as_text(unit(bank.relative_to(tmp_path)), {}))
    assert text["data"]["banks"]["tones"] == str(bank)
    assert text["folders"] == {str(bank): listing(bank)}


def test_a_folder_that_is_not_whole_is_not_taken_for_the_same(bank, tmp_path) -> None:
    text, parent = as_text(unit(bank), {}), Parent()
    (bank / "index.json").unlink()
    with pytest.raises(DataError, match="changed while it was copied"):
        Folders(tmp_path / "node", "auto", parent.fetch).on_this_node(json.loads(text))
    assert not (tmp_path / "node" / "b4nk").exists()


def test_without_a_shared_path_the_error_says_what_helps(bank, tmp_path) -> None:
    text = as_text(unit(bank), {})
    bank.rename(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="transfer: auto"):
        Folders(tmp_path / "node", "shared", Parent().fetch).on_this_node(json.loads(text))


def test_a_copy_that_somebody_damaged_is_not_used(bank, tmp_path) -> None:
    folders = Folders(tmp_path / "node", "object_store", Parent().fetch)
    placed(folders, unit(bank))
    (tmp_path / "node" / "b4nk" / "index.json").write_text("short")
    with pytest.raises(DataError, match="remove it"):
        placed(Folders(tmp_path / "node", "object_store", Parent().fetch), unit(bank))
