"""python -m harness_auscultation.cam: figures and numbers of a run of a study that kept its networks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from harness.api import load_network
from harness_auscultation.cam.__main__ import main
from harness_auscultation.cam.maps import cam
from harness_auscultation.cam.padding import cells_with_audio, padding_share
from tests.probes.small import bench
from tests.revive.small import tables

STUDY = """\
study: cams
seed: 1
datasets: [{{use: seal_auscultation, path: {place}/seals}}]
tasks: [seal_auscultation/wheeze, seal_auscultation/side]
features: [{{name: pcen, clip_s: 1.0, win_ms: 64, n_mels: 16, mask: true}}]
models: [{{name: seal_cnn, widths: [4, 6], mask: {mask}}}]
combiners: [{{name: weighted, weights: {{seal_auscultation/wheeze: 1.0, seal_auscultation/side: 1.0}}}}]
groups: {{sizes: [2]}}
placebo: {{shuffled_partner: none}}
tuning: {{trials: 1, batch: 1, space: {{lr: {{log: [1e-3, 1e-2]}}}}}}
training: {{epochs: 2, batch_size: 8, keep: final}}
evaluation: {{folds: 2, seeds: 1}}
compute: {{workers: 1}}
analysis: {{predictors: []}}
data: {{options: {{cache_dir: {place}/cache}}}}
"""


def corpus(place: Path) -> None:
    """Write 24 recordings of 12 animals, of 0.25 to 1.2 s."""
    (place / "seals").mkdir()
    rng = np.random.default_rng(0)
    rows = ["file,wheeze,rhonchus,survival,animal,side"]
    for i in range(24):
        soundfile.write(
            place / f"seals/{i}.wav", 0.1 * rng.standard_normal(int(4000 * rng.uniform(0.25, 1.2))), 4000
        )
        rows.append(
            f"{i}.wav,{i // 2 % 2},{i // 2 % 3},{'alive' if i % 3 else 'dead'},seal{i // 2},{'lr'[i % 2]}"
        )
    (place / "seals/labels.csv").write_text("\n".join(rows) + "\n")


@pytest.fixture(scope="module", params=["null", "1"])
def kept(request, tmp_path_factory) -> tuple[Path, str, bool]:
    """Return the directory of a trained study, one of its runs, and whether the network heeds the mask."""
    place = tmp_path_factory.mktemp("cams")
    corpus(place)
    (place / "study.yaml").write_text(STUDY.format(place=place, mask=request.param))
    with bench(place / "study.yaml", place / "out") as study:
        study.train()
        run_id = tables(study)["runs"][0]["run_id"]
    return place / "out", run_id, request.param != "null"


def test_figures_and_numbers(kept, tmp_path, capsys):
    study, run_id, masked = kept
    n = int(masked)  # drawing takes its time
    assert main([str(study), "--run", run_id, "--clips", str(n), "--out", str(tmp_path / "deep")]) == 0
    rows = list(csv.DictReader((tmp_path / "deep/cam.csv").open()))
    means = json.loads((tmp_path / "deep/cam.json").read_text())
    network = load_network(study, run_id)
    assert set(means) == set(network.tasks)
    figures = sorted(path.name for path in (tmp_path / "deep").glob("*.png"))
    assert len(figures) == n * len(network.tasks)
    told = capsys.readouterr().out
    for task, found in means.items():
        clips = network.clips("test", task)
        mine = [row for row in rows if row["task"] == task]
        assert [row["clip"] for row in mine] == clips
        assert not n or f"seal_auscultation_{task.split('/')[1]}-{clips[0]}-0.png" in figures
        x = network.features(clips)
        network.outputs(x)
        model = network.model_of(task)
        head = model.heads[model.tasks.index(task)]
        maps = cam(model.maps(x), head.weight, network.outputs(x)[task]).detach()
        shares = padding_share(maps, cells_with_audio(x[:, 1, 0], maps.shape[-1])).nan_to_num(nan=-1)
        assert [float(row["padding_share"] or -1) for row in mine] == pytest.approx(shares.tolist(), abs=1e-6)
        padding = 1 - x[:, 1, 0].mean(dim=1)
        assert [float(row["padding"]) for row in mine] == pytest.approx(padding.tolist(), abs=1e-6)
        known = [float(row["padding_share"]) for row in mine if row["padding_share"]]
        if known:
            assert found["padding_share"] == pytest.approx(sum(known) / len(known))
        assert {row["decided"] for row in mine} <= set(network.classes(task))
        assert [row["label"] for row in mine] == network.labels(clips, task)
        assert f"{task}: " in told
    padded = [row for row in rows if float(row["padding_cells"]) > 0]
    assert padded
    if masked:
        assert {float(row["padding_share"] or 0) for row in padded} == {0.0}
    else:
        assert any(float(row["padding_share"] or 0) > 0 for row in padded)


def test_what_is_not_there_is_told(kept, tmp_path, capsys):
    study, run_id, _ = kept
    out = ["--out", str(tmp_path / "none")]
    assert main([str(study), "--run", "nobody", *out]) == 3
    assert "no run 'nobody'" in capsys.readouterr().err
    assert main([str(study), "--run", run_id, "--task", "seal_auscultation/whez", *out]) == 3
    assert "has no task 'seal_auscultation/whez'" in capsys.readouterr().err
    assert main([str(tmp_path), "--run", run_id, *out]) == 6
    assert "no study here" in capsys.readouterr().err
