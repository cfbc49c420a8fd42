"""Data sets and tasks."""

FOLDER = (
    "datasets:\n  - {as: esc, use: folder, path: x, tasks: {sound: multiclass, level: {kind: regression}}}\n"
)


def study(tasks: str, more: str = "") -> str:
    return f"study: small\ntasks: [{tasks}]\n{more}"


def test_typed_tasks_of_a_folder(load, mistakes):
    config = load(study("esc/sound, esc/level, tones/pitch", FOLDER))
    assert list(config.dataset_uses()) == ["esc", "tones"]
    assert config.dataset_uses()["esc"].parameters["path"] == "x"
    (found,) = mistakes(study("esc/sond, esc/level", FOLDER))
    assert (
        found
        == "2:9: tasks.0: unknown task 'esc/sond' (did you mean 'esc/sound'?); allowed: esc/sound, esc/level"
    )


def test_data_sets_named_directly_have_default_parameters(load):
    use = load(study("tones/pitch, tones/loudness")).dataset_uses()["tones"]
    assert (use.use, use.splits, use.parameters) == ("tones", "generated", {"n_clips": 100, "pairs": False})


def test_unknown_data_sets(mistakes):
    found = mistakes(study("tone/pitch, words/digit", "datasets: [{as: x, use: tons}]\n"))
    assert found[0].startswith(
        "2:9: tasks.0: unknown data set 'tone' (did you mean 'tones'?); allowed: those under"
    )
    assert found[1].startswith("3:25: datasets.0.use: unknown dataset 'tons' (did you mean 'tones'?);")
    assert found[1].endswith("allowed: folder, tones, words")


def test_unknown_task_of_a_plugin(mistakes):
    (found,) = mistakes(study("words/digits, words/voice"))
    assert (
        "unknown task 'words/digits' (did you mean 'words/digit'?); allowed: words/digit, words/voice"
        in found
    )


def test_other_parameters_may_give_other_tasks(load, mistakes):
    text = "datasets: [{as: tones, use: tones, pairs: true}]\n"
    assert load(study("tones/interval, tones/pitch", text)).tasks[0] == "tones/interval"
    (found,) = mistakes(study("tones/intervl, tones/pitch", text))
    assert "did you mean 'tones/interval'?" in found


def test_data_set_that_cannot_be_built_yet_is_left_to_the_plan(load, registry, monkeypatch):
    def broken(*args: object) -> None:
        raise OSError("not mounted")

    monkeypatch.setitem(vars(registry.components["dataset", "tones"].component), "factory", broken)
    text = "datasets: [{as: tones, use: tones, pairs: true}]\n"
    assert load(study("tones/interval, tones/pitch", text)).tasks[0] == "tones/interval"


def test_data_set_that_needs_parameters(mistakes):
    (found,) = mistakes(study("folder/sound, words/digit"))
    assert found == "2:9: tasks.0: data set 'folder' needs path, tasks; list it under `datasets`"


def test_tasks_are_written_with_their_data_set(mistakes):
    found = mistakes(study("digit, /x, words/, words/digit"))
    assert [line.split(", expected")[0] for line in found] == [
        "2:9: tasks.0: found 'digit'",
        "2:16: tasks.1: found '/x'",
        "2:20: tasks.2: found 'words/'",
    ]


def test_duplicates(mistakes):
    found = mistakes(study("words/digit, words/digit", "datasets: [tones, tones]\n"))
    assert found == [
        "2:22: tasks.1: task 'words/digit' is listed twice",
        "3:19: datasets.1: data set 'tones' is listed twice; give one of them another name with `as`",
    ]


def test_second_copy_under_another_name(load):
    config = load(
        study("a/pitch, b/pitch", "datasets: [{as: a, use: tones}, {as: b, use: tones, n_clips: 7}]\n")
    )
    assert [use.parameters["n_clips"] for use in config.dataset_uses().values()] == [100, 7]


def test_data_set_parameters_are_reported_at_the_argument(mistakes):
    found = mistakes(
        study(
            "a/pitch, words/digit",
            "datasets:\n  - {as: a, use: tones, n_clips: 0, clips: 3, splits: oficial}\n",
        )
    )
    assert [line.split(":")[1] for line in found] == ["34", "37", "55"]
    assert "one of: generated, official (did you mean 'official'?)" in found[2]


def test_kind_inside_a_typed_task(mistakes):
    text = FOLDER.replace("kind: regression", "kind: regresion")
    (found,) = mistakes(study("esc/sound, esc/level", text))
    assert found.startswith("4:78: datasets.0.tasks.level.kind: ")
    assert "did you mean 'regression'?" in found


def test_alias_without_slash(mistakes):
    found = mistakes(study("words/digit, words/voice", "datasets: [{as: a/b, use: tones}]\n"))
    assert len(found) == 1
    assert "datasets.0.as" in found[0]


def test_path_of_a_data_set_called_from_other_places_is_kept_relative(load):
    assert load(study("esc/sound, esc/level", FOLDER)).dataset_uses()["esc"].parameters["path"] == "x"


def test_labels_may_be_limited(load):
    limit = "limit_per_label: {task: sound, n: 100}"
    config = load(study("esc/sound", FOLDER.replace("path: x", f"path: x, {limit}")))
    use = config.dataset_uses()["esc"]
    assert (use.limit_per_label.task, use.limit_per_label.n) == ("sound", 100)
    resolved = config.to_resolved_dict()["datasets"][0]
    assert resolved["limit_per_label"] == {"task": "sound", "n": 100}
    assert "limit_per_label" not in load(study("esc/sound", FOLDER)).to_resolved_dict()["datasets"][0]


def test_mistakes_in_limits_have_their_places(mistakes):
    def found(limit):
        text = FOLDER.replace("path: x", f"path: x, limit_per_label: {limit}")
        (line,) = mistakes(study("esc/sound", text))
        return line

    assert found("{task: sond, n: 3}") == (
        "4:61: datasets.0.limit_per_label.task: unknown task 'sond' (did you mean 'sound'?); 'esc' has: sound, level"
    )
    assert found("{task: level, n: 3}").endswith("found 'level', a regression, which has no labels to limit")
    assert found("{task: sound, n: 0}").endswith("limit_per_label.n: found 0, expected at least 1")
    assert found("{task: sound}").endswith("key 'n' is missing (most clips of one label)")
    assert found("{task: sound, n: 3, per: 1}").endswith("unknown key 'per'; allowed: task, n")
