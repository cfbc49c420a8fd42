"""What takes space is told, and only what is asked is freed; what others use stays."""

import json
import os
import time

import pytest
from filelock import FileLock

from harness.cli.clean import size
from harness.cli.main import main
from harness.data.cache import building, new_directory
from harness.data.usage import InUse
from harness.errors import StudyDirectoryError, StudyLockedError
from harness.ledgers.cache_space import BANKS, CATALOGS, DATASETS, LEFTOVERS
from harness.ledgers.clean import Asked, clean_study
from harness.ledgers.space import CHECKPOINTS, KEPT, PARTIAL, STATE
from harness.schedule.directory import LOCK
from tests.ledgers.made import CONFIG, files, run

KEYS = [str(number) * 24 for number in range(8)]
OLD = time.time() - 60 * 86400


def write(path, n_bytes, at=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * n_bytes)
    if at is not None:
        os.utime(path, (at, at))
        os.utime(path.parent, (at, at))
    return path


@pytest.fixture
def cache(tmp_path):
    """Two old banks and a new one, an old catalog, an old data set, a killed build, and what is none of these."""
    root = tmp_path / "cache"
    for key, at in ((KEYS[0], OLD), (KEYS[1], OLD), (KEYS[2], None)):
        write(root / "banks" / key / "features.npy", 100, at)
        (root / "banks" / f"{key}.lock").touch()
    write(root / "catalogs" / f"{KEYS[3]}-notes" / "clips.parquet", 10, OLD)
    write(root / "datasets" / "notes" / "notes-abc" / "00000.wav", 1000, OLD)
    with building(root / "banks" / KEYS[4]):
        left = new_directory(root / "banks" / KEYS[4])
    write(left / "features.npy", 7)
    write(root / "banks" / "mine" / "thesis.txt", 5, OLD)
    return root


@pytest.fixture
def study(tmp_path, cache):
    """A study with a checkpoint, a network, a state and drafts."""
    directory = tmp_path / "study"
    run(directory, "a", config=CONFIG | {"data": {"options": {"cache_dir": str(cache)}}})
    write(directory / "checkpoints" / KEYS[5] / "3" / "state.json", 20)
    write(directory / "checkpoints" / KEYS[5] / "writing-99" / "state.json", 2)
    write(directory / "networks" / KEYS[6] / "step_00000001.safetensors", 30)
    write(directory / "networks" / KEYS[6] / "network.json.abc.writing", 3)
    write(directory / "states" / f"{KEYS[7]}.safetensors", 40)
    write(directory / "tables" / "gains.parquet", 50)
    write(directory / "tables" / ".gains.parquet.x1", 4)
    write(directory / ".report.html.1.partial", 1, OLD)
    return directory


def parts(found):
    return {part["part"]: part for part in found["parts"]}


def taken(found, what="n_bytes"):
    return {name: part[what] for name, part in parts(found).items() if part[what]}


def test_everything_is_told_and_nothing_is_touched(study, cache):
    before = files(study), sorted(cache.rglob("*"))  # reading a file of the cache would be a use
    found = clean_study(study, Asked(checkpoints=True, kept=True, cache=True))
    assert taken(found) == {
        CHECKPOINTS: 20, KEPT: 30, STATE: 40, PARTIAL: 2 + 3 + 4 + 1, BANKS: 300, CATALOGS: 10, DATASETS: 1000,
        LEFTOVERS: 7,
    }  # fmt: skip
    assert taken(found, "asked_bytes") == taken(found) | {BANKS: 200}
    assert found["freed_bytes"] == 0
    after = {name: found for name, found in files(study).items() if "ledger.sqlite-" not in name}
    assert (after, sorted(cache.rglob("*"))) == before


def test_without_flags_only_drafts_are_freed(study):
    found = clean_study(study, Asked(yes=True))
    assert taken(found, "freed_bytes") == {PARTIAL: 10}
    left = {path for path in files(study) if "ledger" not in path and "study.lock" not in path}
    assert left == {
        f"checkpoints/{KEYS[5]}/3/state.json",
        f"networks/{KEYS[6]}/step_00000001.safetensors",
        f"states/{KEYS[7]}.safetensors",
        "tables/gains.parquet",
    }


@pytest.mark.parametrize(
    ("asked", "freed"),
    [
        (Asked(checkpoints=True, yes=True), {CHECKPOINTS: 20}),
        (Asked(kept=True, yes=True), {KEPT: 30, STATE: 40}),
    ],
)
def test_what_is_asked_is_freed_and_ledger_and_tables_stay(study, asked, freed):
    before = files(study)
    found = clean_study(study, asked)
    assert taken(found, "freed_bytes") == freed | {PARTIAL: 10}
    for name in ("ledger.sqlite", "tables/gains.parquet"):
        assert files(study)[name] == before[name]


