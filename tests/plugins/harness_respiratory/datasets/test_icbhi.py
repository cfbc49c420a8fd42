"""icbhi2017 reads the published layouts, and refuses a damaged one with the file's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from harness.api import Clip, DataError, DatasetContext
from harness.data.decode import ClipDefect, decode
from harness.testing import DatasetContract
from harness_respiratory.components_data import DATASETS
from harness_respiratory.datasets.icbhi import Icbhi
from harness_respiratory.datasets.parameters import IcbhiParameters
from tests.plugins.harness_respiratory.datasets.trees import icbhi

RECORD = next(record for record in DATASETS if record.name == "icbhi2017")


def read(root: Path, **parameters: Any) -> Icbhi:
    return Icbhi(IcbhiParameters(path=".", **parameters), DatasetContext(root=root, cache_dir=root))


def clips(root: Path, **parameters: Any) -> dict[str, Clip]:
    return {clip.id: clip for clip in read(root, **parameters).clips()}


@pytest.fixture(scope="class")
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    request.cls.root = icbhi(tmp_path_factory.mktemp("icbhi"))


@pytest.mark.usefixtures("tree")
class TestCycles(DatasetContract):
    record = RECORD
    parameters: ClassVar[dict[str, Any]] = {"path": "."}


@pytest.mark.usefixtures("tree")
class TestRecordings(DatasetContract):
    record = RECORD
    parameters: ClassVar[dict[str, Any]] = {"path": ".", "level": "recordings"}


def test_the_record_names_the_tasks(tmp_path):
    assert tuple(task.name for task in read(icbhi(tmp_path)).tasks) == RECORD.tasks


@pytest.mark.parametrize("passed_on", [False, True])
def test_cycles(tmp_path, passed_on):
    found = clips(icbhi(tmp_path, passed_on))
    assert {name: clip.labels["cycle_type"] for name, clip in found.items()} == {
        "101_1b1_Al_sc_Meditron#00": "normal",
        "101_1b1_Al_sc_Meditron#01": "crackle",
        "102_1b1_Ar_sc_Litt3200#00": "wheeze",
        "102_1b1_Ar_sc_Litt3200#01": "both",
        "156_2b3_Al_mc_AKGC417L#00": "normal",
        "156_5b3_Ar_mc_AKGC417L#00": "normal",
        "226_1b1_Pl_sc_LittC2SE#00": "crackle",
    }
    assert all(
        (clip.labels["cycle_binary"] == "normal") == (clip.labels["cycle_type"] == "normal")
        for clip in found.values()
    )


def test_a_cycle(tmp_path):
    clip = clips(icbhi(tmp_path))["102_1b1_Ar_sc_Litt3200#01"]
    assert (clip.start_s, clip.end_s, clip.group, clip.split) == (0.4, 0.9, "102", "test")
    assert len(decode(clip).samples) == 4000


@pytest.mark.parametrize("passed_on", [False, True])
def test_diagnoses_of_recordings(tmp_path, passed_on):
    data = read(icbhi(tmp_path, passed_on), level="recordings")
    assert data.tasks[0].classes == ("Healthy", "URTI", "COPD", "Pneumonia")
    assert [clip.labels["diagnosis"] for clip in data.clips()] == [
        "URTI",
        "Healthy",
        "COPD",
        "COPD",
        "Pneumonia",
    ]


def test_a_recording_under_another_equipments_name_has_its_part(tmp_path):
    assert clips(icbhi(tmp_path))["226_1b1_Pl_sc_LittC2SE#00"].split == "train"


def test_patients_of_both_parts_can_be_left_out_of_the_test(tmp_path):
    found = clips(icbhi(tmp_path), shared_patients="drop")
    assert "156_2b3_Al_mc_AKGC417L#00" in found
    assert "156_5b3_Ar_mc_AKGC417L#00" not in found
    parts = {
        part: {clip.group for clip in found.values() if clip.split == part} for part in ("train", "test")
    }
    assert not parts["train"] & parts["test"]


def test_without_a_split(tmp_path):
    root = icbhi(tmp_path)
    (root / "ICBHI_challenge_train_test.txt").unlink()
    assert {clip.split for clip in clips(root, split_file=None).values()} == {None}
    with pytest.raises(DataError, match=r"none of .*ICBHI_challenge_train_test\.txt"):
        read(root)


def test_a_cycle_that_is_not_in_its_recording_is_a_defect(tmp_path):
    root = icbhi(tmp_path)
    (root / "ICBHI_final_database/101_1b1_Al_sc_Meditron.txt").write_text("0.5\t0.5\t0\t0\n0.5\t1.5\t0\t0\n")
    for name in ("101_1b1_Al_sc_Meditron#00", "101_1b1_Al_sc_Meditron#01"):
        with pytest.raises(ClipDefect, match="wrong times"):
            decode(clips(root)[name])


TEXT = "ICBHI_final_database/101_1b1_Al_sc_Meditron.txt"
SPLIT = "ICBHI_challenge_train_test.txt"
DIAGNOSIS = "ICBHI_Challenge_diagnosis.txt"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (
            TEXT,
            "0.1\t0.5\t0\t0\n0.5\t0.9\t2\t0\n",
            r"Meditron\.txt:2: start, end, crackles and wheezes .* '0.5 0.9 2 0'",
        ),
        (TEXT, "0.1\t0.5\t0\n", r"Meditron\.txt:1: start, end"),
        (TEXT, "0.1\tnan\t0\t0\n", r"Meditron\.txt:1: start, end"),
        (TEXT, "\n", r"Meditron\.txt is empty"),
        (
            SPLIT,
            "101_1b1_Al_sc_Meditron\tdev\n",
            r"train_test\.txt:1: a recording and train or test are expected",
        ),
        (
            SPLIT,
            "101_1b1_Al_sc_Meditron train\n" * 2,
            r"train_test\.txt:2: recording 101_1b1_Al_sc_Meditron is there twice",
        ),
        (
            SPLIT,
            "101_1b1_Al_sc_Meditron train\n",
            r"train_test\.txt: recording 102_1b1_Ar_sc_Litt3200 is not in the list",
        ),
        (
            SPLIT,
            "900_1b1_Al_sc_Meditron train\n",
            r"train_test\.txt: recording 900_1b1_Al_sc_Meditron .* is not there",
        ),
        (DIAGNOSIS, "101\tHealty\n", r"diagnosis\.txt:1: diagnosis 'Healty'.*Healthy"),
        (
            DIAGNOSIS,
            "101\tURTI\n",
            r"diagnosis\.txt: patient 102 \(recording 102_1b1_Ar_sc_Litt3200\) has no diagnosis",
        ),
        (DIAGNOSIS, "Meditron\tURTI\n", r"diagnosis\.txt:1: a patient and a diagnosis are expected"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, file, text, message):
    root = icbhi(tmp_path)
    (root / file).write_text(text)
    with pytest.raises(DataError, match=message):
        read(root, level="recordings")


def test_missing_files_are_named(tmp_path):
    root = icbhi(tmp_path)
    (root / TEXT).unlink()
    with pytest.raises(DataError, match=r"cannot read .*101_1b1_Al_sc_Meditron\.txt"):
        read(root)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty has no \.wav files"):
        read(tmp_path / "empty")


def test_a_name_of_another_form_is_named(tmp_path):
    root = icbhi(tmp_path)
    (root / TEXT).with_suffix(".wav").rename(root / "ICBHI_final_database/101_left.wav")
    with pytest.raises(
        DataError, match=r"101_left\.wav: the name is not patient_index_location_mode_equipment"
    ):
        read(root)
