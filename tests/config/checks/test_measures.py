"""Metrics and losses against the kinds of the tasks."""

SMALL = """study: small
tasks: [esc/sound, esc/level, words/digit]
datasets:
  - {as: esc, use: folder, path: x, tasks: {sound: multiclass, level: {kind: regression}}}
"""


def test_unknown_metric(mistakes):
    (found,) = mistakes(SMALL + "evaluation: {metric: macro_f2}\n")
    assert found == (
        "5:22: evaluation.metric: unknown metric 'macro_f2' (did you mean 'macro_f1'?);"
        " allowed: macro_f1, rmse; or auto: each task's own primary metric"
    )


def test_metric_that_does_not_fit_a_kind(mistakes, load):
    (found,) = mistakes(SMALL + "evaluation: {metric: rmse}\n")
    assert "metric 'rmse' is for regression; task esc/sound is multiclass; allowed for it: macro_f1" in found
    assert load(SMALL.replace("esc/sound, ", "") + "evaluation: {metric: rmse}\n").evaluation.metric == "rmse"


def test_losses(mistakes, load):
    found = mistakes(
        SMALL
        + "training:\n  losses:\n    esc/sound: squared\n    esc/level: sqared\n    esc/x: cross_entropy\n"
    )
    assert (
        "7:16: training.losses.esc/sound: loss 'squared' is for regression; task esc/sound is multiclass"
        in found[0]
    )
    assert "8:16: training.losses.esc/level: unknown loss 'sqared' (did you mean 'squared'?)" in found[1]
    assert "9:5: training.losses.esc/x: found 'esc/x'" in found[2]
    assert "which is not in tasks" in found[2]
    config = load(SMALL + "training: {losses: {esc/sound: cross_entropy}}\n")
    assert config.training.losses == {"esc/sound": "cross_entropy"}


def test_own_metric_of_a_typed_task(mistakes):
    (found,) = mistakes(SMALL.replace("kind: regression", "kind: regression, metric: macro_f1"))
    assert found.startswith("4:98: datasets.0.tasks.level.metric: metric 'macro_f1' is for multiclass")
