"""Every draw is named by what it decides: same name, same draw; another name, an unrelated one.

The literal numbers pin the draws themselves. They may change only together with ``RNG_VERSION``: results that
people have published would not come back.
"""

import math
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import vectorize
from scipy import stats

from simulator.draws import (
    CERTAIN,
    RNG_VERSION,
    UNIT,
    Purpose,
    derive,
    draw_resistance,
    draw_uniform,
    exponential,
    fold,
    name_key,
    resistance,
    root_key,
    stem,
    stem_key,
    uniform,
    uniforms,
)

pytestmark = pytest.mark.core

WORD = (1 << 64) - 1
TOP = 1 << 53
ANY_KEY = st.integers(0, WORD)


@vectorize(["uint64(uint64, uint64)"], cache=True)
def folds(key, word):
    """The compiled fold, over whole arrays."""
    return fold(key, word)


@vectorize(["float64(uint64)"], cache=True)
def uniform_of(key):
    return uniform(key)


@vectorize(["float64(uint64)"], cache=True)
def exponential_of(key):
    return exponential(key)


def key_of(x: int) -> np.uint64:
    """The key whose uniform is x / 2**53."""
    return np.uint64((x - 1) << 11)


def splitmix_fold(key: int, word: int) -> int:
    """Fold as Steele, Lea and Flood (2014) wrote it, in whole numbers without limits."""
    z = (key + (word + 1) * 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


# ------------------------------------------------------------------------------------------------ golden numbers


def test_version_of_the_draws() -> None:
    assert RNG_VERSION == 1, "a new version needs new literals in this file"


def test_folds_of_nought_are_the_published_splitmix64_stream() -> None:
    stream = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]
    assert [int(fold(np.uint64(0), np.uint64(k))) for k in range(4)] == stream


@pytest.mark.parametrize(
    ("key", "word", "folded"),
    [
        (1, 2, 0xF893A2EEFB32555E),
        (2, 1, 0xBFC846100BFC1E42),
        (WORD, WORD, 0xB4D055FCF2CBBD7B),
        (0x0123456789ABCDEF, 1 << 63, 0xBC37BB40FB7F4A51),
    ],
)
def test_golden_folds(key: int, word: int, folded: int) -> None:
    assert int(fold(np.uint64(key), np.uint64(word))) == folded


@given(ANY_KEY, ANY_KEY)
def test_fold_is_splitmix64(key: int, word: int) -> None:
    assert int(fold(np.uint64(key), np.uint64(word))) == splitmix_fold(key, word)


@pytest.mark.parametrize(
    ("key", "u", "e", "units"),
    [
        (0x0, "0x1.0p-53", "0x1.25e4f7b2737fap+5", 40392539393648),
        (0x123456789ABCDEF, "0x1.23456789abd00p-8", "0x1.5aa16394d4818p+2", 5955065369426),
        (0x8000000000000000, "0x1.0000000000001p-1", "0x1.62e42fefa39edp-1", 762123384786),
        (0xE220A8397B1DCDAF, "0x1.c4415072f63bap-1", "0x1.fc395e8aa0837p-4", 136425367722),
        (0xFFFFFFFFFFFFF7FF, "0x1.fffffffffffffp-1", "0x1.0p-53", 1),
        (0xFFFFFFFFFFFFFFFF, "0x1.0p+0", "0x0.0p+0", 1),
    ],
)
def test_golden_uniform_exponential_and_resistance(key: int, u: str, e: str, units: int) -> None:
    assert float(uniform(np.uint64(key))) == float.fromhex(u)
    assert float(exponential(np.uint64(key))) == float.fromhex(e)
    assert int(resistance(np.uint64(key))) == units


