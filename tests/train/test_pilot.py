from harness.train.pilot import seconds_a_step

from .doubles import pair, registry, spec_for


def test_a_step_takes_time_and_leaves_no_trace():
    data = pair((60, 40))
    assert 0 < seconds_a_step(data, spec_for(data), registry=registry()) < 1
    assert 0 < seconds_a_step(data, spec_for(data), steps=30, registry=registry()) < 1  # more than the budget
