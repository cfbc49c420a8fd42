"""What bad input gets: a clear error or a row in a table; never a lost run, never a silent guess."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from harness.schedule import directory as study_directory
from tests.endtoend.corpus import events, harness, trained_again, write_corpus, write_study

ONE = ("pitch",)
FAST = ("--set", "tuning.trials=1", "--set", "evaluation.seeds=1", "--set", "training.epochs=1")


@pytest.fixture
def place(tmp_path) -> Path:
    write_corpus(tmp_path / "corpus", 36)
    return tmp_path


def relabel(place: Path, change) -> None:
    """Rewrite labels.csv: ``change(row number, row)`` edits a row, or returns False to leave it out."""
    path = place / "corpus" / "labels.csv"
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    kept = [row for i, row in enumerate(rows) if change(i, row) is not False]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)


def refused(place: Path, study: Path, code: int, *says: str) -> None:
    """Assert that the study is refused with an exit code, without a traceback, naming each of ``says``."""
    done = harness("study", "run", study, "--out", place / "out")
    said = " ".join(done.stderr.split())
    assert done.returncode == code, done.stderr
    assert "Traceback" not in said
    for words in says:
        assert words in said, done.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("tones/pitch]", "tones/pich]", "tones/pich"),
        ("use: folder", "use: foldr", "did you mean 'folder'"),
        ("seeds: 2}", "seeds: 2, metric: macro_f2}", "macro_f1"),
        ("epochs: 4", "epoch: 4", "did you mean 'epochs'"),
        ("n_mels: 16", "n_mels: many", "n_mels"),
        ("epochs: 4", "epochs: -1", "epochs"),
    ],
)
def test_a_wrong_study_file_names_line_and_way_out(place, old, new, says) -> None:
    study = write_study(place, ONE, **{old: new})
    line = next(i for i, text in enumerate(study.read_text().splitlines(), 1) if new in text)
    done = harness("study", "run", study, "--out", place / "out")
    assert done.returncode == 2
    assert f"{study.name}:{line}:" in done.stderr.replace("\n", "")
    assert says in " ".join(done.stderr.split())
    assert not (place / "out").exists()


def test_a_class_with_fewer_clips_than_folds(place) -> None:
    relabel(place, lambda i, row: row.update(pitch="rare") if i == 0 else None)
    refused(place, write_study(place, ONE), 3, "tones/pitch", "rare", "folds")


def test_fewer_groups_than_folds(place) -> None:
    relabel(place, lambda i, row: row.update(group="one"))
    refused(place, write_study(place, ONE), 3, "tones/pitch", "group", "folds")


def test_an_empty_data_set(place) -> None:
    relabel(place, lambda i, row: False)
    refused(place, write_study(place, ONE), 3, "tones", "labels.csv")


def test_a_task_without_any_label(place) -> None:
    relabel(place, lambda i, row: row.update(pitch=""))
    refused(place, write_study(place, ONE), 3, "tones")


def test_too_many_corrupt_clips(place) -> None:
    for clip in sorted((place / "corpus" / "clips").iterdir())[:10]:
        clip.write_bytes(b"RIFF")
    refused(place, write_study(place, ONE), 3, "tones", "000.wav", "max_quarantine")


def test_shapes_that_do_not_fit(place) -> None:
    study = write_study(place, ONE, **{"name: dnn, depth: 1, width: 16": "name: cnn, depth: 12"})
    done = harness("study", "run", study, "--out", place / "out", *FAST)
    failures = pd.read_parquet(place / "out" / "tables" / "failures.parquet")
    assert done.returncode == 10
    assert failures.error.str.contains("cnn").all()
    assert "Traceback" not in done.stderr


def test_missing_labels_are_left_out_and_counted(place) -> None:
    relabel(place, lambda i, row: row.update(loud="") if i % 5 == 0 else None)
    study = write_study(place, ("pitch", "loud"))
    assert harness("study", "run", study, "--out", place / "out", *FAST).returncode == 0
    tasks = pd.read_parquet(place / "out" / "tables" / "tasks.parquet").set_index("task")
    assert tasks.n_clips.to_dict() == {"tones/pitch": 36, "tones/loud": 28}
    predictions = pd.read_parquet(place / "out" / "tables" / "predictions.parquet")
    assert not set(predictions[predictions.task == "tones/loud"]["clip"]) & {
        f"clips/{i:03d}.wav" for i in range(0, 36, 5)
    }


def test_a_corrupt_clip_is_quarantined(place) -> None:
    (place / "corpus" / "clips" / "005.wav").write_bytes(b"not audio at all")
    study = write_study(place, ONE)
    assert harness("study", "run", study, "--out", place / "out", *FAST).returncode == 0
    quarantine = pd.read_parquet(place / "out" / "tables" / "quarantine.parquet")
    assert list(quarantine["clip"]) == ["clips/005.wav"]
    assert "corrupt" in quarantine.reason[0]


def test_a_loss_that_turns_nan_fails_its_runs_alone(place) -> None:
    space = {
        "{{lr: {{log: [1e-3, 1e-1]}}}}".replace("{{", "{").replace(
            "}}", "}"
        ): "{lr: {choice: [1.0e-2, 1.0e+30]}}"
    }
    study = write_study(place, ONE, **space)
    done = harness("study", "run", study, "--out", place / "out")
    tables = place / "out" / "tables"
    failures, trials = (
        pd.read_parquet(tables / "failures.parquet"),
        pd.read_parquet(tables / "trials.parquet"),
    )
    assert done.returncode == 10, done.stderr
    assert set(failures.error_type) == {"NonFiniteLossError"}
    assert failures.error.str.contains("tones/pitch").all()
    assert {"done", "failed"} == set(trials.status)
    assert set(pd.read_parquet(tables / "runs.parquet").status) == {"done"}


def test_a_killed_worker_loses_only_its_unit(place) -> None:
    study, out = write_study(place, ("pitch", "loud")), place / "out"
    command = [
        sys.executable,
        "-m",
        "harness.cli.main",
        "study",
        "run",
        str(study),
        "--out",
        str(out),
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        started = (e for e in map(json.loads, process.stdout) if e["event"] == "training_started")
        os.kill(int(next(started)["worker"].split()[1]), signal.SIGKILL)
        for _ in started:
            pass
        assert process.wait(timeout=120) == 0
    assert [what for _, what in events(out)].count("lost") == 1
    assert trained_again(out) == set()
    assert set(pd.read_parquet(out / "tables" / "runs.parquet").status) == {"done"}


def test_the_directory_of_another_study(place) -> None:
    study, out = write_study(place, ONE), place / "out"
    assert harness("study", "run", study, "--out", out, *FAST).returncode == 0
    study.write_text(study.read_text().replace("study: tones", "study: others"))
    refused(place, study, 6, "'tones'", "'others'", "--out")


def test_a_directory_with_other_files(place) -> None:
    (place / "out").mkdir()
    (place / "out" / "thesis.txt").write_text("dear reader")
    refused(place, write_study(place, ONE), 6, "thesis.txt", "--out")
    assert (place / "out" / "thesis.txt").read_text() == "dear reader"


def test_two_commands_cannot_write_one_study(place) -> None:
    study = write_study(place, ONE)
    with study_directory.open_study("tones", place / "out"):
        refused(place, study, 5, "another command", str(os.getpid()))
