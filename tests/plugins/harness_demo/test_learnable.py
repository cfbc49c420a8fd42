"""Each task can be learned, and not all of them perfectly, from clips whose groups were never trained on."""

import librosa
import numpy as np
import pytest
import soundfile
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import harness_demo
from tests.plugins.harness_demo.helpers import context

pytest.importorskip("pretty_midi")
pytest.importorskip("midirenderer")
pytest.importorskip("espeakng_loader")

# ``synthetic`` needs no package, and has tests of its own
RECORDS = {record.name: record for record in harness_demo.harness_datasets() if record.name != "synthetic"}


def summary(path):
    samples, rate = soundfile.read(path)
    mel = librosa.feature.melspectrogram(y=samples, sr=rate, n_mels=64, n_fft=1024, hop_length=256)
    mfcc = librosa.feature.mfcc(S=np.log(mel + 1e-6), n_mfcc=20)
    parts = np.log([part.mean() + 1e-6 for part in np.array_split(mel.mean(axis=0), 8)])
    return np.r_[mfcc.mean(1), mfcc.std(1), np.diff(mfcc).std(1), parts - parts.max()]


def accuracy(features, task, clips):
    labels = [clip.labels[task.name] for clip in clips]
    groups = [clip.groups[task.group] if task.group else clip.group for clip in clips]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
    return balanced_accuracy_score(
        labels, cross_val_predict(model, features, labels, groups=groups, cv=folds)
    )


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_every_task_is_above_chance_and_not_all_are_solved(name, tmp_path):
    record = RECORDS[name]
    dataset = record.build(record.parameters(n_clips=240), context(tmp_path))
    clips = list(dataset.clips())
    features = np.array([summary(clip.path) for clip in clips])
    accuracies = {task.name: accuracy(features, task, clips) for task in dataset.tasks}
    for task in dataset.tasks:
        assert accuracies[task.name] > 1 / len(task.classes) + 0.12, accuracies
    assert min(accuracies.values()) < 0.9, accuracies


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_no_clip_is_near_silence_or_clipped(name, tmp_path):
    record = RECORDS[name]
    dataset = record.build(record.parameters(n_clips=30, seed=3), context(tmp_path))
    for clip in dataset.clips():
        samples, rate = soundfile.read(clip.path)
        assert (len(samples), rate) == (16000, 16000)
        assert 20 * np.log10(np.sqrt(np.mean(samples**2))) > -50
        assert 0.1 < np.abs(samples).max() < 0.95
