"""What features of one batch share."""

from __future__ import annotations

from harness.bases.feature import one_batch, shared


def test_within_a_batch_it_is_made_once_a_waveform_and_key():
    made = []

    def ask(waveform, key):
        return shared(waveform, key, lambda: made.append((waveform, key)) or len(made))

    with one_batch():
        assert [ask("w", 1), ask("w", 2), ask("w", 1), ask("v", 1)] == [1, 2, 1, 3]
    with one_batch():
        assert ask("w", 1) == 4


def test_outside_of_a_batch_it_is_made_every_time():
    made = []
    for _ in range(2):
        shared("w", 1, lambda: made.append(1))
    assert len(made) == 2


def test_a_waveform_that_is_gone_is_not_taken_for_another_one():
    with one_batch():
        found = {shared([i], "key", lambda i=i: i) for i in range(100)}
    assert found == set(range(100))
