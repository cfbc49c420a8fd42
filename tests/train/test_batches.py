from dataclasses import replace

import numpy as np
import torch

from harness.train.batches import Batcher, make_sources
from harness.train.store import FeatureStore

from .doubles import alone, noise, pair, part, rows, run_data

CPU = torch.device("cpu")


def batcher_of(data, augmentations=(), seed=3):
    return Batcher(data, make_sources(data), FeatureStore(data.datasets, CPU), augmentations, seed)


def test_tasks_with_the_same_training_clips_share_a_draw():
    shuffled = part("a/second", 0, 20)
    shuffled = replace(shuffled, train=shuffled.train[::-1].copy())
    data = run_data(
        (rows("a", 20), rows("b", 20)),
        part("a/first", 0, 20),
        part("b/other", 1, 20),
        shuffled,
        part("a/fewer", 0, 20, train=9),
    )
    sources = make_sources(data)
    assert [source.tasks for source in sources] == [(0, 2), (1,), (3,)]
    assert [source.draw.name for source in sources] == ["a/first", "b/other", "a/fewer"]
    assert [source.draw.n for source in sources] == [12, 12, 9]
    assert sources[0].draw.tasks == ("a/first", "a/second")


def test_a_draw_has_the_classes_of_its_first_task_unless_it_has_none():
    data = run_data((rows("a", 20),), part("a/x", 0, 20), part("a/y", 0, 20, kind="regression", train=5))
    first, second = make_sources(data)
    np.testing.assert_array_equal(first.draw.labels, data.tasks[0].targets[:12])
    assert second.draw.labels is None


def test_a_batch_holds_the_clips_and_the_labels_of_the_positions():
    data = run_data((rows("a", 20), rows("b", 20, seed=1)), part("b/y", 1, 20), part("a/x", 0, 20, train=7))
    batch = batcher_of(data).batch({0: np.array([4, 0, 4]), 1: np.array([6, 1])}, [0, 0])
    assert batch.segments == ((0, 0, 2), (1, 2, 5))  # by data set, whatever the order of the tasks
    assert batch.spans == {1: (0, 2), 0: (2, 5)}
    np.testing.assert_array_equal(batch.x[:2], data.datasets[0].features[[6, 1]])
    np.testing.assert_array_equal(batch.x[2:], data.datasets[1].features[[4, 0, 4]])
    np.testing.assert_array_equal(batch.targets[0], data.tasks[0].targets[[4, 0, 4]])
    np.testing.assert_array_equal(batch.targets[1], data.tasks[1].targets[[6, 1]])


def test_draws_of_one_data_set_are_one_segment_but_serve_their_own_tasks():
    data = run_data((rows("a", 20),), part("a/x", 0, 20), part("a/y", 0, 20, train=5))
    batch = batcher_of(data).batch({0: np.arange(3), 1: np.arange(2)}, [0, 0])
    assert batch.segments == ((0, 0, 5),)
    assert batch.spans == {0: (0, 3), 1: (3, 5)}


def test_one_random_window_of_a_clip_is_seen():
    data = run_data((rows("a", 30, windows=3),), part("a/x", 0, 30))
    batcher, dataset = batcher_of(data), data.datasets[0]
    seen = set()
    for turn in range(30):
        batch = batcher.batch({0: np.array([2, 5])}, [turn])
        for clip, x in zip([2, 5], batch.x.numpy()):
            window = np.flatnonzero((dataset.features == x).all((1, 2, 3))) - dataset.first[clip]
            assert 0 <= window.item() < dataset.count[clip]
            seen.add((clip, window.item()))
    assert seen == {(2, 0), (2, 1), (2, 2), (5, 0), (5, 1), (5, 2)}


def test_windows_and_augmentations_are_the_same_alone_and_in_a_group():
    data = pair((30, 30), windows=3)
    together = batcher_of(data, [noise(None)]).batch({0: np.arange(5), 1: np.arange(5)}, [4, 9])
    single = batcher_of(alone(data, 1), [noise(None)]).batch({0: np.arange(5)}, [9])
    torch.testing.assert_close(together.x[5:], single.x, rtol=0, atol=0)
    other_turn = batcher_of(alone(data, 1), [noise(None)]).batch({0: np.arange(5)}, [8])
    assert not torch.equal(single.x, other_turn.x)
