import numpy as np
import pytest

from harness_demo.synthetic_judge import relatedness
from harness_demo.synthetic_latent import direction
from harness_demo.synthetic_parameters import SyntheticParameters


def law(**loads):
    return SyntheticParameters(loads=loads)


def test_direction_is_a_unit_vector_in_the_order_of_factors():
    np.testing.assert_allclose(direction(law(f12=4.0, f1=-3.0)), [-0.6, *[0] * 10, 0.8], atol=1e-15)


def test_relatedness_is_the_cosine_whatever_its_sign_and_the_weights_size():
    table = relatedness(
        {"a/label": law(f1=1, f2=1), "b/label": law(f1=-5, f2=-5), "c/label": law(f1=2), "d/label": law(f9=1)}
    )
    found = {(row.main, row.partner): row.relatedness for row in table.itertuples()}
    assert len(found) == 12
    assert all(found[pair] == pytest.approx(found[pair[::-1]]) for pair in found)
    assert found["a/label", "b/label"] == pytest.approx(1)
    assert found["a/label", "c/label"] == pytest.approx(0.5**0.5)
    assert found["c/label", "d/label"] == 0


def test_one_task_has_no_pair():
    assert list(relatedness({"a/label": law(f1=1)}).columns) == ["main", "partner", "relatedness"]
