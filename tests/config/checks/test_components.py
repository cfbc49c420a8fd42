"""Components by name, their parameters, aliases and patience."""

SMALL = "study: small\ntasks: [tones/pitch, words/digit]\n"


def test_unknown_components_of_every_kind(mistakes):
    found = mistakes(
        SMALL + "features: [{name: logmel}]\nmodels: [cn]\ncombiners: [sums]\n"
        "training:\n  schedule: mixd\n  optimizer: {name: adam_w, lr: 1}\n"
        "  stopping: patient\n  scaler: standardize\n"
        "  augmentations: [masks]\n"
        "compute: {executor: locl}\nanalysis: {predictors: [bingle]}\n"
    )
    assert [line.split(": unknown ")[1].split(";")[0] for line in found] == [
        "feature 'logmel' (did you mean 'log_mel'?)",
        "model 'cn' (did you mean 'cnn'?)",
        "combiner 'sums' (did you mean 'sum'?)",
        "schedule 'mixd' (did you mean 'mixed'?)",
        "optimizer 'adam_w' (did you mean 'adamw'?)",
        "stopping 'patient' (did you mean 'patience'?)",
        "scaler 'standardize' (did you mean 'standardise'?)",
        "augmentation 'masks' (did you mean 'mask'?)",
        "executor 'locl' (did you mean 'local'?)",
        "predictor 'bingle' (did you mean 'bingel'?)",
    ]
    assert [int(line.split(":")[0]) for line in found] == [3, 4, 5, 7, 8, 9, 10, 11, 12, 13]


def test_parameters_are_reported_at_the_very_argument(mistakes):
    found = mistakes(
        SMALL
        + "features:\n  - name: log_mel\n    n_mels: 4000\n    window: han\n    fmin: 20\n    clip_s: '1'\n"
    )
    assert found == [
        "5:13: features.0.n_mels: found 4000, expected at most 512",
        "6:13: features.0.window: found \"han\", expected one of: hann, hamming (did you mean 'hann'?)",
        "7:5: features.0: unknown key 'fmin' (did you mean 'fit'?); allowed: sample_rate, clip_s, fit, hop_s,"
        " n_mels, window",
        '8:13: features.0.clip_s: found "1", expected a number; write it without quotes',
    ]


def test_component_without_parameters(mistakes):
    (found,) = mistakes(SMALL + "combiners: [{name: sum, weight: 1}]\n")
    assert found == "3:25: combiners.0: unknown key 'weight'; allowed: no keys at all"


def test_same_component_twice_needs_an_alias(load, mistakes):
    (found,) = mistakes(SMALL + "models: [cnn, {name: cnn, width: 8}]\n")
    assert found == "3:15: models.1: model 'cnn' is listed twice; give one of them another name with `as`"
    config = load(SMALL + "models: [cnn, {name: cnn, as: narrow, width: 8}]\n")
    assert [use.as_ for use in config.models] == ["cnn", "narrow"]


def test_alias_has_no_meaning_outside_lists(mistakes):
    (found,) = mistakes(SMALL + "training: {optimizer: {name: adamw, as: mine}}\n")
    assert found.startswith("3:37: training.optimizer.as: found `as`, which has no meaning here")


def test_python_names_are_not_keys(mistakes):
    found = mistakes(SMALL + "models: [{name: cnn, as_: x, parameters: {width: 3}}]\n")
    assert [line.split("; ")[0] for line in found] == [
        "3:22: models.0: unknown key 'as_'",
        "3:30: models.0: unknown key 'parameters'",
    ]


def test_empty_lists_are_refused(mistakes):
    found = mistakes(SMALL + "features: []\nmodels: []\ncombiners: []\n")
    assert len(found) == 3
    assert all("found an empty list, expected at least 1 entries" in line for line in found)


def test_patience_goes_to_the_stopping_rule(load):
    config = load(SMALL + "training: {patience: 9}\n")
    assert config.training.stopping.parameters == {"patience": 9}
    config = load(SMALL + "training: {stopping: {name: patience, patience: 3}}\n")
    assert (config.training.patience, config.training.stopping.parameters) == (3, {"patience": 3})
    assert load(SMALL + "training: {stopping: never}\n").training.stopping.parameters == {}


def test_two_patiences_that_differ(load, mistakes):
    (found,) = mistakes(SMALL + "training: {patience: 5, stopping: {patience: 3}}\n")
    assert (
        found == "3:46: training.stopping.patience: found 3, but training.patience is 5; give one of the two"
    )
    assert load(SMALL + "training: {patience: 3, stopping: {patience: 3}}\n").training.patience == 3


def test_predictor_listed_twice(mistakes):
    (found,) = mistakes(SMALL + "analysis: {predictors: [audio, audio]}\n")
    assert "predictor 'audio' is listed twice" in found
