import os
import wave

import numpy as np
import pytest
import soundfile

from harness.api import DataError, PluginError
from harness_demo import libraries, rendered
from tests.plugins.harness_demo.helpers import hashes, tones


def test_clips_have_path_labels_and_groups(tmp_path):
    clips = list(tones(tmp_path).clips())
    assert [clip.id for clip in clips] == ["00000", "00001", "00002", "00003", "00004"]
    assert [clip.labels["tone"] for clip in clips] == ["300", "600", "300", "600", "300"]
    assert [clip.group for clip in clips] == ["g0", "g1", "g2", "g0", "g1"]
    samples, rate = soundfile.read(clips[1].path, dtype="int16")
    assert (samples.shape, rate) == ((16000,), 16000)
    assert np.abs(np.fft.rfft(samples)).argmax() == 600


def test_same_bytes_in_another_folder_and_for_more_clips(tmp_path):
    few = hashes(tones(tmp_path / "a"))
    many = hashes(tones(tmp_path / "b", n_clips=9))
    assert {clip: many[clip] for clip in few} == few
    assert len(set(many.values())) == 9


def test_more_clips_render_only_what_is_new(tmp_path):
    list(tones(tmp_path).clips())
    longer = tones(tmp_path, n_clips=8)
    list(longer.clips())
    assert longer.rendered == 3


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"snr_db": (0.0, 1.0)}, {"sample_rate": 8000}, {"clip_s": 0.5}]
)
def test_every_other_parameter_has_its_own_folder(tmp_path, change):
    assert tones(tmp_path).directory != tones(tmp_path, **change).directory
    assert tones(tmp_path).directory == tones(tmp_path, n_clips=77).directory


def test_folder_depends_on_library_versions_and_code(tmp_path, monkeypatch):
    before = tones(tmp_path).directory
    monkeypatch.setattr(libraries, "version", lambda name: "99")
    other_versions = tones(tmp_path).directory
    monkeypatch.setattr(rendered, "_source_hash", lambda: "changed")
    assert len({before, other_versions, tones(tmp_path).directory}) == 3


def test_interrupted_rendering_goes_on_where_it_was(tmp_path):
    def interrupt(done, total, what):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(tones(tmp_path / "a", interrupt).clips())
    seen = []
    again = tones(tmp_path / "a", lambda *event: seen.append(event))
    assert hashes(again) == hashes(tones(tmp_path / "b"))
    assert again.rendered == 2
    assert seen == [(4, 5, "rendering tones"), (5, 5, "rendering tones")]


def test_truncated_file_is_rendered_again(tmp_path):
    dataset = tones(tmp_path)
    expected = hashes(dataset)
    path = next(dataset.clips()).path
    os.truncate(path, 1000)
    assert hashes(dataset) == expected


def test_failure_leaves_no_partial_file(tmp_path, monkeypatch):
    def full_disk(path, samples, rate):
        path.write_bytes(b"RIFF")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rendered, "write_wav", full_disk)
    dataset = tones(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        list(dataset.clips())
    assert [path.name for path in dataset.directory.iterdir()] == [".lock"]


def test_silent_sound_names_the_clip(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.plugins.harness_demo.helpers.np.sin", lambda x: np.zeros_like(x))
    with pytest.raises(DataError, match=r"tones.*clip 00000.*silent"):
        list(tones(tmp_path).clips())


def test_missing_library_is_told_before_anything_is_rendered(tmp_path, monkeypatch):
    def absent(name):
        raise libraries.PackageNotFoundError(name)

    monkeypatch.setattr(libraries, "version", absent)
    with pytest.raises(PluginError, match=r"'tones' needs .*pip install 'mtl-harness\[demo\]'"):
        tones(tmp_path)


def test_written_file_is_plain_pcm(tmp_path):
    samples = np.array([0, 1, -1, 32767, -32768], dtype=np.int16)
    rendered.write_wav(tmp_path / "x.wav", samples, 8000)
    assert (tmp_path / "x.wav").stat().st_size == rendered.WAV_HEADER_BYTES + 10
    with wave.open(str(tmp_path / "x.wav")) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 5)
        assert np.array_equal(np.frombuffer(file.readframes(5), dtype="<i2"), samples)
