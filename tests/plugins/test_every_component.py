"""Every first-party component says what it is, and where it comes from."""

from __future__ import annotations

import inspect

import pytest

from harness.plugins import load_registry

#: Components that no publication describes: they are this project's own, or what everybody means by the word.
OWN = {
    ("check", "espeak"),
    ("check", "rendering"),
    ("dataset", "folder"),
    ("dataset", "union"),
    ("executor", "local"),
    ("executor", "ray"),
    ("feature", "stack"),
    ("scaler", "none"),
    ("schedule", "alternate"),
    ("schedule", "balanced"),
    ("schedule", "mixed"),
    ("schedule", "undersampled"),
    ("stopping", "last"),
    ("stopping", "never"),
}
#: Trackers whose library is an extra of its own.
OPTIONAL = {("tracker", "mlflow"), ("tracker", "wandb")}
ENTRIES = [entry for entry in load_registry().all() if entry.distribution == "mtl-harness"]
#: What the published systems that the harness grew out of are made of, and what goes beyond them.
PROMISED = {
    "dataset": "asvspoof2015 audioset dcase2017_scenes dcase2017_events fsdkaggle2018 ravdess speech_commands esc50 "
    "esc10 fsdd seal_auscultation sprsound2022 icbhi2017 coughvid folder notes speech percussion synthetic union",
    "feature": "mfcc log_mel logbank logbank_summary pcen gammatone cwt_morse cwt_amor spectrogram side_vector stack",
    "model": "cnn dnn cnn5 seal_cnn resnet ast inception_residual soft_sharing cross_stitch sluice mmoe cgc ple "
    "mtan dselect_k",
    "combiner": "sum weighted uncertainty dwa rlw gls imtl_l stch famo cosmos gradnorm db_mtl pcgrad gradvac "
    "graddrop cagrad mgda imtl_g nash_mtl aligned_mtl upgrad fairgrad config excess_mtl sdmgrad modo",
    "augmentation": "spec_mask time_warp mixup random_crop",
    "loss": "kl cross_entropy",
    "term": "branch_losses contrastive",
    "metric": "sensitivity specificity average_score harmonic_score respiratory_score",
    "schedule": "mixed alternate proportional balanced undersampled",
    "tracker": "tensorboard mlflow wandb",
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.component.kind}-{entry.component.name}")
def test_it_says_what_it_is(entry):
    component = entry.component
    assert component.summary.strip()
    assert "\n" not in component.summary
    if (component.kind, component.name) in OPTIONAL:
        pytest.importorskip(component.name)
    doc = inspect.getdoc(component.resolve())
    assert doc, "its factory has no docstring"
    assert len(doc) > 15
    assert bool(component.source) != ((component.kind, component.name) in OWN)


@pytest.mark.parametrize("kind", sorted(PROMISED))
def test_the_published_systems_are_whole(kind):
    missing = set(PROMISED[kind].split()) - set(load_registry().names(kind))
    assert not missing


def test_no_first_party_plugin_fails():
    assert not load_registry().failures
