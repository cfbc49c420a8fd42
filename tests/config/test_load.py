"""Loading whole study files: defaults, what is resolved, and all mistakes at once."""

import json
from pathlib import Path

import pytest

from harness.config import StudyConfig, load_study_file, study_hash
from harness.errors import StudyFileError

SMALL = "study: small\ntasks: [tones/pitch, words/digit, words/voice]\n"


def test_every_key_but_study_and_tasks_has_a_default(load):
    config = load(SMALL)
    assert config.tasks == ("tones/pitch", "words/digit", "words/voice")
    assert [use.name for use in (*config.features, *config.models, *config.combiners)] == [
        "log_mel",
        "cnn",
        "sum",
    ]
    assert config.groups.sizes == (1, 2)
    assert config.placebo.shuffled_partner == "per_main"
    assert (config.tuning.trials, config.tuning.batch, config.tuning.scope) == (8, 4, "nested")
    assert (config.training.epochs, config.training.batch_size, config.training.patience) == (20, 32, 5)
    assert (config.evaluation.folds, config.evaluation.seeds, config.evaluation.validation) == (3, 2, 0.2)
    assert (config.compute.executor.name, config.compute.workers, config.compute.device) == (
        "local",
        "auto",
        "auto",
    )
    assert (config.analysis.rope, config.analysis.predictors) == (0.01, ("bingel", "audio"))
    assert (config.data.root, config.data.options.memory_gb, config.data.options.silence_db) == (
        None,
        4.0,
        -80.0,
    )


def test_parameters_are_filled_in_by_the_component(load):
    config = load(SMALL + "features: [{name: log_mel, n_mels: 64, clip_s: 2}]\n")
    (feature,) = config.features
    assert feature.as_ == "log_mel"
    assert feature.parameters["n_mels"] == 64
    assert feature.parameters["clip_s"] == 2.0
    assert feature.parameters["window"] == "hann"
    assert config.models[0].parameters == {"width": 16, "dropout": 0.1}


def test_numbers_with_exponents_are_numbers(load):
    config = load(
        SMALL + "training: {optimizer: {name: adamw, lr: 1e-3, weight_decay: 1E-5}}\n"
        "tuning: {space: {lr: {log: [1e-4, 1E-2]}}}\n"
    )
    assert config.training.optimizer.parameters == {"lr": 1e-3, "weight_decay": 1e-5}
    assert (config.tuning.space["lr"].low, config.tuning.space["lr"].high) == (1e-4, 1e-2)


def test_components_by_name_alone_or_with_the_default_name(load):
    config = load(
        SMALL
        + "models: [cnn]\ntraining: {optimizer: {lr: 0.1}, augmentations: [mask, {name: mask, share: 1}]}\n"
    )
    assert config.models[0].parameters["width"] == 16
    assert config.training.optimizer.name == "adamw"
    assert config.training.optimizer.parameters["lr"] == 0.1
    assert [use.parameters["share"] for use in config.training.augmentations] == [0.1, 1.0]


def test_resolved_file_gives_the_same_study_again(load, tmp_path, registry):
    config = load(
        SMALL + "datasets: [{as: more, use: folder, path: here, tasks: {x: multiclass}}]\n"
        "models: [{name: cnn, as: wide, width: 64}, cnn]\n"
        "training: {stopping: {patience: 9}, losses: {words/digit: cross_entropy}}\n"
        "tuning: {space: {lr: 0.1, width: {choice: [8, 16]}, batch_size: {int: [4, 8]}}}\n"
    )
    again = tmp_path / "resolved.yaml"
    again.write_text(json.dumps(config.to_resolved_dict()))
    assert load_study_file(again, registry=registry) == config


def test_hash_ignores_where_and_how_fast_but_not_what(load, tmp_path):
    base = study_hash(load(SMALL))
    for override in ("compute.workers=3", "compute.device=cpu", "data.options.memory_gb=1"):
        assert study_hash(load(SMALL, override)) == base
    assert study_hash(load(SMALL, data_root=tmp_path)) == base
    for override in (
        "seed=1",
        "models.0={name: cnn, width: 8}",
        "compute.deterministic=true",
        "evaluation.seeds=3",
    ):
        text = SMALL + "models: [cnn]\n"
        assert study_hash(load(text, override)) != base


