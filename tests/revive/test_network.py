"""Kept networks of a whole small study: they say what the tables say, and nothing but them is changed by keeping."""

import json
import shutil

import numpy as np
import pytest
import torch

from harness.api import load_network
from harness.errors import DataError, StudyDirectoryError, TrainingStopped
from harness.schedule.unit_data import load_data
from harness.train.checkpoint import Checkpoints
from harness.train.kept import KeptNetwork
from harness.train.loop import train
from harness.train.types import RunSpec
from tests.probes.small import bench
from tests.revive.small import factory_of, tables, write_study

EPOCHS = ("training.keep=epochs",)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("revive")


@pytest.fixture(scope="module")
def plain(place):
    """The tables of the study without any network kept."""
    with bench(write_study(place), place / "plain") as study:
        study.train()
        return tables(study)


@pytest.fixture(scope="module")
def kept(place, plain):
    """The tables of the study with the networks of all epochs kept."""
    with bench(write_study(place), place / "kept", changes=EPOCHS) as study:
        study.train()
        return tables(study)


def without_times(rows):
    return [{k: v for k, v in row.items() if k not in ("wall_time_s", "started_at_utc")} for row in rows]


def test_keeping_changes_no_key_and_no_result(plain, kept, place) -> None:
    assert not (place / "plain" / "networks").exists()
    for name in ("trials", "runs", "scores", "selections", "curves", "predictions", "confusions"):
        assert without_times(kept[name]) == without_times(plain[name]), name


def test_each_run_gives_its_predictions_again(kept, place) -> None:
    seen = 0
    for run in kept["runs"]:
        rows = [row for row in kept["predictions"] if row["run_id"] == run["run_id"]]
        network = load_network(place / "kept", run["run_id"])
        for task in network.tasks:
            mine = [row for row in rows if row["task"] == task]
            dataset = task.split("/")[0]
            logits = network.outputs(network.features([row["clip"] for row in mine], dataset), dataset)[task]
            found = (
                logits.softmax(1)
                if logits.shape[1] > 1
                else torch.cat([1 - logits.sigmoid(), logits.sigmoid()], 1)
            )
            expected = np.array([row["probabilities"] for row in mine])
            np.testing.assert_allclose(found.detach().numpy()[:, -expected.shape[1] :], expected, atol=1e-6)
            assert network.clips("test", task) == [row["clip"] for row in mine]
            assert network.labels(network.clips("test", task), task) == [row["target"] for row in mine]
            seen += len(mine)
    assert seen == len(kept["predictions"])


def test_every_epoch_of_every_task_is_there(kept, place) -> None:
    for run in kept["runs"]:
        network = KeptNetwork.of(place / "kept", run["config_hash"])
        for row in (row for row in kept["selections"] if row["run_id"] == run["run_id"]):
            assert network.epochs(row["task"]) == [1, 2, 3]
            assert network.step_of(row["task"], None) == row["best_step"]
            assert network.step_of(row["task"], row["best_epoch"]) == row["best_step"]


def test_the_tasks_of_a_group_end_their_epochs_each_by_itself(kept, place) -> None:
    [run, *_] = [row for row in kept["runs"] if len({r["task"] for r in _of(kept, "selections", row)}) == 2]
    tasks = KeptNetwork.of(place / "kept", run["config_hash"]).index()["tasks"]
    assert tasks["a/pitch"]["epochs"] != tasks["b/wave"]["epochs"]
    early, late = (load_network(place / "kept", run["run_id"], epoch) for epoch in (1, 3))
    weight = next(iter(early.model.state_dict()))
    assert not torch.equal(early.model.state_dict()[weight], late.model.state_dict()[weight])
    assert early.model_of("a/pitch") is not early.model_of("b/wave")


def test_gradients_flow_to_features(kept, place) -> None:
    network = load_network(place / "kept", kept["runs"][0]["run_id"])
    x = network.features(network.clips("validation")[:2]).clone().requires_grad_()
    next(iter(network.outputs(x).values())).sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0
    assert tuple(x.shape[1:]) == network.input_shape
    assert not network.model.training


def test_only_final_runs_are_kept_once_their_search_has_ended(kept, place) -> None:
    from harness.schedule.observers import NotChosen

    out = shutil.copytree(place / "kept", place / "cleaned")
    with bench(place / "study.yaml", out, changes=EPOCHS) as study:
        watcher = NotChosen(study.ledger)
        before = {path.name for path in (out / "networks").iterdir()}
        for run in kept["runs"]:
            watcher.event("pursuit_done", {"cell": run["cell_id"], "fold": run["fold"]})
    after = {path.name for path in (out / "networks").iterdir()}
    assert after == {run["config_hash"] for run in kept["runs"]}
    assert len(before) == 2 * len(after)