def test_only_what_was_not_used_for_so_long_is_freed_of_the_cache(study, cache):
    found = clean_study(study, Asked(cache=True, yes=True))
    assert taken(found, "freed") == {BANKS: 2, CATALOGS: 1, DATASETS: 1, LEFTOVERS: 1, PARTIAL: 4}
    assert sorted(path.name for path in (cache / "banks").iterdir() if path.is_dir()) == [KEYS[2], "mine"]
    assert (cache / "banks" / "mine" / "thesis.txt").exists()
    assert (study / "networks" / KEYS[6]).exists()


def test_another_time_is_for_all_that_is_asked(study, cache):
    found = clean_study(study, Asked(cache=True, checkpoints=True, older_than_s=90 * 86400, yes=True))
    assert taken(found, "freed") == {LEFTOVERS: 1, PARTIAL: 4}
    found = clean_study(study, Asked(cache=True, checkpoints=True, older_than_s=0, yes=True))
    assert taken(found, "freed") == {BANKS: 3, CATALOGS: 1, DATASETS: 1, CHECKPOINTS: 1}


def test_an_entry_that_a_study_reads_stays(study, cache):
    with InUse() as used:
        used.hold([cache / "banks" / KEYS[0]])
        assert parts(clean_study(study, Asked(cache=True)))[BANKS]["in_use"] == 1
        found = parts(clean_study(study, Asked(cache=True, yes=True)))[BANKS]
    assert (found["asked"], found["in_use"], found["freed"]) == (2, 1, 1)
    assert (cache / "banks" / KEYS[0] / "features.npy").exists()
    assert parts(clean_study(study, Asked(cache=True, yes=True)))[BANKS]["freed"] == 1


def test_what_is_being_built_is_no_leftover(study, cache):
    with FileLock(cache / "banks" / f"{KEYS[4]}.lock"):
        found = parts(clean_study(study, Asked(cache=True, yes=True)))[LEFTOVERS]
    assert (found["in_use"], found["freed"]) == (1, 0)


def test_links_are_left_alone(study, cache, tmp_path):
    precious = write(tmp_path / "precious" / "x", 9, OLD)
    (cache / "banks" / KEYS[5]).symlink_to(precious.parent)
    (study / "networks" / KEYS[5]).symlink_to(precious.parent)
    (study / "networks" / KEYS[6] / "step_2.safetensors").symlink_to(precious)
    clean_study(study, Asked(kept=True, cache=True, older_than_s=0, yes=True))
    assert precious.read_bytes() == b"x" * 9
    assert (study / "networks" / KEYS[5]).is_symlink()
    assert not (study / "networks" / KEYS[6]).exists()


def test_a_folder_of_links_is_left_alone(study, tmp_path):
    (tmp_path / "elsewhere" / KEYS[1]).mkdir(parents=True)
    (study / "networks").rename(study / "moved")
    (study / "networks").symlink_to(tmp_path / "elsewhere")
    clean_study(study, Asked(kept=True, yes=True))
    assert (tmp_path / "elsewhere" / KEYS[1]).is_dir()


def test_a_study_that_is_written_is_told_of_and_not_freed(study):
    with FileLock(study / LOCK):
        assert taken(clean_study(study, Asked(kept=True)))[KEPT] == 30
        with pytest.raises(StudyLockedError, match="nothing is freed"):
            clean_study(study, Asked(kept=True, yes=True))
    assert (study / "networks" / KEYS[6]).exists()


def test_no_study(tmp_path):
    with pytest.raises(StudyDirectoryError, match="no study here"):
        clean_study(tmp_path, Asked(yes=True))


def test_the_command_tells_and_frees(study, capsys):
    assert main(["study", "clean", str(study), "--kept", "--older-than", "0d"]) == 0
    told = capsys.readouterr().out
    assert "nothing is freed yet; --yes frees what is asked: 80 B" in told
    assert main(["study", "clean", str(study), "--kept", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["freed_bytes"] == 80
    assert main(["study", "clean", str(study), "--yes"]) == 0
    assert "freed: 0 B" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["30", "d", "-1d", "1y"])
def test_times_that_are_none(study, capsys, text):
    assert main(["study", "clean", str(study), f"--older-than={text}"]) == 2
    assert "12h or 30d" in capsys.readouterr().err


def test_sizes():
    assert [size(n) for n in (0, 999, 1000, 1_234_567, 2 * 10**10, 10**15)] == [
        "0 B", "999 B", "1 kB", "1.23 MB", "20 GB", "1e+03 TB",
    ]  # fmt: skip
