import json
import math

import pytest

from tests.plugins.harness_training.records import build

NAN = math.nan


def stops_at(scores, **parameters):
    """Return the epoch, from 1, at which the rule stops; None where it does not."""
    rule = build("stopping", "patience", **parameters)
    return next((epoch for epoch, score in enumerate(scores, 1) if rule.update(score)), None)


@pytest.mark.parametrize(
    ("scores", "parameters", "epoch"),
    [
        ([0.1, 0.2, 0.2, 0.2], {"patience": 2}, 4),
        ([0.1, 0.2, 0.1, 0.3, 0.1, 0.1], {"patience": 2}, 6),
        ([0.1, 0.2, 0.3, 0.4], {"patience": 1}, None),
        ([0.50, 0.52, 0.54, 0.56], {"patience": 2, "min_delta": 0.03}, None),
        ([0.50, 0.52, 0.53, 0.535], {"patience": 2, "min_delta": 0.03}, 3),
        ([-3.0, -2.0, -2.5], {"patience": 1}, 3),
        ([NAN, NAN, NAN], {"patience": 3}, 3),
        ([NAN, 0.1, NAN, NAN], {"patience": 2}, 4),
        ([0.1, NAN, 0.2, NAN], {"patience": 2}, None),
    ],
)
def test_patience(scores, parameters, epoch):
    assert stops_at(scores, **parameters) == epoch


@pytest.mark.parametrize("name", ["patience", "never", "last"])
def test_restored_rule_goes_on(name):
    scores = [NAN, 0.3, 0.2, 0.1, 0.0, -0.1, -0.2]
    whole = build("stopping", name)
    expected = [whole.update(score) for score in scores]
    for k in range(len(scores)):
        before, after = build("stopping", name), build("stopping", name)
        for score in scores[:k]:
            before.update(score)
        after.load_state_dict(json.loads(json.dumps(before.state_dict())))
        assert [after.update(score) for score in scores[k:]] == expected[k:]


def test_never_never_stops():
    rule = build("stopping", "never")
    assert not any(rule.update(score) for score in [0.1, 0.0, NAN] * 20)
