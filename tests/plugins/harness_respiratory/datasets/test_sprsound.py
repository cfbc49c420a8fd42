"""sprsound2022 reads the published layouts, and refuses a damaged one with the file's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from harness.api import Clip, DataError, DatasetContext
from harness.data.decode import ClipDefect, decode
from harness.testing import DatasetContract
from harness_respiratory.components_data import DATASETS
from harness_respiratory.datasets.parameters import SprSoundParameters
from harness_respiratory.datasets.sprsound import SprSound
from tests.plugins.harness_respiratory.datasets.trees import SPRSOUND_LAYOUTS, sprsound

RECORD = next(record for record in DATASETS if record.name == "sprsound2022")


def read(root: Path, **parameters: Any) -> SprSound:
    return SprSound(SprSoundParameters(path=".", **parameters), DatasetContext(root=root, cache_dir=root))


def clips(root: Path, **parameters: Any) -> dict[str, Clip]:
    return {clip.id: clip for clip in read(root, **parameters).clips()}


@pytest.fixture(scope="class")
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    request.cls.root = sprsound(tmp_path_factory.mktemp("sprsound"))


@pytest.mark.usefixtures("tree")
class TestEvents(DatasetContract):
    record = RECORD
    parameters: ClassVar[dict[str, Any]] = {"path": "."}


@pytest.mark.usefixtures("tree")
class TestRecordings(DatasetContract):
    record = RECORD
    parameters: ClassVar[dict[str, Any]] = {"path": ".", "level": "recordings", "test": "inter"}


@pytest.mark.parametrize("layout", SPRSOUND_LAYOUTS)
def test_every_layout_gives_the_same_clips(tmp_path, layout):
    found = clips(sprsound(tmp_path, layout))
    assert len(found) == 10
    assert [clip.split for clip in found.values()] == ["train"] * 7 + ["test"] * 3


def test_the_record_names_the_tasks(tmp_path):
    assert tuple(task.name for task in read(sprsound(tmp_path)).tasks) == RECORD.tasks


def test_an_event(tmp_path):
    clip = clips(sprsound(tmp_path))["65058931_3.4_1_p3_1087#02"]
    assert clip.labels == {"event_type": "Rhonchi", "event_binary": "Adventitious"}
    assert (clip.start_s, clip.end_s) == (0.7, 1.0)
    assert clip.group == "65058931"
    assert clip.covariates == {"age": 3.4, "gender": 1.0}
    assert len(decode(clip).samples) == 2400


def test_recordings(tmp_path):
    found = clips(sprsound(tmp_path), level="recordings")
    labels = {name: tuple(clip.labels.values()) for name, clip in found.items()}
    assert labels == {
        "41217031_0.5_0_p1_12": ("CAS & DAS", "Adventitious"),
        "41217032_7.0_0_p4_13": ("Poor Quality", "Poor Quality"),
        "65058931_3.4_1_p2_1086": ("Normal", "Normal"),
        "65058931_3.4_1_p3_1087": ("CAS", "Adventitious"),
        "40890405_3.3_0_p3_3655": ("DAS", "Adventitious"),
        "65058931_3.4_1_p1_1090": ("Normal", "Normal"),
    }


def test_the_normal_class_is_the_first(tmp_path):
    root = sprsound(tmp_path)
    tasks = [*read(root).tasks, *read(root, level="recordings").tasks]
    assert [task.classes[0] for task in tasks] == ["Normal"] * 4


@pytest.mark.parametrize(("test", "patients"), [("inter", {"40890405"}), ("intra", {"65058931"})])
def test_one_test_part(tmp_path, test, patients):
    found = clips(sprsound(tmp_path), test=test)
    assert {clip.group for clip in found.values() if clip.split == "test"} == patients


@pytest.mark.parametrize(("start", "end"), [("500", "500"), ("700", "400"), ("900", "1500"), ("-20", "300")])
def test_an_event_that_is_not_in_its_recording_is_a_defect_with_its_name(tmp_path, start, end):
    root = sprsound(tmp_path)
    change(root, lambda notes: notes["event_annotation"][1].update(start=start, end=end))
    clip = clips(root)["65058931_3.4_1_p2_1086#01"]
    with pytest.raises(ClipDefect, match="wrong times"):
        decode(clip)


NOTE = "BioCAS2022/train2022_json/65058931_3.4_1_p2_1086.json"
WAV = "BioCAS2022/train2022_wav/65058931_3.4_1_p2_1086.wav"


def change(root: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    notes = json.loads((root / NOTE).read_text())
    edit(notes)
    (root / NOTE).write_text(json.dumps(notes))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda notes: notes.pop("record_annotation"), "no record_annotation; keys: event_annotation"),
        (
            lambda notes: notes.update(record_annotation="CAD"),
            "record_annotation 'CAD'.*allowed: Normal, CAS",
        ),
        (lambda notes: notes.update(record_annotation=["CAS"]), "record_annotation .*allowed: Normal, CAS"),
        (lambda notes: notes.pop("event_annotation"), "event_annotation must be a list, found None"),
        (
            lambda notes: notes["event_annotation"].append("Normal"),
            "event 2: an object with start, end and type",
        ),
        (
            lambda notes: notes["event_annotation"][0].pop("end"),
            "event 0: an object with start, end and type",
        ),
        (
            lambda notes: notes["event_annotation"][1].update(end="soon"),
            "event 1: end: 'soon' is not a time in ms",
        ),
        (
            lambda notes: notes["event_annotation"][1].update(end=None),
            "event 1: end: None is not a time in ms",
        ),
        (lambda notes: notes["event_annotation"][1].update(type="Weeze"), "event 1: type 'Weeze'.*Wheeze"),
    ],
)
def test_a_damaged_annotation_is_named(tmp_path, edit, message):
    root = sprsound(tmp_path)
    change(root, edit)
    with pytest.raises(DataError, match=rf"65058931_3\.4_1_p2_1086\.json: {message}"):
        read(root)


def test_an_annotation_that_is_no_json_is_named_with_its_place(tmp_path):
    root = sprsound(tmp_path)
    (root / NOTE).write_text('{"record_annotation": "Normal",\n "event_annotation": [')
    with pytest.raises(DataError, match=r"1086\.json:2:\d+: not JSON"):
        read(root)
    (root / NOTE).write_text("[]")
    with pytest.raises(DataError, match=r"1086\.json: a JSON object is expected, found list"):
        read(root)


def test_missing_files_are_named(tmp_path):
    (sprsound(tmp_path / "a") / WAV).unlink()
    with pytest.raises(DataError, match=r"1086\.json: its recording .*1086\.wav is not there"):
        read(tmp_path / "a")
    (sprsound(tmp_path / "b") / NOTE).unlink()
    with pytest.raises(DataError, match=r"1086\.wav has no annotation .*1086\.json"):
        read(tmp_path / "b")
    test = sprsound(tmp_path / "c") / "BioCAS2022/test2022_json/inter_test_json/40890405_3.3_0_p3_3655.json"
    test.unlink()
    with pytest.raises(DataError, match=r"40890405_3\.3_0_p3_3655\.wav has no annotation"):
        read(tmp_path / "c")


def test_missing_directories_are_named(tmp_path):
    with pytest.raises(
        DataError, match=r"no directory train2022_json or train_classification_json or train_json"
    ):
        read(tmp_path)
    with pytest.raises(DataError, match=r"sprsound2022 'nowhere': .* does not exist"):
        SprSound(SprSoundParameters(path="nowhere"), DatasetContext(root=tmp_path, cache_dir=tmp_path))
    (tmp_path / "train2022_json").mkdir()
    with pytest.raises(DataError, match=r"test2022_wav is not a directory"):
        read(tmp_path)


@pytest.mark.parametrize(
    "name", ["65058931_3.4_1_p2", "65058931_old_1_p2_1086", "65058931_3.4_2_p2_1086", "65058931_-1_1_p2_1086"]
)
def test_a_name_of_another_form_is_named(tmp_path, name):
    root = sprsound(tmp_path)
    for place in (WAV, NOTE):
        old = root / place
        old.rename(old.with_name(name + old.suffix))
    with pytest.raises(DataError, match=rf"{name}\.wav: the name is not patient_age_gender_location_number"):
        read(root)
