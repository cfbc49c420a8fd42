import json
from dataclasses import asdict

from harness.train.types import Choice, RunSpec

SPEC = RunSpec(
    tasks=("a/x", "b/y"),
    model=Choice(name="dnn", parameters={"width": 8, "layers": [1, 2]}),
    combiner=Choice(name="sum"),
    optimizer=Choice(name="adamw", parameters={"lr": 0.1}),
    stopping=Choice(name="patience"),
    schedule=Choice(name="mixed"),
    scaler=Choice(name="standard"),
    augmentations=(Choice(name="gain", parameters={"db": 3.0}),),
    losses={"a/x": Choice(name="cross_entropy"), "b/y": Choice(name="bce")},
    metrics={"a/x": ("f1", "accuracy"), "b/y": ("auc",)},
    epochs=2,
    batch_size=4,
    seed=7,
)


def test_a_specification_as_plain_values_is_what_asdict_gives() -> None:
    assert SPEC.to_json() == asdict(SPEC)


def test_and_comes_back_from_json() -> None:
    assert RunSpec.from_json(json.loads(json.dumps(SPEC.to_json()))) == SPEC


def test_the_values_are_copies() -> None:
    SPEC.to_json()["model"]["parameters"]["width"] = 9
    assert SPEC.model.parameters["width"] == 8
