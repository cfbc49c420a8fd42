"""Which transferability is defined for which kinds of tasks."""

import numpy as np
import pytest

from harness.data.types import TaskPart
from harness.measures import h_score, leep, logme, logme_regression
from harness.probes.networks import Seen
from harness.probes.packed import pack, unpack
from harness.probes.rows import measured
from harness.probes.transfer import transferability
from harness.records import Task

CLIPS = np.arange(40)


def part(kind: str, targets: np.ndarray, classes: tuple[str, ...] | None) -> TaskPart:
    task = Task(name="t", kind=kind, classes=classes)  # type: ignore[arg-type]
    none = np.array([], dtype=np.int64)
    return TaskPart(
        name="d/t", task=task, dataset=0, targets=targets, train=CLIPS, validation=none, test=none, own_n=40
    )


@pytest.fixture
def seen() -> Seen:
    rng = np.random.default_rng(0)
    return Seen(rng.standard_normal((40, 5)), rng.dirichlet(np.ones(3), 40))


SOURCE = Task(name="s", kind="multiclass", classes=("x", "y", "z"))


def test_a_labelled_main_has_all_three(seen) -> None:
    targets = np.arange(40) % 2
    found = transferability(seen, SOURCE, part("binary", targets.astype(np.float32), ("n", "y")), CLIPS)
    assert found == {
        "logme": (logme(seen.embedding, targets, 2), None),
        "leep": (leep(seen.probabilities, targets), None),
        "h_score": (h_score(seen.embedding, targets), None),
    }


def test_a_regression_main_has_only_logme(seen) -> None:
    targets = np.linspace(1, 2, 40, dtype=np.float32)
    found = transferability(seen, SOURCE, part("regression", targets, None), CLIPS)
    assert found["logme"] == (logme_regression(seen.embedding, targets.astype(np.float64)), None)
    assert found["leep"][0] is found["h_score"][0] is None
    assert "found regression" in str(found["leep"][1])


def test_a_multilabel_main_is_the_mean_over_classes_that_occur(seen) -> None:
    columns = np.stack([CLIPS % 2, CLIPS % 3 == 0, np.zeros(40)], axis=1).astype(np.float32)
    found = transferability(seen, SOURCE, part("multilabel", columns, ("a", "b", "c")), CLIPS)
    each = [logme_regression(seen.embedding, columns[:, k].astype(np.float64)) for k in (0, 1)]
    assert found["logme"][0] == pytest.approx(np.mean(each), rel=1e-12)


def test_a_source_without_one_class_a_clip_has_no_leep(seen) -> None:
    source = Task(name="s", kind="multilabel", classes=("x", "y", "z"))
    found = transferability(seen, source, part("multiclass", CLIPS % 3, ("a", "b", "c")), CLIPS)
    assert found["leep"][0] is None
    assert found["h_score"][0] is not None


def test_one_class_alone_is_a_note(seen) -> None:
    found = transferability(seen, SOURCE, part("multiclass", CLIPS * 0, ("a", "b")), CLIPS)
    assert {value for value, _ in found.values()} == {None}
    assert all("at least two" in str(note) for _, note in found.values())


def test_a_value_that_is_not_finite_is_none() -> None:
    assert measured(lambda: float("nan")) == (None, "the value is nan")


def test_arrays_travel_as_float32() -> None:
    values = np.random.default_rng(1).standard_normal((4, 3))
    assert np.array_equal(unpack(pack(values)), values.astype(np.float32))