@pytest.mark.parametrize(
    ("seed", "key"),
    [
        (0, 0x75DFCD439D7D2B84),
        (1, 0x7637BA9F0342FCF6),
        (-1, 0xE6008B70EA38571F),
        (7, 0x828F78CECA1750E7),
        (1 << 70, 0xE1017749B1D28E6F),
    ],
)
def test_golden_root_keys(seed: int, key: int) -> None:
    assert int(root_key(seed)) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("", 0xAEC99C0A66CE31EC),
        ("ours", 0x096DAE2029334C1A),
        ("instagram", 0x62540A8EF04F0D99),
        ("Ärger", 0x4F1C484CB5E45153),
    ],
)
def test_golden_name_keys(name: str, key: int) -> None:
    """Python hashes strings differently in each process; these are the same in all of them."""
    assert int(name_key(name)) == key


def test_golden_derived_keys() -> None:
    root = root_key(7)
    assert int(derive(root, Purpose.WORLD, 0)) == 0xF6D65D4C467A1323
    assert int(derive(root, Purpose.LUCK, 0)) == 0xD8BCC505351E3E31
    assert int(derive(root, Purpose.LUCK, 1)) == 0x1BE9EC5A7DF4D957
    assert int(stem_key(root, Purpose.RESIST_UP, name_key("ours"))) == 0x4F49F4408E2B6EB4


def test_golden_draws_of_a_life() -> None:
    root, ours = root_key(7), int(name_key("ours"))
    assert draw_uniform(root, Purpose.SKIP, 0, 1234, 0) == float.fromhex("0x1.d1736e6306330p-1")
    assert draw_uniform(root, Purpose.SENTIMENT, ours, 99, 3) == float.fromhex("0x1.c073f2638adb8p-4")
    assert draw_resistance(root, Purpose.RESIST_UP, ours, 5, (2 << 32) | 1) == 893457467586
    assert draw_resistance(root, Purpose.RESIST_BUY, 0, 5, 17) == 1179224643159


def test_purposes_are_frozen() -> None:
    """Add new purposes at the end; never give a number away twice, not even that of a purpose long gone."""
    assert {purpose.name: purpose.value for purpose in Purpose} == {
        "SEGMENT": 1, "REPERTOIRE": 2, "MEDIA_WEIGHT": 3, "FOLLOW": 4, "GRAPH": 5, "START_STAGE": 6,
        "START_CUSTOMER": 7, "RESIST_UP": 8, "RESIST_DOWN": 9, "RESIST_BUY": 10, "BRAND_CHOICE": 11,
        "SENTIMENT": 12, "TALK_DAYS": 13, "SKIP": 14, "TURN": 15, "CAUSE_UP": 16, "CAUSE_DOWN": 17,
        "SEEDING": 18, "TRY_PRODUCT": 19, "PARAMETER": 20, "WORLD": 21, "LUCK": 22,
        "OPT_IN": 23, "KNOW_OFFER": 24, "CROSS_SELL": 25, "REFUND": 26, "COMPLAIN": 27, "CLAIM": 28, "ATTEND": 29,
        "INVITE": 30, "BACKLASH": 31, "FREE_POST": 32, "CASCADE": 33,
    }  # fmt: skip
    assert len(Purpose) == len(Purpose.__members__), "two names share a number"


# ------------------------------------------------------------------------------------------------- distributions


def assert_is_minus_log(x: int) -> None:
    """Compare with the library's logarithm, which is right to less than one unit in the last place."""
    ours, theirs = float(exponential(key_of(x))), -math.log(x / TOP)
    assert ours == pytest.approx(theirs, rel=2e-15, abs=0.0), x


@given(st.integers(1, TOP))
def test_exponential_is_minus_the_logarithm(x: int) -> None:
    assert_is_minus_log(x)


@pytest.mark.parametrize("power", range(54))
def test_exponential_next_to_powers_of_two_and_of_their_roots(power: int) -> None:
    """Where the reduction to [1/sqrt 2, sqrt 2) switches, and at both ends of the range."""
    whole = 1 << power
    for x in (whole, math.isqrt(2 * whole * whole)):
        for near in range(max(x - 2, 1), min(x + 3, TOP) + 1):
            assert_is_minus_log(near)


