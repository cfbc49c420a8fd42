from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import ClassVar

import pytest

from harness.testing.dataset import DatasetContract
from harness_demo import harness_datasets
from harness_demo.notes import FAMILIES, INSTRUMENTS, PITCH_CLASSES, REGISTERS, Notes
from harness_demo.parameters import RenderParameters
from tests.plugins.harness_demo.helpers import context, hashes
from tests.plugins.harness_demo.sf2 import Sf2

pretty_midi = pytest.importorskip("pretty_midi")
pytest.importorskip("midirenderer")

VIOLA = 41
KEYS = [start + step for start in REGISTERS.values() for step in range(12)]
PROGRAMS = {name: number for family in INSTRUMENTS.values() for name, number in family.items()}


def notes(folder, **parameters):
    return Notes(RenderParameters(**parameters), context(folder))


@pytest.fixture(scope="module")
def sf2():
    return Sf2(Path(pretty_midi.__file__).parent / "TimGM6mb.sf2")


class TestNotesContract(DatasetContract):
    record = next(record for record in harness_datasets() if record.name == "notes")
    parameters: ClassVar = {"n_clips": 12}


def test_same_bytes_in_another_folder(tmp_path):
    assert hashes(notes(tmp_path / "a", n_clips=6)) == hashes(notes(tmp_path / "b", n_clips=6))


def test_every_task_is_balanced(tmp_path):
    plans = notes(tmp_path).plans()
    assert len(plans) == 480
    assert Counter(p.labels["family"] for p in plans) == Counter(dict.fromkeys(FAMILIES, 80))
    for task, classes in (("pitch_class", PITCH_CLASSES), ("register", tuple(REGISTERS))):
        counts = Counter(p.labels[task] for p in plans)
        assert set(counts) == set(classes)
        assert all(abs(count - 480 / len(classes)) <= 5 for count in counts.values()), counts


def test_a_group_is_one_instrument_of_one_family(tmp_path):
    plans = notes(tmp_path).plans()
    assert len({p.group for p in plans}) == 37
    assert len({(p.group, p.labels["family"], p.sound["program"]) for p in plans}) == 37
    assert min(Counter(p.labels["family"] for p in {p.group: p for p in plans}.values()).values()) >= 5


def test_key_is_what_the_labels_say(tmp_path):
    for plan in notes(tmp_path).plans():
        note = PITCH_CLASSES[plan.sound["key"] % 12], plan.sound["key"] // 12
        assert note == (plan.labels["pitch_class"], {"low": 4, "mid": 5, "high": 6}[plan.labels["register"]])


def test_no_two_instruments_use_the_same_sample(sf2):
    used = {name: set().union(*(sf2.samples(0, n, key) for key in KEYS)) for name, n in PROGRAMS.items()}
    assert [pair for pair in combinations(used, 2) if used[pair[0]] & used[pair[1]]] == []
    # the reader can tell: the viola is the violin's samples
    assert used["violin"] & set().union(*(sf2.samples(0, VIOLA, key) for key in KEYS))


def test_every_instrument_has_every_key(sf2):
    assert [(name, key) for name, n in PROGRAMS.items() for key in KEYS if not sf2.samples(0, n, key)] == []