def test_six_different_mistakes_are_shown_with_their_lines(mistakes):
    found = mistakes(
        """study: six
tasks:
  - words/digit
  - words/voise
  - tones/pitch
features:
  - {name: log_mel, n_mels: many}
models:
  - {name: cn}
epochs: 5
tuning:
  space:
    lr: {log: [1e-2, 1e-4]}
evaluation:
  validation: 0.9
training:
  batch_size: 0
"""
    )
    assert [line.split(":")[0] for line in found] == ["4", "7", "9", "10", "13", "15", "17"]
    assert found[0] == (
        "4:5: tasks.1: unknown task 'words/voise' (did you mean 'words/voice'?);"
        " allowed: words/digit, words/voice"
    )
    assert found[1] == '7:29: features.0.n_mels: found "many", expected an integer'
    assert found[2] == "9:12: models.0.name: unknown model 'cn' (did you mean 'cnn'?); allowed: cnn, linear"
    assert found[3].startswith("10:1: unknown key 'epochs'; allowed: study, seed, datasets, tasks, features")
    assert found[4].startswith("13:9: tuning.space.lr: found log: [0.01, 0.0001], expected low < high")
    assert found[5] == "15:15: evaluation.validation: found 0.9, expected at most 0.5"
    assert found[6] == "17:15: training.batch_size: found 0, expected at least 1"


def test_missing_required_keys_do_not_hide_other_mistakes(mistakes):
    found = mistakes("models: [{name: cn}]\ngroups: {sizes: [0]}\n")
    assert any("key 'study' is missing (name of the study" in line for line in found)
    assert any("key 'tasks' is missing" in line for line in found)
    assert any("unknown model 'cn'" in line for line in found)
    assert any("groups.sizes.0: found 0, expected at least 1" in line for line in found)
    assert len(found) == 4


def test_a_wrong_entry_does_not_shift_the_lines_of_later_ones(mistakes):
    found = mistakes(
        SMALL + "features:\n  - {as: nameless}\n  - {name: log_mel}\n  - {name: log_mel, as: b, n_mels: 0}\n"
    )
    assert found == [
        "4:5: features.0: key 'name' is missing (name of the component, as `harness plugins list` shows it)",
        "6:36: features.2.n_mels: found 0, expected at least 1",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "study.yaml: is empty; a study file needs at least the keys `study` and `tasks`"),
        (b"# only a comment\n", "study.yaml: is empty"),
        (b"just text\n", 'study.yaml:1:1: found "just text", expected a mapping'),
        (b"- a\n- b\n", "study.yaml:1:1: found"),
        (b"study: x\ntasks: [caf\xe9/a]\n", "study.yaml:2:12: found byte 0xe9, which is not UTF-8"),
        (b"study: x\ntasks: [a/\x07b]\n", "study.yaml:2:11: not valid YAML: found the control character"),
    ],
)
def test_files_that_are_no_study(tmp_path, registry, content, message):
    file = tmp_path / "study.yaml"
    file.write_bytes(content)
    with pytest.raises(StudyFileError, match=r"study\.yaml") as caught:
        load_study_file(file, registry=registry)
    assert message in str(caught.value)


def test_file_with_byte_order_mark_and_windows_line_ends(tmp_path, registry):
    file = tmp_path / "study.yaml"
    file.write_bytes(b"\xef\xbb\xbfstudy: x\r\ntasks: [words/digit, words/voice]\r\n")
    assert load_study_file(file, registry=registry).study == "x"


def test_missing_file_and_directory(tmp_path, registry):
    (tmp_path / "other.yaml").write_text("study: x\n")
    with pytest.raises(StudyFileError, match=r"no such file; study files there: .*other\.yaml"):
        load_study_file(tmp_path / "study.yaml", registry=registry)
    with pytest.raises(StudyFileError, match="is a directory"):
        load_study_file(tmp_path, registry=registry)


def test_relative_folders_start_at_the_study_file(load, tmp_path, monkeypatch):
    (tmp_path / "audio").mkdir()
    monkeypatch.chdir("/")
    config = load(SMALL + "data: {root: audio, options: {cache_dir: cache}}\n")
    assert config.data.root == tmp_path / "audio"
    assert config.data.options.cache_dir == tmp_path / "cache"


def test_data_root_replaces_the_one_of_the_file(load, mistakes, tmp_path):
    assert load(SMALL + "data: {root: nowhere}\n", data_root=tmp_path).data.root == tmp_path
    (message,) = mistakes(SMALL, data_root=Path("/no/such/folder"))
    assert (
        message == "--data-root /no/such/folder: data.root: found /no/such/folder, which is not a directory"
    )
    (message,) = mistakes(SMALL + "data: {root: nowhere}\n")
    assert message.startswith("3:14: data.root: found ")


def test_installed_plugins_are_used_without_a_registry(tmp_path, monkeypatch, registry):
    monkeypatch.setattr("harness.config.load.load_registry", lambda: registry)
    file = tmp_path / "study.yaml"
    file.write_text(SMALL)
    assert isinstance(load_study_file(file), StudyConfig)


def test_study_is_frozen(load):
    with pytest.raises(ValueError, match="frozen"):
        load(SMALL).seed = 3
