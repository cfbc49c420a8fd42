from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from harness.config import StudyConfig, load_study_file
from harness.schedule.cells import enumerate_cells, placebo_pairs, task_groups

AUDIO_PAIRS = Path(__file__).parents[2] / "studies" / "audio_pairs.yaml"


def config(*overrides: str) -> StudyConfig:
    return load_study_file(AUDIO_PAIRS, overrides)


def test_singles_pairs_the_triple_and_a_placebo_a_task() -> None:
    cells = enumerate_cells(config())
    assert Counter((len(cell.tasks), cell.placebo) for cell in cells) == {
        (1, False): 6,
        (2, False): 15,
        (3, False): 1,
        (2, True): 6,
    }
    assert len({cell.id for cell in cells}) == len(cells)


def test_singles_have_no_combiner_and_are_trained_once_for_all_combiners() -> None:
    cells = enumerate_cells(config("combiners=[sum, uncertainty]"))
    assert Counter(
        cell.combiner.as_ if cell.combiner else None for cell in cells if len(cell.tasks) == 1
    ) == {None: 6}
    assert Counter(cell.combiner.as_ for cell in cells if cell.combiner) == {"sum": 22, "uncertainty": 22}


def test_cells_multiply_over_features_and_models() -> None:
    more = config("models=[{name: cnn, width: 8}, dnn]", "features=[log_mel, mfcc]")
    assert len(enumerate_cells(more)) == 4 * len(enumerate_cells(config()))


def test_the_order_of_tasks_does_not_matter() -> None:
    tasks = list(config().tasks)
    turned = config(f"tasks=[{', '.join(reversed(tasks))}]")
    assert {cell.id for cell in enumerate_cells(turned)} == {cell.id for cell in enumerate_cells(config())}


def test_an_alias_does_not_change_a_cell() -> None:
    named = config("models=[{name: cnn, width: 8, as: small}]")
    assert {cell.id for cell in enumerate_cells(named)} == {cell.id for cell in enumerate_cells(config())}


def test_excluded_groups_are_left_out() -> None:
    groups = task_groups(config("groups.exclude=[[speech/voice, notes/family]]"))
    assert ("notes/family", "speech/voice") not in groups
    assert len(groups) == 6 + 14 + 1


@pytest.mark.parametrize(("asked", "n"), [("none", 0), ("per_main", 6), ("all", 30)])
def test_placebos_as_asked(asked: str, n: int) -> None:
    pairs = placebo_pairs(config(f"placebo.shuffled_partner={asked}"))
    assert len(pairs) == n
    assert all(main != partner for main, partner in pairs)


def test_the_placebo_of_a_task_does_not_depend_on_tasks_elsewhere() -> None:
    tasks = config().tasks
    whole = dict(placebo_pairs(config()))
    for five in combinations(tasks, 5):
        fewer = dict(placebo_pairs(config(f"tasks=[{', '.join(five)}]", "groups.include=[]")))
        for main, partner in whole.items():
            if main in five and partner in five:
                assert fewer[main] == partner


def test_no_placebo_without_real_pairs() -> None:
    assert placebo_pairs(config("groups.sizes=[1]")) == []


def test_only_the_partner_of_a_placebo_is_shuffled() -> None:
    for cell in enumerate_cells(config()):
        assert cell.shuffled == (cell.tasks[1:] if cell.placebo else ())
