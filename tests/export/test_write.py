"""Exported networks say what the run said of its test clips, in a process that has no harness."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from harness.cli.main import main
from harness.cli.model import _shown
from harness.errors import DataError, HarnessError, TrainingError, UsageError
from harness.export import verify, write
from harness.export.module import Fit
from harness.export.runs import find_run, list_networks, told_of
from harness.export.write import export_network
from harness.schedule.ledger import Ledger

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")

#: An import of the harness, or of a plugin, is an error.
WITHOUT_HARNESS = "import sys\nsys.modules['harness'] = sys.modules['harness_audio'] = None\n"
TORCHSCRIPT = """
import json, soundfile, soxr, torch
extra = {"harness.json": ""}
network = torch.jit.load(sys.argv[1], _extra_files=extra)
about = json.loads(extra["harness.json"])
samples, rate = soundfile.read(sys.argv[2], dtype="float32", always_2d=True)
waveform = soxr.resample(samples.mean(axis=1), rate, about["sample_rate"])
found = network(torch.from_numpy(waveform)[None])
print(json.dumps({task: found[task][0].tolist() for task in about["tasks"]}))
"""
ONNX = """
import json, onnxruntime, soundfile, soxr
network = onnxruntime.InferenceSession(sys.argv[1])
about = json.loads(network.get_modelmeta().custom_metadata_map["harness.json"])
samples, rate = soundfile.read(sys.argv[2], dtype="float32", always_2d=True)
waveform = soxr.resample(samples.mean(axis=1), rate, about["sample_rate"])
found = network.run(list(about["tasks"]), {"waveform": waveform[None]})
print(json.dumps({task: values[0].tolist() for task, values in zip(about["tasks"], found)}))
"""


@pytest.fixture(scope="module")
def run_id(study) -> str:
    return list_networks(study)[0]["run_id"]


@pytest.fixture(scope="module")
def predictions(study, run_id) -> dict:
    """What the run itself said: ``{task: {clip: probabilities}}``."""
    found: dict = {}
    for row in told_of(study, find_run(study, run_id)).result["predictions"]:
        found.setdefault(row["task"], {})[row["clip"]] = row["probabilities"]
    return found


def said_without_harness(script: str, file: Path, audio: Path) -> dict:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_HARNESS + script, str(file), str(audio)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    ("name", "script", "within", "tasks"),
    [("n.pt", TORCHSCRIPT, 1e-5, ("a/loud", "a/pitch", "b/wave")), ("n.onnx", ONNX, 1e-3, ("a/loud",))],
)
def test_a_script_of_ten_lines_gives_the_runs_own_probabilities(
    study, run_id, predictions, tmp_path, capsys, name, script, within, tasks
):
    if name.endswith("onnx"):
        pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    file = tmp_path / name
    only = [word for task in tasks for word in ("--task", task)]
    assert main(["model", "export", str(study), run_id[:6], "--to", str(file), "--json", *only]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verified"]["clips"] == len(tasks) * verify.CLIPS
    assert told["verified"]["difference"] <= told["verified"]["tolerance"] == within
    clip, expected = next(iter(predictions["a/loud"].items()))
    found = said_without_harness(script, file, study.parent / "a" / clip)
    assert set(found) == set(tasks)
    np.testing.assert_allclose(found["a/loud"], expected, atol=within)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_file_says_what_it_is(study, run_id, tmp_path):
    told = export_network(study, run_id, tmp_path / "net.pt")
    extra = {"harness.json": ""}
    torch.jit.load(str(tmp_path / "net.pt"), _extra_files=extra)
    about = json.loads(extra["harness.json"])
    assert about.items() <= told.items()
    assert about["batch"] is None
    assert (about["sample_rate"], about["clip_samples"], about["fit"], about["run_id"]) == (
        8000,
        2000,
        "pad",
        run_id,
    )
    assert about["tasks"]["b/wave"]["classes"] == ["w0", "w1", "w2"]
    assert about["tasks"]["a/loud"] | {"epoch": 0, "test_scores": {}} == {
        "kind": "binary", "classes": ["no", "yes"], "statistics_of": "a", "epoch": 0, "test_scores": {},
    }  # fmt: skip
    [row] = [row for row in list_networks(study) if row["run_id"] == run_id]
    for task, metric, value in zip(row["tasks"], row["metrics"], row["test_scores"], strict=True):
        assert about["tasks"][task]["test_scores"][metric] == value


def test_one_task_by_the_statistics_of_another_data_set(study, run_id, tmp_path):
    own, other = tmp_path / "own.pt", tmp_path / "other.pt"
    export_network(study, run_id, own, tasks=["b/wave"])
    told = export_network(study, run_id, other, tasks=["b/wave"], dataset="a")
    assert told["tasks"]["b/wave"]["statistics_of"] == "a"
    assert told["verified"]["clips"] == 0  # it was not tested so
    x = torch.randn(2, 900, generator=torch.Generator().manual_seed(0))
    first, second = (torch.jit.load(str(path))(x) for path in (own, other))
    assert list(first) == list(second) == ["b/wave"]
    assert not torch.allclose(first["b/wave"], second["b/wave"], atol=1e-4)


def test_a_file_that_says_something_else_is_not_left(study, run_id, tmp_path, monkeypatch):
    monkeypatch.setattr(Fit, "forward", lambda self, waveform: waveform[:, : self.length] * 0.5)
    with pytest.raises(
        TrainingError, match=r"the harness .* apart, at most 1e-05 is allowed; nothing was written"
    ):
        export_network(study, run_id, tmp_path / "net.pt")
    assert list(tmp_path.iterdir()) == []


def test_what_counts_the_rows_of_a_batch_gets_one_row(study, run_id, tmp_path, monkeypatch):
    plain = Fit.forward

    def counting(self, waveform):
        parts = [
            plain(self, waveform[row : row + 1]) for row in range(len(waveform))
        ]  # traced: always as many
        return torch.cat(parts)

    monkeypatch.setattr(Fit, "forward", counting)
    told = export_network(study, run_id, tmp_path / "net.pt")
    assert (told["batch"], told["verified"]["clips"]) == (1, 3 * verify.CLIPS)


def test_audio_that_is_gone_is_told(study, run_id, tmp_path):
    ledger = Ledger(study / "ledger.sqlite")
    config = ledger.meta("config_json")
    try:
        ledger.set_meta("config_json", config.replace("/a", "/elsewhere"))
        told = export_network(study, run_id, tmp_path / "net.pt", tasks=["a/pitch"])
    finally:
        ledger.set_meta("config_json", config)
        ledger.close()
    assert (told["verified"]["clips"], told["verified"]["waveforms"]) == (0, 6)
    assert "data set a" in told["verified"]["note"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run_id": "zz"}, r"no run 'zz'.*harness model list"),
        ({"run_id": ""}, "no run ''"),
        ({"tasks": ["a/pich"]}, r"no task 'a/pich' \(did you mean 'a/pitch'\?\); it has: "),
        ({"dataset": "c"}, "no data set 'c'.*it has: a, b"),
        ({"format_": "onxx"}, r"unknown format 'onxx' \(did you mean 'onnx'\?\)"),
        ({"to": "net.bin"}, r"net.bin: which format\? Give --format torchscript\|onnx, or an ending of .pt"),
        ({"to": "there.pt"}, "there.pt is there already; give another name, or --force"),
        ({"to": "no/net.pt"}, "no is no directory"),
    ],
)
def test_mistakes_are_said(study, run_id, tmp_path, changes, message):
    (tmp_path / "there.pt").write_text("mine")
    asked = {"run_id": run_id, "to": "net.pt"} | changes
    with pytest.raises((DataError, UsageError), match=message):
        export_network(study, asked.pop("run_id"), tmp_path / asked.pop("to"), **asked)
    assert (tmp_path / "there.pt").read_text() == "mine"


def test_missing_libraries_are_named(study, run_id, tmp_path, monkeypatch):
    monkeypatch.setattr(write.onnx, "find_spec", lambda name: None if name == "onnxscript" else True)
    with pytest.raises(
        HarnessError, match=r"ONNX needs onnxscript: install the extra, pip install 'mtl-harness\[onnx\]'"
    ):
        export_network(study, run_id, tmp_path / "net.onnx")


def test_a_placebo_is_called_one():
    row = {"run_id": "r", "feature": "f", "model": "m", "combiner": "c", "fold": 0, "seed": 0, "bytes": 1e6}
    row |= {"tasks": ["x/a", "x/b"], "metrics": ["f1", "f1"], "test_scores": [0.5, None]}
    shown = _shown(row | {"shuffled": ["x/b"], "capacity_of": ["x/c"]})
    assert shown["tasks"] == ["x/a", "x/b (shuffled)", "(head of x/c)"]
    assert shown["test"] == "f1 0.500, f1 –"


def test_networks_are_listed(study, run_id, capsys):
    assert main(["model", "list", str(study), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["fold"], row["seed"]) for row in rows] == [(0, 0), (1, 0)]
    assert rows[0]["tasks"] == ["a/loud", "a/pitch", "b/wave"]
    assert rows[0]["bytes"] > 1000
    assert (rows[0]["shuffled"], rows[0]["capacity_of"]) == ([], [])
    assert all(0 <= value <= 1 for value in rows[0]["test_scores"])
    assert main(["model", "list", str(study)]) == 0
    assert run_id in capsys.readouterr().out
    assert main(["model", "list", str(study.parent)]) == 6
