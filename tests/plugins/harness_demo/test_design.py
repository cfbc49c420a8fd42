from collections import Counter
from itertools import islice, product

import numpy as np
import pytest

from harness_demo.design import BalancedDesign, balanced, crossed, draws


def test_draws_are_the_frozen_stream_and_differ_by_name():
    # RandomState's stream is frozen (NEP 19), so these numbers hold for every NumPy
    assert draws(0, "a").randint(0, 1000, 5).tolist() == [21, 439, 661, 681, 50]
    assert draws(0, "a").randint(0, 2**31) != draws(0, "b").randint(0, 2**31)
    assert draws(0, "a").randint(0, 2**31) != draws(1, "a").randint(0, 2**31)


def test_balanced_within_one_after_any_number():
    levels = list(islice(balanced("abcde", 3, "x"), 23))
    for n in range(1, 24):
        counts = Counter(levels[:n])
        assert max(counts.values()) - min(counts.get(level, 0) for level in "abcde") <= 1


def test_crossed_has_every_pair_once_and_balanced_blocks():
    voices, languages = [f"v{i}" for i in range(12)], ["en", "de", "es", "fr"]
    pairs = list(islice(crossed(voices, languages, 0, "x"), 48))
    assert set(pairs) == set(product(voices, languages))
    for block in range(0, 48, 12):
        assert Counter(v for v, _ in pairs[block : block + 12]) == Counter(voices)
        assert set(Counter(language for _, language in pairs[block : block + 12]).values()) == {3}


def test_crossed_refuses_unequal_parts():
    with pytest.raises(ValueError, match="5 levels cannot be crossed with 2"):
        next(crossed(range(5), range(2), 0))


def test_streams_do_not_depend_on_one_another():
    alone = BalancedDesign(0, "d")
    expected = [alone.next("kit", "abc", "snare") for _ in range(6)]
    mixed = BalancedDesign(0, "d")
    found = []
    for _ in range(6):
        mixed.next("kit", "abc", "tom")
        found.append(mixed.next("kit", "abc", "snare"))
    assert found == expected


def test_seed_changes_the_design():
    one, other = (list(islice(balanced(range(50), seed, "x"), 50)) for seed in (0, 1))
    assert one != other
    assert np.array_equal(sorted(one), sorted(other))
