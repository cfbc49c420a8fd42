"""``--set``: where values go, and errors that point at the override."""

import pytest

from harness.config.overrides import split_key

SMALL = "study: small\ntasks: [tones/pitch, words/digit]\n"


def test_values_are_yaml(load):
    config = load(
        SMALL, "training.epochs=3", "tuning.space={lr: {log: [1e-4, 1e-2]}}", "groups.sizes=[1]", "study=x"
    )
    assert config.training.epochs == 3
    assert config.tuning.space["lr"].kind == "log"
    assert (config.groups.sizes, config.study) == ((1,), "x")


def test_later_overrides_win(load):
    assert load(SMALL, "seed=1", "seed=2").seed == 2


def test_list_entries_by_index(load):
    text = SMALL + "features: [{name: log_mel, n_mels: 40}]\nmodels: [cnn]\n"
    config = load(text, "features.0.n_mels=64", "models.0.width=8", "tasks.1=words/voice")
    assert config.features[0].parameters["n_mels"] == 64
    assert (config.models[0].name, config.models[0].parameters["width"]) == ("cnn", 8)
    assert config.tasks == ("tones/pitch", "words/voice")


def test_data_set_by_name_gets_parameters(load):
    config = load(SMALL + "datasets: [tones]\n", "datasets.0.n_clips=7")
    assert config.dataset_uses()["tones"].parameters["n_clips"] == 7


def test_component_of_a_section_keeps_its_name(load):
    config = load(
        SMALL + "training: {optimizer: adamw}\n", "training.optimizer.lr=0.5", "training.stopping.patience=2"
    )
    assert config.training.optimizer.parameters["lr"] == 0.5
    assert config.training.patience == 2


def test_keys_with_dots(load):
    text = SMALL + "combiners: [weighted]\ntuning: {space: {combiner.alpha: 0.1}}\n"
    assert load(text, "tuning.space.combiner.alpha=0.2").tuning.space["combiner.alpha"].value == 0.2
    assert load(text, 'tuning.space."combiner.alpha"=0.3').tuning.space["combiner.alpha"].value == 0.3


def test_null_by_an_empty_value(load):
    assert load(SMALL + "compute: {timeout_s: 5}\n", "compute.timeout_s=").compute.timeout_s is None


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "training.epochs=many",
            '--set training.epochs=many: training.epochs: found "many", expected an integer',
        ),
        (
            "training.epoch=3",
            "--set training.epoch=3: training: unknown key 'epoch' (did you mean 'epochs'?)",
        ),
        ("features.0.n_mels=0", "--set features.0.n_mels=0: features.0.n_mels: found 0, expected at least 1"),
        (
            "features.2.n_mels=1",
            "--set features.2.n_mels=1: features is a list: found '2', expected an index (0 to 0)",
        ),
        ("features.x=1", "--set features.x=1: features is a list: found 'x', expected an index (0 to 0)"),
        ("models.0.width=1", "--set models.0.width=1: models is not in the study file; give the whole list"),
        ("seed.x=1", "--set seed.x=1: seed is 3, which has no key 'x'"),
        ("epochs", "--set epochs: expected key=value"),
        ("=3", "--set =3: expected key=value"),
        ("a..b=3", "--set a..b=3: found the key 'a..b', expected names and indices joined by dots"),
        ("seed=[1", "--set seed=[1: not valid YAML"),
        ("seed=!x 1", "--set seed=!x 1: found the tag !x"),
        (
            "models=[{name: cn}]",
            "--set models=[{name: cn}]: models.0.name: unknown model 'cn' (did you mean 'cnn'?)",
        ),
    ],
)
def test_errors_point_at_the_override(mistakes, override, message):
    (found,) = mistakes(SMALL + "seed: 3\nfeatures: [log_mel]\n", override)
    assert found.startswith(message)


def test_mistakes_of_the_file_come_first(mistakes):
    found = mistakes(SMALL + "training: {epochs: 0}\n", "seed=x", "nonsense")
    assert [line.split(":")[0] for line in found] == ["3", "--set nonsense", "--set seed=x"]


def test_an_override_repairs_the_file(load):
    assert load(SMALL + "training: {epochs: many}\n", "training.epochs=2").training.epochs == 2


def test_split_key():
    assert split_key("a.0.b") == ["a", "0", "b"]
    assert split_key("""a."b.c".'d.e'""") == ["a", "b.c", "d.e"]
    with pytest.raises(ValueError, match="joined by dots"):
        split_key('a."b')