def test_exponential_never_falls_as_the_uniform_falls() -> None:
    r = random.Random(20270104)
    for _ in range(2000):
        x = r.randint(2, TOP)
        assert exponential(key_of(x - 1)) >= exponential(key_of(x))


@given(ANY_KEY)
def test_resistance_is_the_exponential_in_units_and_never_certain(key: int) -> None:
    units = int(resistance(np.uint64(key)))
    assert 1 <= units < CERTAIN * UNIT
    assert units == pytest.approx(float(exponential(np.uint64(key))) * UNIT, rel=0.0, abs=1.0)


def test_uniform_is_never_nought_and_may_be_one() -> None:
    assert float(uniform(np.uint64(0))) == 2.0**-53
    assert float(uniform(np.uint64(WORD))) == 1.0


def sample(n: int = 1 << 20) -> np.ndarray:
    """Keys of one draw of many consumers."""
    return folds(folds(stem_key(root_key(20270104), Purpose.RESIST_UP), np.arange(n, dtype=np.uint64)), np.uint64(0))


def test_uniform_has_the_moments_and_the_law_of_a_uniform() -> None:
    u = uniform_of(sample())
    for k in (1, 2, 3, 4):  # E u^k = 1 / (k + 1), var u^k = 1 / (2k + 1) - 1 / (k + 1)^2
        spread = math.sqrt((1 / (2 * k + 1) - 1 / (k + 1) ** 2) / len(u))
        assert abs((u**k).mean() - 1 / (k + 1)) < 4 * spread
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    for bit in range(1, 40):  # each binary digit is a fair coin
        ones = ((u * 2.0**bit).astype(np.int64) & 1).mean()
        assert abs(ones - 0.5) < 4.5 * 0.5 / math.sqrt(len(u)), bit


def test_exponential_has_the_moments_and_the_law_of_an_exponential() -> None:
    e = exponential_of(sample())
    for k in (1, 2, 3):  # E e^k = k!, var e^k = (2k)! - k!^2
        spread = math.sqrt((math.factorial(2 * k) - math.factorial(k) ** 2) / len(e))
        assert abs((e**k).mean() - math.factorial(k)) < 4 * spread
    assert stats.kstest(e, "expon").pvalue > 1e-3


# ------------------------------------------------------------------------------------------------- names of draws

PARTS = ("seed", "purpose", "alternative", "identity", "ordinal")
NAMES = st.fixed_dictionaries(
    {
        "seed": ANY_KEY.map(np.uint64),
        "purpose": st.sampled_from(Purpose),
        "alternative": st.one_of(st.integers(0, 3), ANY_KEY),
        "identity": st.one_of(st.integers(0, 1000), ANY_KEY),
        "ordinal": st.one_of(st.integers(0, 1000), st.builds(lambda s, k: (s << 32) | k, st.integers(0, 5), ANY_KEY)),
    }
).map(lambda name: name | {"ordinal": name["ordinal"] & WORD})


@pytest.mark.parametrize("draw", [draw_uniform, draw_resistance])
@pytest.mark.parametrize("part", PARTS)
@given(name=NAMES, other=NAMES)
def test_each_part_of_a_name_changes_the_draw(draw: Callable, part: str, name: dict, other: dict) -> None:
    changed = name | {part: other[part]}
    if changed == name:
        assert draw(**changed) == draw(**name)
    else:
        assert draw(**changed) != draw(**name)


@given(NAMES)
def test_the_same_name_is_the_same_draw_by_every_way_to_it(name: dict) -> None:
    key = stem_key(name["seed"], name["purpose"], name["alternative"])
    assert key == stem(name["seed"], np.uint64(name["purpose"]), np.uint64(name["alternative"]))
    person = fold(fold(key, np.uint64(name["identity"])), np.uint64(name["ordinal"]))
    assert draw_uniform(**name) == uniform(person)
    assert draw_resistance(**name) == resistance(person)
    root = int(name["seed"])
    words = (name["purpose"], name["alternative"], name["identity"], name["ordinal"])
    for word in words:
        root = splitmix_fold(root, int(word))
    assert int(person) == root


