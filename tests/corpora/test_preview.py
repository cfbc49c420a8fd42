"""Contact sheets: which clips are drawn, and what is written."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.image import imread

from harness.corpora.page import page
from harness.corpora.pictures import envelope, log_mel
from harness.corpora.preview import write_preview
from harness.corpora.sheets import sheets_of
from harness.corpora.target import study_of
from harness.errors import DataError
from harness.plugins import load_registry
from tests.corpora.conftest import Corpus, tone


def sheet(corpus: Corpus, *, per_class: int = 2, at_most: int = 60, seed: int = 0, task: str | None = None):
    registry = load_registry()
    config = study_of("folder", params=corpus.params, overrides=(), data_root=None, registry=registry)
    (made,) = sheets_of(config, registry, task, per_class=per_class, at_most=at_most, seed=seed)
    return made


@pytest.fixture
def unpainted(monkeypatch) -> None:
    """Leave the pictures out of pages, for tests of their words."""
    monkeypatch.setattr("harness.corpora.page.clip_figure", lambda shown: None)
    monkeypatch.setattr("harness.corpora.page.count_figure", lambda sheet: None)
    monkeypatch.setattr("harness.corpora.page._image", lambda figure, alt: f'<img alt="{alt}">')


def test_so_many_clips_of_each_label_are_drawn_by_the_seed(corpus) -> None:
    made = sheet(corpus)
    assert [shown.label for shown in made.clips] == ["owl", "owl", "wren", "wren"]
    assert all(shown.duration_s == pytest.approx(0.2) for shown in made.clips)
    assert [one.clip for one in sheet(corpus).clips] == [one.clip for one in made.clips]
    others = {tuple(one.clip for one in sheet(corpus, seed=seed).clips) for seed in range(5)}
    assert len(others) > 1


def test_labels_are_counted_by_the_official_split(corpus) -> None:
    assert sheet(corpus).counts["owl"] == {"split test": 2, "split train": 4}


def test_at_most_so_many_are_shown_and_the_rest_is_told(corpus, unpainted) -> None:
    made = sheet(corpus, per_class=6, at_most=4)
    assert (len(made.clips), made.left_out) == (4, 8)
    assert {shown.label for shown in made.clips} == {"owl", "wren"}
    assert "8 more were drawn and left out" in page([made])


def test_an_unknown_task_is_told(corpus) -> None:
    with pytest.raises(DataError, match="no task 'kid'; it has: kind"):
        sheet(corpus, task="kid")


def test_a_page_has_a_text_for_every_picture_and_nothing_from_elsewhere(corpus) -> None:
    (corpus.folder / "03.wav").write_bytes(b"no sound")
    corpus.add("<b>.wav", "<i>", "g9", "train")
    text = page([sheet(corpus, per_class=12)])
    alts = re.findall(r'<img alt="([^"]+)"', text)
    assert len(alts) == text.count("<img") == 14
    assert alts[0].startswith("Clips by label: &lt;i&gt; 1 (split test 0, split train 1); owl 6")
    assert any("Clip 03.wav, wren · g1" in alt and "corrupt" in alt for alt in alts)
    assert "<audio" not in text
    assert "<i>" not in text
    assert not re.search(r'(src|href)="(?!data:)', text)


def test_sound_is_put_into_the_page_until_it_is_full(corpus, unpainted, monkeypatch) -> None:
    made = sheet(corpus)
    assert page([made], audio=True).count("<audio controls") == 4
    monkeypatch.setattr("harness.corpora.page.AUDIO_BYTES", 10_000)
    assert page([made], audio=True).count("<audio controls") == 2


def test_pictures_and_pages_are_written_whole(corpus, tmp_path) -> None:
    made = sheet(corpus, per_class=1)
    out = tmp_path / "new"
    for name in ("a.png", "a.pdf", "a.html"):
        assert write_preview([made], out / name) == out / name
    assert imread(out / "a.png").shape[1] == 960
    assert (out / "a.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in out.iterdir()) == ["a.html", "a.pdf", "a.png"]
    with pytest.raises(DataError, match=r"found the suffix '\.doc'; allowed: \.html, \.png, \.pdf"):
        write_preview([made], out / "a.doc")


def test_a_place_that_cannot_be_written_is_told(corpus, unpainted, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_preview([sheet(corpus)], tmp_path / "file" / "a.html")


def test_a_spectrogram_shows_where_the_tone_is() -> None:
    rate = 8000
    t = np.arange(rate) / rate
    mel = log_mel((0.5 * np.sin(2 * np.pi * 1000 * t)).astype("float32"), rate)
    assert mel.shape[0] == 48
    assert mel.max() == 0
    loudest = mel.mean(axis=1).argmax()
    assert 10 < loudest < 30
    assert log_mel(tone(0)[:20].astype("float32"), rate).shape[0] == 48


def test_an_envelope_keeps_peaks() -> None:
    low, high = envelope(np.concatenate([np.zeros(5000), [0.9, -0.8], np.zeros(5000)]))
    assert (low.min(), high.max(), len(low)) == (-0.8, 0.9, 300)
