"""Which groups a cover may need."""

import itertools

import numpy as np

from harness.analysis.groupings.worst import undominated


def test_groups_that_no_other_replaces():
    enough = np.random.default_rng(0).random((5, 32)) < 0.4
    enough &= (np.arange(32) >> np.arange(5)[:, None] & 1).astype(bool)
    for by_size in (False, True):
        found = undominated(enough, by_size=by_size)
        covers = {g: frozenset(np.flatnonzero(enough[:, g])) for g in range(32)}
        sizes = {g: g.bit_count() if by_size else 0 for g in range(32)}
        kept = {(covers[g], sizes[g]) for g in found}
        expected = {
            (covers[g], sizes[g])
            for g in range(1, 32)
            if covers[g]
            and not any(
                (covers[g] < covers[o] and sizes[o] <= sizes[g])
                or (covers[g] == covers[o] and sizes[o] < sizes[g])
                for o in range(1, 32)
            )
        }
        assert kept == expected
        assert len(found) == len(kept)  # one group a cover
        assert not any(covers[a] == covers[b] for a, b in itertools.combinations(found, 2))
