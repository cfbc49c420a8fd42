"""The search space against the components of the study."""

import pytest

SMALL = "study: small\ntasks: [tones/pitch, words/digit]\n"


def space(entries: str, more: str = "") -> str:
    return f"{SMALL}{more}tuning: {{space: {{{entries}}}}}\n"


def test_names_of_every_place(load):
    config = load(
        space(
            "lr: {log: [1e-4, 1e-2]}, batch_size: {choice: [16, 32]}, width: {int: [4, 8]},"
            " combiner.alpha: 0.5",
            "combiners: [sum, weighted]\nmodels: [linear, cnn]\n",
        )
    )
    assert list(config.tuning.space) == ["lr", "batch_size", "width", "combiner.alpha"]


def test_unknown_name(mistakes):
    (found,) = mistakes(space("learning_rate: 0.1, lr: 0.1"))
    assert found == (
        "3:18: tuning.space.learning_rate: no optimizer, model or combiner of this study has 'learning_rate';"
        " allowed: batch_size, dropout, lr, weight_decay, width"
    )


def test_near_name(mistakes):
    (found,) = mistakes(space("combiner.alfa: 0.1", "combiners: [weighted]\n"))
    assert "(did you mean 'combiner.alpha'?)" in found


def test_default_space_keeps_what_the_study_has(load):
    assert list(load(SMALL).tuning.space) == ["lr", "weight_decay", "dropout"]
    assert list(load(SMALL + "models: [linear]\n").tuning.space) == ["lr", "weight_decay"]


def test_unknown_component_is_the_only_mistake(mistakes):
    (found,) = mistakes(space("width: {int: [4, 8]}", "models: [cn]\n"))
    assert "unknown model 'cn'" in found


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("dropout: {uniform: [0, 1.5]}", "model cnn cannot have 1.5: it should be less than 1"),
        ("dropout: -0.1", "model cnn cannot have -0.1: it should be greater than or equal to 0"),
        ("width: {uniform: [4, 8]}", "model cnn cannot have 4.0: it should be a valid integer"),
        ("lr: {choice: [0.1, fast]}", 'optimizer adamw cannot have "fast"'),
        ("batch_size: {uniform: [4, 8]}", "found 4.0, expected integers of at least 1"),
        ("batch_size: {choice: [0, 8]}", "found 0, expected integers of at least 1"),
        ("batch_size: true", "found true, expected integers of at least 1"),
    ],
)
def test_values_that_the_component_refuses(mistakes, entry, message):
    found = mistakes(space(entry))
    assert message in found[0]
    assert found[0].startswith("3:")


def test_name_of_two_kinds_cannot_be_searched(mistakes, registry):
    from harness.api import ModelRecord, Parameters
    from harness.plugins import Registered

    class Clash(Parameters):
        lr: float = 0.1

    registry.add(Registered(ModelRecord(name="clash", factory=print, parameters=Clash), "p", "d", "1"))
    (found,) = mistakes(space("lr: 0.1", "models: [clash]\n"))
    assert "optimizer adamw and model clash both have 'lr', so it cannot be searched" in found


def grid(entries: str, trials: int) -> str:
    return f"{SMALL}tuning: {{sampler: grid, trials: {trials}, space: {{{entries}}}}}\n"


def test_a_grid_has_choices_and_a_trial_for_each_point(load, mistakes):
    entries = "lr: {choice: [0.1, 0.01]}, batch_size: {choice: [8, 16, 32]}, dropout: 0.1"
    assert load(grid(entries, 6)).tuning.sampler == "grid"
    (found,) = mistakes(grid(entries, 5))
    assert "tuning.trials: found 5; the grid has 6 points, a trial for each" in found
    (found,) = mistakes(grid("lr: {log: [0.01, 0.1]}, batch_size: {choice: [8, 16]}", 2))
    assert "tuning.space.lr: found log, but `sampler: grid` tries every combination" in found
    (found,) = mistakes(SMALL + "tuning: {sampler: grid}\n")
    assert "tuning.sampler: found 'grid', which needs `space`" in found
