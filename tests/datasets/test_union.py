"""One task in several data sets."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from harness.builtins import harness_datasets
from harness.config import load_study_file
from harness.data.assemble import assemble
from harness.data.catalog import prepare_catalog
from harness.data.splits import group_disjoint, make_splits
from harness.data.types import DatasetRows
from harness.datasets import union as union_module
from harness.datasets.parameters import UnionParameters
from harness.datasets.union import Union
from harness.errors import DataError, HarnessError, StudyFileError
from harness.plugins import Registered, Registry, load_registry
from harness.records import Clip, DatasetContext, DatasetRecord, Parameters, Task
from harness.schedule.prepare import prepare
from harness.testing import DatasetContract
from tests.data.helpers import LETTER, RATE, ListDataset, Options, tone

(RECORD,) = harness_datasets()
WORD = Task(name="word", kind="multiclass", classes=("c", "B", "a"), group="speaker")
HIGH = Task(name="high", kind="binary", classes=("no", "yes"))
TAGS = Task(name="tags", kind="multilabel", classes=("x", "y"))
LEVEL = Task(name="level", kind="regression", metric="rmse")


def clips_of(task, labels, **more):
    """Clip ``i`` of the same audio whatever the data set, in groups of two."""
    return [
        Clip(id=f"c{i}", labels={task: label}, samples=tone(i), sample_rate=RATE, group=f"g{i // 2}", **more)
        for i, label in enumerate(labels)
    ]


def word_clips(labels, **more):
    found = clips_of("word", labels, **more)
    return [replace(clip, groups={"speaker": f"s{i % 4}"}) for i, clip in enumerate(found)]


def data(clips, *tasks, licence="CC0"):
    found = ListDataset(clips, tasks)
    found.licence = licence
    return found


@pytest.fixture
def options(tmp_path):
    return Options(tmp_path / "cache")


@pytest.fixture
def offered(monkeypatch):
    """What the registry offers: set ``offered[name]`` to a data set."""
    sets: dict[str, ListDataset] = {
        "letters": data(clips_of("letter", "abab"), LETTER),
        "words": data(word_clips(["c", "B", None, "a"]), WORD, licence="MIT"),
        "highs": data(clips_of("high", ["yes", "no"]), HIGH),
        "tags": data(clips_of("tags", [["x"], []]), TAGS),
        "levels": data(clips_of("level", [1.0, None]), LEVEL),
    }
    registry = Registry()
    for name in sets:
        record = DatasetRecord(name=name, factory=lambda p, c, name=name: sets[name], parameters=Parameters)
        registry.add(Registered(record, "tests", "tests", "1"))
    monkeypatch.setattr(union_module, "load_registry", lambda: registry)
    return sets


def union(of, tasks, tmp_path=Path("unused")):
    parameters = UnionParameters.model_validate({"of": of, "tasks": tasks})
    return Union(parameters, DatasetContext(root=None, cache_dir=tmp_path / "datasets" / "union"))


BOTH = {"of": ["letters", {"as": "w", "use": "words"}]}
KEYWORD = {"kind": "multiclass", "from": {"letters": "letter", "w": "word"}, "rename": {"w": {"B": "b"}}}


def test_classes_are_merged_by_name_and_labels_are_theirs(offered):
    found = union(**BOTH, tasks={"keyword": KEYWORD})
    (task,) = found.tasks
    assert (task.name, task.kind, task.classes) == ("keyword", "multiclass", ("a", "b", "c"))
    assert [clip.labels["keyword"] for clip in found.clips()] == ["a", "b", "a", "b", "c", "b", None, "a"]


def test_ids_and_groups_never_collide(offered):
    clips = list(union(**BOTH, tasks={"keyword": KEYWORD}).clips())
    assert [clip.id for clip in clips[:1] + clips[4:5]] == ["letters/c0", "w/c0"]
    assert [clip.group for clip in clips] == [
        f"{name}/g{i // 2}" for name in ("letters", "w") for i in range(4)
    ]


def test_a_sources_own_group_column_is_kept_apart(offered):
    found = union(**BOTH, tasks={"keyword": KEYWORD, "letter": "multiclass"})
    keyword, letter = found.tasks
    assert (keyword.group, letter.group) == ("keyword", None)
    groups = [clip.groups["keyword"] for clip in found.clips()]
    assert groups == ["letters/g0", "letters/g0", "letters/g1", "letters/g1", "w/s0", "w/s1", "w/s2", "w/s3"]


def test_a_task_without_from_has_every_task_of_its_name(offered):
    found = union(
        [{"as": "a", "use": "letters"}, {"as": "b", "use": "letters"}, "words"], {"letter": "multiclass"}
    )
    assert [clip.labels["letter"] for clip in found.clips()] == [*"abab", *"abab", None, None, None, None]


def test_other_kinds(offered):
    found = union(["tags", "levels"], {"tags": "multilabel", "level": "regression"})
    assert [task.classes for task in found.tasks] == [("x", "y"), None]
    assert found.tasks[1].metric == "rmse"
    assert [clip.labels for clip in found.clips()] == [
        {"tags": ["x"], "level": None},
        {"tags": [], "level": None},
        {"tags": None, "level": 1.0},
        {"tags": None, "level": None},
    ]


def test_a_binary_source_gives_a_multiclass_task_its_classes(offered):
    task = {"kind": "multiclass", "from": {"letters": "letter", "highs": "high"}}
    assert union(["letters", "highs"], {"any": task}).tasks[0].classes == ("a", "b", "no", "yes")


def test_licences_are_those_of_all(offered):
    found = union(**BOTH, tasks={"keyword": KEYWORD})
    assert (found.licence, found.citation, found.domain) == ("CC0; MIT", "nobody", "test")


@pytest.mark.parametrize(
    ("folds", "kept"),
    [
        ((["1", "2", "1", "2"], ["2", "1", "2", "1"]), True),
        ((["1", "2", "1", "2"], [None] * 4), False),
        ((["1", "2", "1", "2"], ["1", "2", "3", "1"]), False),
    ],
)
def test_official_folds_are_kept_where_all_have_them(offered, folds, kept):
    for name, own in zip(("letters", "words"), folds):
        offered[name]._clips = [replace(c, fold=f) for c, f in zip(offered[name]._clips, own)]
    found = [clip.fold for clip in union(**BOTH, tasks={"keyword": KEYWORD}).clips()]
    assert found == ([*folds[0], *folds[1]] if kept else [None] * 8)


@pytest.mark.parametrize("second", [["train", "test", "val", "train"], ["train"] * 4, [None] * 4])
def test_official_splits_are_kept_where_all_have_them(offered, second):
    for name, own in (("letters", ["train", "test", "train", "test"]), ("words", second)):
        offered[name]._clips = [replace(c, split=s) for c, s in zip(offered[name]._clips, own)]
    found = [clip.split for clip in union(**BOTH, tasks={"keyword": KEYWORD}).clips()]
    assert found[4:] == (second if "test" in second else [None] * 4)
    assert (found[0] == "train") == ("test" in second)


def test_covariates_come_along(offered):
    offered["letters"]._clips = [replace(c, covariates={"age": 3.0}) for c in offered["letters"]._clips]
    assert [c.covariates for c in union(["letters"], {"letter": "multiclass"}).clips()] == [{"age": 3.0}] * 4


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({"k": "multiclass"}, r"'k': no data set has a task of this name \(letters has letter; w has word\)"),
        (
            {"k": {"kind": "multiclass", "from": {"w": "wrd"}}},
            r"'w' has no task 'wrd' \(did you mean 'word'\?\)",
        ),
        ({"letter": "binary"}, "letters/letter is multiclass; it cannot be a source of a binary task"),
        (
            {"k": {**KEYWORD, "rename": {"w": {"d": "b"}}}},
            "rename: w/word has no class 'd'; it has: c, B, a",
        ),
        (
            {"k": {**KEYWORD, "rename": {"w": {"B": "c"}}}},
            r"two classes of w/word become one: \['c', 'c', 'a'\]",
        ),
    ],
)
def test_sources_that_do_not_fit_are_told(offered, tasks, message):
    with pytest.raises(DataError, match=message):
        union(**BOTH, tasks=tasks)


def test_binary_tasks_have_the_same_two_classes(offered):
    offered["words"] = data([], replace(HIGH, name="word", classes=("no", "maybe")))
    task = {"kind": "binary", "from": {"highs": "high", "words": "word"}}
    with pytest.raises(
        DataError, match=r"the same everywhere; found highs \['no', 'yes'\], words \['no', 'maybe'\]"
    ):
        union(["highs", "words"], {"k": task})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"of": ["a", "a"], "tasks": {"t": "binary"}}, "'a' is listed twice in `of`"),
        (
            {"of": ["left"], "tasks": {"t": {"kind": "binary", "from": {"lef": "t"}}}},
            r"'t' names data set 'lef' \(did you mean 'left'\?\), which is not in `of`; allowed: left",
        ),
    ],
)
def test_names_in_the_parameters_fit(values, message):
    with pytest.raises(ValueError, match=message):
        UnionParameters.model_validate(values)


def test_parameters_of_a_data_set_are_checked(offered):
    with pytest.raises(HarnessError, match=r"union, data set 'l' \(letters\): size: Extra inputs"):
        union([{"as": "l", "use": "letters", "size": 3}], {"letter": "multiclass"})


def test_groups_are_apart_and_the_same_audio_is_not_trained_on(offered, options):
    """Clip i of both data sets is the same audio: whatever is tested in one is not trained on in the other."""
    offered["letters"]._clips = clips_of("letter", "ab" * 12)
    offered["words"]._clips = word_clips(["c", "B", "a"] * 8)
    found = union(**BOTH, tasks={"keyword": KEYWORD})
    component = Registered(replace(RECORD, factory=lambda p, c: found, parameters=Parameters), "t", "t", "1")
    catalog = prepare_catalog("u", component, {}, root=None, options=options)
    task = catalog.tasks["keyword"]
    splits = make_splits(catalog, task, scheme="generated", folds=3, seed=0, validation=0.25)
    assert group_disjoint(catalog, task, splits)
    content = catalog.frame["content_hash"].to_numpy()
    assert len(set(content)) == len(content) // 2
    n = len(content)
    rows = DatasetRows(
        name="u",
        features=np.zeros((n, 1, 1, 1), "f4"),
        first=np.arange(n),
        count=np.ones(n, int),
        clip_ids=(),
    )
    for fold in range(3):
        part = assemble(
            {"u": catalog},
            {"u": rows},
            ["u/keyword"],
            fold=fold,
            schemes={},
            folds=3,
            seed=0,
            validation=0.25,
        ).tasks[0]
        assert not set(content[part.train]) & set(content[part.test])
        assert not set(content[part.train]) & set(content[part.validation])
        assert not set(content[part.validation]) & set(content[part.test])


def write_folder(place: Path, column: str, classes: str, first: int) -> Path:
    place.mkdir()
    (place / "SOURCE.md").write_text("- Licence: CC0\n")
    with (place / "labels.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", column, "group"])
        for i in range(18):
            soundfile.write(place / f"{i}.wav", tone(first + i), RATE)
            writer.writerow([f"{i}.wav", classes[i % len(classes)], f"g{i // 2}"])
    return place


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("folders")
    write_folder(place / "one", "keyword", "ab", 0)
    write_folder(place / "two", "word", "bc", 100)
    return place


OF_FOLDERS = """
  - as: words
    use: union
    of:
    - {as: a, use: folder, path: one, tasks: {keyword: multiclass}}
    - {as: b, use: folder, path: two, tasks: {word: multiclass}}
    tasks: {keyword: {kind: multiclass, from: {a: keyword, b: word}}}
