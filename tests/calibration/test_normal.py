"""The normal distribution without scipy is scipy's, to the last bit."""

import random

import pytest
from scipy.special import ndtri, stdtrit

from calibration.normal import normal_quantile
from experiments.students_t import t_quantile


@pytest.mark.core
def test_the_normal_is_that_of_scipy() -> None:
    r = random.Random(1)
    shares = [0.5, 0.05, 0.95, 1e-12, 1.0 - 1e-12, *(r.random() for _ in range(5_000))]
    shares += [10.0 ** (-12.0 * r.random()) for _ in range(1_000)]
    assert [normal_quantile(u) for u in shares] == pytest.approx([float(ndtri(u)) for u in shares], rel=1e-14)


@pytest.mark.core
def test_students_t_is_that_of_scipy() -> None:
    for freedom in (1, 2, 7, 63, 127, 128, 1000):
        for p in (0.95, 0.975):
            assert t_quantile(p, freedom=freedom) == pytest.approx(float(stdtrit(freedom, p)), rel=1e-12)
