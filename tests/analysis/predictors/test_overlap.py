"""What two tasks share, against counts by hand."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.predictors.overlap import Overlap
from harness.plugins import load_registry
from tests.results.synthetic import synthetic_tables


def study(**tasks):
    """Tables of tasks given as ``name = (data set, domain, {clip: label or number})``; hashes are clips' names."""
    about, labels, clips = [], [], []
    for name, (dataset, domain, given) in tasks.items():
        numbers = [v for v in given.values() if isinstance(v, float)]
        names = {
            v
            for given_label in given.values()
            if isinstance(given_label, str)
            for v in given_label.split("+")
        }
        about.append(
            {
                "task": name,
                "dataset": dataset,
                "domain": domain,
                "classes": None if numbers else sorted(names),
            }
        )
        for clip, label in given.items():
            many = [None] if isinstance(label, float) else label.split("+")
            labels += [{"task": name, "clip": f"{dataset}:{clip}", "label": one} for one in many]
            clips.append({"dataset": dataset, "clip": f"{dataset}:{clip}", "content_hash": clip})
    tables = {"tasks": about, "labels": labels, "clips": clips}
    return {
        key: pd.DataFrame(rows).drop_duplicates() if key == "clips" else pd.DataFrame(rows)
        for key, rows in tables.items()
    }


def overlap(tables):
    found = Overlap().pair_features(Overlap().task_statistics(tables), tables)
    return found.set_index(["main", "partner", "predictor"])["value"]


def clips(labels, start=0):
    return {f"c{start + i}": label for i, label in enumerate(labels)}


def test_classes_and_clips_by_hand():
    found = overlap(
        study(
            one=("a", "speech", clips("UVWUVWUVWUVW")),
            two=("b", "speech", clips("vwxyvwxyvw", start=4)),
            three=("b", "", clips("vwxyvwxyvw", start=100)),
        )
    )
    assert found["one", "two", "class_jaccard"] == found["two", "one", "class_jaccard"] == 2 / 5
    assert found["one", "two", "clip_jaccard"] == 8 / 14
    assert found["one", "three", "clip_jaccard"] == 0
    assert (found["one", "two", "same_dataset"], found["two", "three", "same_dataset"]) == (0, 1)
    assert found["one", "two", "same_domain"] == 1
    assert ("one", "three", "same_domain") not in found  # one names none
    assert ("one", "two", "label_nmi") not in found  # eight clips are too few


def test_association_by_hand():
    """Labels 12 : 4 : 4 : 12 in a 2 × 2 table: V is |12·12 - 4·4| / 16², information from the shares."""
    first, second = "A" * 16 + "B" * 16, "x" * 12 + "y" * 4 + "x" * 4 + "y" * 12
    found = overlap(study(one=("a", "", clips(first)), two=("a", "", clips(second))))
    assert found["one", "two", "label_cramers_v"] == pytest.approx(128 / 256, abs=1e-12)
    shares = np.array([12, 4, 4, 12]) / 32
    information = 2 * np.log(2) + (shares * np.log(shares)).sum()
    assert found["two", "one", "label_nmi"] == pytest.approx(information / np.log(2), abs=1e-12)


def test_labels_that_are_the_same_under_other_names_and_across_data_sets():
    found = overlap(study(one=("a", "", clips("ABCABCABCABC")), two=("b", "", clips("zyxzyxzyxzyx"))))
    assert found["one", "two", "label_nmi"] == pytest.approx(1)
    assert found["one", "two", "label_cramers_v"] == pytest.approx(1)
    assert found["one", "two", "class_jaccard"] == 0
    assert found["one", "two", "clip_jaccard"] == 1


def test_multilabel_clips_count_as_sets():
    many = ["p+q", "p", "q", "p+q", "p", "q", "q+p", "p", "q", "p+q", "p", "q"]
    found = overlap(study(one=("a", "", clips("ABCABCABCABC")), two=("a", "", clips(many))))
    assert found["one", "two", "label_nmi"] == pytest.approx(1)


def test_regression_and_constant_labels_have_no_association():
    numbers = clips([float(i) for i in range(12)])
    tables = study(
        one=("a", "", clips("ABCABCABCABC")), two=("a", "", numbers), three=("a", "", clips("K" * 12))
    )
    found = overlap(tables)
    assert found["one", "two", "clip_jaccard"] == 1
    assert not {"label_nmi", "label_cramers_v"} & set(found.index.get_level_values("predictor"))
    assert found["one", "two", "class_jaccard"] == 0
    more = overlap(study(two=("a", "", numbers), four=("a", "", numbers)))
    assert ("two", "four", "class_jaccard") not in more  # nothing over nothing
    assert found["one", "three", "class_jaccard"] == 0


def test_a_study_of_an_older_version_has_no_domain():
    tables = synthetic_tables(5, combiners=("sum",), seeds=1, folds=1)
    found = overlap(tables | {"tasks": tables["tasks"].drop(columns="domain")})
    assert "same_domain" not in set(found.index.get_level_values("predictor"))
    assert found["notes/family", "notes/pitch_class", "same_dataset"] == 1
    assert found["notes/family", "speech/digit", "clip_jaccard"] == 0
    assert 0 <= found["speech/digit", "speech/voice", "label_nmi"] < 0.2  # drawn independently


def test_no_tasks_no_labels():
    tables = synthetic_tables(2, combiners=("sum",), seeds=1, folds=1)
    assert overlap(tables | {"tasks": tables["tasks"].iloc[:0]}).empty
    unlabelled = overlap(tables | {"labels": tables["labels"].iloc[:0]})
    assert set(unlabelled.index.get_level_values("predictor")) == {"same_dataset", "class_jaccard"}


def test_it_is_registered():
    record = load_registry().get("predictor", "overlap").component
    assert isinstance(record.build(record.parameters()), Overlap)
