import numpy as np
import pytest

from harness.keys import canonical_json, content_key


def test_the_order_of_a_mapping_does_not_matter_but_that_of_a_list_does() -> None:
    assert content_key({"a": 1, "b": [1, 2]}) == content_key({"b": [1, 2], "a": 1})
    assert content_key([1, 2]) != content_key([2, 1])


def test_numbers_of_numpy_are_numbers() -> None:
    assert canonical_json({"x": np.float64(0.5), "n": np.int64(3)}) == '{"n":3,"x":0.5}'


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        content_key({"x": float("nan")})
