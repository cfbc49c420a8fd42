"""coughvid reads the published layout, leaves out what it is told to, and refuses a damaged tree."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from harness.api import DataError, DatasetContext
from harness.testing import DatasetContract
from tests.plugins.harness_cough.records import DATASETS
from tests.plugins.harness_cough.trees import HEADER, ROWS, coughvid_tree

RECORD = DATASETS["coughvid"]


def read(root: Path, **parameters):
    return RECORD.build(RECORD.parameters(**parameters), DatasetContext(root=root, cache_dir=root / "cache"))


def ids(root: Path, **parameters) -> list[str]:
    return [clip.id for clip in read(root, **parameters).clips()]


class TestContract(DatasetContract):
    record = RECORD

    @pytest.fixture(autouse=True)
    def _tree(self, tmp_path_factory):
        if self.root is None:
            type(self).root = tmp_path_factory.mktemp("corpus")
            coughvid_tree(self.root)


def test_labelled_recordings_that_are_coughs(tmp_path):
    directory = coughvid_tree(tmp_path)
    data = read(tmp_path)
    assert [(task.name, task.kind, task.classes) for task in data.tasks] == [
        ("status", "multiclass", ("healthy", "symptomatic", "COVID-19"))
    ]
    clips = list(data.clips())
    assert [(clip.id, clip.labels["status"]) for clip in clips] == [
        ("aa01", "healthy"),
        ("aa02", "COVID-19"),
        ("aa05", "symptomatic"),
        ("aa06", "symptomatic"),
    ]
    assert clips[0].path == directory / "aa01.ogg"
    assert soundfile.info(clips[0].path).subtype == "OPUS"
    assert [clip.covariates for clip in clips] == [
        {"age": 25.0, "gender": 0.0, "snr_db": 16.15},
        {"age": 28.0, "gender": 1.0, "snr_db": 7.5},
        {"age": 61.0, "gender": None, "snr_db": 3.25},
        {"age": None, "gender": None, "snr_db": None},
    ]


def test_options_leave_recordings_out(tmp_path):
    coughvid_tree(tmp_path)
    assert ids(tmp_path, min_cough_detected=0.79) == ["aa01", "aa02", "aa03", "aa05", "aa06"]
    assert ids(tmp_path, other_gender=False) == ["aa01", "aa02", "aa06"]
    assert ids(tmp_path, min_age_group=2) == ["aa01", "aa02"]  # the twenties
    assert ids(tmp_path, min_age_group=1) == ["aa01", "aa02", "aa05"]  # those with an age
    assert ids(tmp_path, min_age_group=1, age_group_years=5) == ["aa01", "aa02", "aa05"]
    with pytest.raises(DataError, match="no recording is left"):
        read(tmp_path, min_age_group=2, age_group_years=1)


def test_converted_files_come_first_and_webm_is_a_clip(tmp_path):
    directory = coughvid_tree(tmp_path)
    (directory / "aa01.ogg").rename(directory / "aa01.webm")
    soundfile.write(directory / "aa02.wav", [0.1] * 100, 8000)
    assert [clip.path.name for clip in read(tmp_path).clips()][:2] == ["aa01.webm", "aa02.wav"]


def test_columns_may_stand_anywhere(tmp_path):
    coughvid_tree(tmp_path, tuple(f"{i},{row}" for i, row in enumerate(ROWS)), "," + HEADER)
    assert ids(tmp_path) == ["aa01", "aa02", "aa05", "aa06"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("bb01,,0.9,1,,,30,male,,,healthy", r"csv:3: no audio file .*bb01 with one of .wav, .flac"),
        ("aa01,,0.9,1,,,30,male,,,healthy", r"csv:3: uuid 'aa01' is there twice"),
        ("../aa02,,0.9,1,,,30,male,,,healthy", r"csv:3: uuid '../aa02' is no name of a file"),
        ("aa02,,0.9,1,,,30,mail,,,healthy", r"csv:3: gender 'mail' is unknown \(did you mean 'male'\?\)"),
        ("aa02,,0.9,1,,,30,male,,,ill", r"csv:3: status 'ill' is unknown.*healthy, symptomatic, COVID-19"),
        ("aa02,,0.9,1,,,old,male,,,healthy", r"csv:3: age 'old' is not a finite number"),
        ("aa02,,yes,1,,,30,male,,,healthy", r"csv:3: cough_detected 'yes' is not a finite number"),
        ("aa02,,0.9,1,,,30,male,,", r"csv:3: 10 values for 11 columns"),
    ],
)
def test_a_damaged_row_is_refused(tmp_path, row, message):
    coughvid_tree(tmp_path, (ROWS[0], row))
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_a_damaged_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"coughvid 'public_dataset': .* does not exist"):
        read(tmp_path)
    coughvid_tree(tmp_path, header=HEADER.replace("uuid", "id"))
    with pytest.raises(DataError, match=r"metadata_compiled.csv:1: no column uuid; found: id, datetime"):
        read(tmp_path)
    coughvid_tree(tmp_path, ())
    with pytest.raises(DataError, match=r"metadata_compiled.csv has no rows"):
        read(tmp_path)