"""


def study(folders, text):
    file = folders / "study.yaml"
    file.write_text(
        f"study: u\ntasks: [words/keyword]\nevaluation: {{folds: 2}}\ncompute: {{workers: 1}}\n"
        f"features: [{{name: log_mel, sample_rate: 8000, clip_s: 0.2}}]\n"
        f"data: {{root: {folders}, options: {{cache_dir: cache}}}}\ndatasets:{text}"
    )
    return load_study_file(file)


def test_a_study_reads_it(folders):
    config = study(folders, OF_FOLDERS)
    prepared = prepare(config, load_registry(), lambda *a: None)
    frame = prepared.catalogs["words"].frame
    assert pd.Series(frame["label:keyword"]).value_counts().to_dict() == {"b": 18, "a": 9, "c": 9}
    assert prepared.task("words/keyword").classes == ("a", "b", "c")
    assert prepared.catalogs["words"].licence == "CC0"


def test_labels_of_it_may_be_limited(folders):
    text = OF_FOLDERS.replace("use: union", "use: union\n    limit_per_label: {task: keyword, n: 7}")
    prepared = prepare(study(folders, text), load_registry(), lambda *a: None)
    labels = prepared.catalogs["words"].frame["label:keyword"]
    assert labels.value_counts().to_dict() == {"a": 7, "b": 7, "c": 7}


def test_mistakes_in_its_data_sets_have_their_places(folders):
    wrong = OF_FOLDERS.replace("use: folder, path: two", "use: foldr, path: two").replace(
        "path: one", "pth: one"
    )
    with pytest.raises(HarnessError) as caught:
        study(folders, wrong)
    lines = [line.partition("study.yaml:")[2] for line in str(caught.value).splitlines()]
    assert lines[0].startswith("11:7: datasets.0.of.0: key 'path' is missing (directory;")
    assert lines[1].startswith(
        "11:28: datasets.0.of.0: unknown key 'pth' (did you mean 'path'?); allowed: path,"
    )
    assert lines[2].startswith(
        "12:20: datasets.0.of.1.use: unknown dataset 'foldr' (did you mean 'folder'?);"
    )


@pytest.mark.parametrize("of", ["[folder]", "asx", "[{as: a}]", "[3]", "{use: folder}"])
@pytest.mark.parametrize("tasks", ["{keyword: {from: {a: b}}}", "{keyword: 3}", "[keyword]", "{}", "null"])
def test_whatever_is_written_there_is_told_and_no_crash(folders, of, tasks):
    with pytest.raises(StudyFileError):
        study(folders, f"\n- {{as: words, use: union, of: {of}, tasks: {tasks}}}\n")


def test_mistakes_in_its_sources_have_their_places(folders):
    wrong = OF_FOLDERS.replace("b: word}", "b: wrd}").replace("keyword: multiclass", "keyword: regression")
    with pytest.raises(HarnessError) as caught:
        study(folders, wrong)
    lines = [line.partition("study.yaml:")[2] for line in str(caught.value).splitlines()]
    assert lines == [
        "13:51: datasets.0.tasks.keyword.from.a: a/keyword is regression; it cannot be a source of a multiclass task",
        "13:63: datasets.0.tasks.keyword.from.b: unknown task 'wrd' (did you mean 'word'?); 'b' has: word",
    ]


class TestUnionOfSpeech(DatasetContract):
    record = RECORD
    parameters = {  # noqa: RUF012
        "of": [
            {"as": "a", "use": "synthetic", "n_clips": 12},
            {"as": "b", "use": "synthetic", "n_clips": 12, "seed": 1},
        ],
        "tasks": {"label": "multiclass"},
    }