def test_networks_that_are_asked_for_later_or_gone_are_trained_once_more(plain, place) -> None:
    out = shutil.copytree(place / "plain", place / "later")
    for _ in range(2):
        with bench(place / "study.yaml", out, changes=("training.keep=final",)) as study:
            study.train()
            assert len(study.executor.done) == len(plain["runs"])
            for name in ("scores", "predictions", "curves"):
                assert without_times(tables(study)[name]) == without_times(plain[name])
        shutil.rmtree(out / "networks")
    with bench(place / "study.yaml", out) as study:
        study.train()
        assert study.executor.done == []


def test_a_training_begun_without_keeping_does_not_go_on_from_its_checkpoint(place, plain) -> None:
    def begin(unit) -> None:
        """Leave a checkpoint of a time when nothing was kept."""
        spec = RunSpec.from_json({**unit["spec"], "device": "cpu", "keep": "none"})
        asked = iter(range(spec.epochs * 2))
        with pytest.raises(TrainingStopped):
            train(
                load_data(unit["data"], 1.0), spec, should_stop=lambda: next(asked, None) is None,
                checkpoints=Checkpoints(place / "begun" / "checkpoints", unit["key"], 1e9),
            )  # fmt: skip

    changes = (*EPOCHS, "tuning.trials=1", "groups.include=[]", "tasks=[b/wave]")
    with bench(place / "study.yaml", place / "begun", begin, changes) as study:
        study.train()
        found = tables(study)
    for run in found["runs"]:
        assert KeptNetwork.of(place / "begun", run["config_hash"]).epochs("b/wave") == [1, 2, 3]


def test_final_keeps_the_chosen_epochs_alone(kept, place) -> None:
    out = place / "final"
    changes = ("training.keep=final", "tuning.trials=1", "groups.sizes=[]")
    with bench(place / "study.yaml", out, changes=changes) as study:
        study.train()
        found = tables(study)
    for run in found["runs"]:
        steps = {row["best_step"] for row in _of(found, "selections", run)}
        assert KeptNetwork.of(out, run["config_hash"]).steps() == sorted(steps)
        with pytest.raises(DataError, match="is not kept; kept are:"):
            load_network(out, run["run_id"], 99)


def test_a_run_trained_again_keeps_what_it_was_tested_with(place) -> None:
    out = place / "refit"
    changes = (*EPOCHS, "evaluation.refit=true", "tuning.trials=1", "groups.include=[]", "tasks=[b/wave]")
    with bench(place / "study.yaml", out, changes=changes) as study:
        study.train()
        found = tables(study)
    for run in found["runs"]:
        network = load_network(out, run["run_id"])
        rows = _of(found, "predictions", run)
        [selection] = _of(found, "selections", run)
        assert KeptNetwork.of(out, run["config_hash"]).epochs("b/wave")[-1] == selection["best_epoch"]
        assert len(network.clips("train")) == selection["n_train"]
        logits = network.outputs(network.features([row["clip"] for row in rows]))["b/wave"].softmax(1)
        np.testing.assert_allclose(logits.detach(), [row["probabilities"] for row in rows], atol=1e-6)


def test_units_have_the_same_keys_whatever_is_kept(kept, place) -> None:
    study = write_study(place)
    keys = set()
    for changes in ((), EPOCHS, ("training.keep=final", "training.reports=epochs")):
        factory = factory_of(study, *changes)
        from harness.schedule.cells import enumerate_cells

        keys.add(
            json.dumps(
                [factory.unit(c, 0, {}, 0, final=True)["key"] for c in enumerate_cells(factory.config)]
            )
        )
    assert len(keys) == 1


def test_what_is_not_there_is_said(kept, plain, place) -> None:
    run = kept["runs"][0]["run_id"]
    with pytest.raises(DataError, match="no run 'nonsense'"):
        load_network(place / "kept", "nonsense")
    with pytest.raises(DataError, match=r"no network of this training is kept; set training\.keep: final"):
        load_network(place / "plain", run)
    with pytest.raises(StudyDirectoryError, match="no study here"):
        load_network(place, run)
    network = load_network(place / "kept", run)
    with pytest.raises(DataError, match="unknown part 'testing'"):
        network.clips("testing")
    with pytest.raises(DataError, match="has no clip 'x'"):
        network.features(["x"])


def test_a_damaged_network_is_named(kept, place) -> None:
    run = kept["runs"][0]
    out = shutil.copytree(place / "kept", place / "damaged")
    network = KeptNetwork.of(out, run["config_hash"])
    path = network.directory / f"step_{network.steps()[0]:08d}.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match=path.name):
        load_network(out, run["run_id"], 1)


def _of(found, name, run):
    return [row for row in found[name] if row["run_id"] == run["run_id"]]