def test_uniforms_are_keyed_by_identity_and_not_by_place() -> None:
    key = stem_key(root_key(3), Purpose.MEDIA_WEIGHT)
    ident = np.array([5, 2, 900, 2**63], np.uint64)
    apart = [float(uniform(fold(key, one))) for one in ident]
    np.testing.assert_array_equal(uniforms(key, ident), apart)
    np.testing.assert_array_equal(uniforms(key, ident[::-1].copy()), apart[::-1])


def test_a_million_structured_names_share_no_draw() -> None:
    """Small whole numbers in every part: where sums or exclusive-ors of the parts would meet."""
    keys = np.array([root_key(seed) for seed in range(5)] + [np.uint64(seed) for seed in range(5)], np.uint64)
    for words in (np.arange(1, 21), np.arange(5), np.arange(200)):
        keys = folds(keys[:, None], words.astype(np.uint64)).ravel()
    ordinals = np.array([(stage << 32) | n for stage in range(3) for n in range(2)], np.uint64)
    keys = folds(keys[:, None], ordinals).ravel()
    assert len(keys) == 1_200_000
    assert len(np.unique(keys)) == len(keys)
    assert len(np.unique(uniform_of(keys))) == len(keys)


def test_keys_of_worlds_lucks_and_seeds_share_nothing() -> None:
    keys = {int(root_key(seed)) for seed in range(-1000, 1000)}
    keys |= {int(name_key(f"name {k}")) for k in range(2000)}
    for purpose in (Purpose.WORLD, Purpose.LUCK):
        keys |= {int(derive(root_key(seed), purpose, k)) for seed in range(4) for k in range(1000)}
    assert len(keys) == 2000 + 2000 + 8000


DIRECTIONS = ("root seed", *PARTS)


def along(direction: str, n: int) -> np.ndarray:
    """Keys of draws whose names differ in one part only, which counts up."""
    count = np.arange(n, dtype=np.uint64)
    if direction == "root seed":
        parts = [np.array([root_key(k) for k in range(n)], np.uint64), 8, name_key("ours"), 77, 1]
    else:
        parts = [root_key(11), 8, name_key("ours"), 77, 1]
        parts[PARTS.index(direction)] = count
    key = np.asarray(parts[0], np.uint64)
    for word in parts[1:]:
        key = folds(key, np.asarray(word, np.uint64))
    return key


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_neighbouring_names_are_unrelated(direction: str) -> None:
    n = 1 << 14 if direction == "root seed" else 1 << 17
    u = uniform_of(along(direction, n))
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    centred = (u - 0.5) * math.sqrt(12.0)
    for lag in (1, 2, 3, 4, 5, 7, 8, 16, 64, 256, 1024):
        z = float((centred[lag:] * centred[:-lag]).mean()) * math.sqrt(n - lag)
        assert abs(z) < 4.0, f"lag {lag}"
    for scale in (1.0, 2.0**20):  # pairs of neighbours fill the square evenly, and so do their lower digits
        cell = np.minimum((u * scale % 1.0 * 16).astype(int), 15)
        assert stats.chisquare(np.bincount(cell[1:] * 16 + cell[:-1], minlength=256)).pvalue > 1e-4


def test_draws_of_one_consumer_for_several_purposes_are_unrelated() -> None:
    n = 1 << 16
    ident = np.arange(n, dtype=np.uint64)
    rows = np.array([uniform_of(folds(stem_key(root_key(5), purpose), ident)) for purpose in Purpose])
    z = (np.corrcoef(rows) - np.eye(len(rows))) * math.sqrt(n)
    assert np.abs(z).max() < 4.5  # the largest of 231
