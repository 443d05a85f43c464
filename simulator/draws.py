"""Luck without a stream: every draw is a hash of what it decides.

    >>> from simulator.draws import Purpose, draw_uniform, root_key
    >>> luck = root_key(7)
    >>> 0.0 < draw_uniform(luck, Purpose.SKIP, 0, 1234, 0) <= 1.0
    True

A draw is named by ``(seed, purpose, brand or alternative, identity, ordinal)``. The identity is who it is
about, never a row number; the ordinal is the how-manieth such event in that person's life, never a date.
So two plans meet the same people with the same stubbornness, and nothing that happens to one consumer
moves a draw of another. Threads, processes and the order of work cannot change a bit.

Resistances are integers in units of 2**-40 and are made with sums, products and one division of doubles,
which IEEE 754 rounds alike everywhere; the library's own logarithm is not used.
"""

import hashlib
from enum import IntEnum

import numpy as np

from simulator.compiling import INLINED, compiled
from simulator.vectors import bits_of, double_of

RNG_VERSION = 1
"""Stored with every result; changes when the same seed no longer gives the same draws."""

UNIT_BITS = 40
UNIT = 1 << UNIT_BITS
"""One unit of hazard as an integer: clocks and cumulative tables count in 2**-40."""

CERTAIN = 37.0
"""A hazard that every resistance yields to: no draw exceeds 53 ln 2 = 36.74."""


class Purpose(IntEnum):
    """What a draw decides. Values are part of every published result and are never reused."""

    SEGMENT = 1
    REPERTOIRE = 2
    MEDIA_WEIGHT = 3
    FOLLOW = 4
    GRAPH = 5
    START_STAGE = 6
    START_CUSTOMER = 7
    RESIST_UP = 8
    RESIST_DOWN = 9
    RESIST_BUY = 10
    BRAND_CHOICE = 11
    SENTIMENT = 12
    TALK_DAYS = 13
    SKIP = 14
    TURN = 15
    CAUSE_UP = 16
    CAUSE_DOWN = 17
    SEEDING = 18
    TRY_PRODUCT = 19
    PARAMETER = 20
    WORLD = 21
    LUCK = 22
    OPT_IN = 23
    KNOW_OFFER = 24
    CROSS_SELL = 25
    REFUND = 26
    COMPLAIN = 27
    CLAIM = 28
    ATTEND = 29
    INVITE = 30
    BACKLASH = 31
    FREE_POST = 32
    CASCADE = 33


_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ONE = np.uint64(1)
_LN2 = 0.6931471805599453
_FRACTION, _EXPONENT_OF_1 = (1 << 52) - 1, 1023 << 52


@compiled("uint64(uint64, uint64)", **INLINED)
def fold(key, word):
    """Mix one more word into a key (splitmix64 finaliser after a Weyl step)."""
    z = key + (word + _ONE) * _GAMMA
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@compiled("float64(uint64)", **INLINED)
def uniform(key):
    """A number in (0, 1], exact in 53 bits."""
    return np.float64((key >> _S11) + _ONE) * 1.1102230246251565e-16


@compiled("float64(uint64)", **INLINED)
def exponential(key):
    """A standard exponential, -ln of the key's uniform, by IEEE arithmetic alone."""
    # A whole number from 1 to 2**53 is exact as a double, m * 2**e with m in [1, 2): its own bits say which. No
    # branch, so that a list of draws is made eight at a time.
    bits = bits_of(np.float64((key >> _S11) + _ONE))
    e = (bits >> 52) - 1023
    m = double_of((bits & _FRACTION) | _EXPONENT_OF_1)
    high = m > 1.4142135623730951
    e += np.int64(high)
    m *= 0.5 if high else 1.0
    s = (m - 1.0) / (m + 1.0)  # ln m = 2 artanh s, |s| <= .1716
    q = s * s
    p = 1.0 / 19.0
    p = p * q + 1.0 / 17.0
    p = p * q + 1.0 / 15.0
    p = p * q + 1.0 / 13.0
    p = p * q + 1.0 / 11.0
    p = p * q + 1.0 / 9.0
    p = p * q + 1.0 / 7.0
    p = p * q + 1.0 / 5.0
    p = p * q + 1.0 / 3.0
    p = p * q + 1.0
    return np.float64(53 - e) * _LN2 - 2.0 * s * p


@compiled("int64(uint64)", **INLINED)
def resistance(key):
    """A standard exponential in units of 2**-40, at least one unit."""
    return max(np.int64(exponential(key) * 1099511627776.0 + 0.5), np.int64(1))


@compiled("uint64(uint64, uint64, uint64)", **INLINED)
def stem(seed, purpose, alternative):
    """The part of a key that all consumers share; fold identity and ordinal into it."""
    return fold(fold(seed, purpose), alternative)


def stem_key(seed: np.uint64, purpose: Purpose, alternative: int | np.uint64 = 0) -> np.uint64:
    """The part of a key that all consumers share, for use from Python (compiled code calls ``stem``)."""
    return np.uint64(stem(np.uint64(seed), np.uint64(purpose), np.uint64(alternative)))


def root_key(seed: int) -> np.uint64:
    """Turn any whole number into a root key, so that neighbouring seeds are unrelated.

    Args:
        seed: any integer; negative and very large ones are allowed.
    """
    digest = hashlib.blake2b(str(int(seed)).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def name_key(name: str) -> np.uint64:
    """The identity of something known by its name: a channel, an influencer, a rival, a parameter."""
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"apath-name").digest()
    return np.uint64(int.from_bytes(digest, "little"))


def derive(seed: np.uint64, purpose: Purpose, index: int) -> np.uint64:
    """A new root key from another one, for example the luck of replicate ``index``."""
    return np.uint64(fold(fold(np.uint64(seed), np.uint64(purpose)), np.uint64(index)))


def draw_uniform(seed: np.uint64, purpose: Purpose, alternative: int, identity: int, ordinal: int) -> float:
    """One named draw in (0, 1].

    Args:
        seed: a root key, from :func:`root_key` or :func:`derive`.
        purpose: what is decided.
        alternative: brand, channel or influencer key; 0 where there is none.
        identity: who it is about.
        ordinal: the how-manieth such event in that life.
    """
    key = stem(np.uint64(seed), np.uint64(purpose), np.uint64(alternative))
    return float(uniform(fold(fold(key, np.uint64(identity)), np.uint64(ordinal))))


def draw_resistance(seed: np.uint64, purpose: Purpose, alternative: int, identity: int, ordinal: int) -> int:
    """One named standard exponential, as an integer in units of 2**-40."""
    key = stem(np.uint64(seed), np.uint64(purpose), np.uint64(alternative))
    return int(resistance(fold(fold(key, np.uint64(identity)), np.uint64(ordinal))))


@compiled("float64[::1](uint64, uint64[::1])")
def uniforms(key, identities):
    """One uniform per identity from a key that all share."""
    out = np.empty(len(identities), np.float64)
    for i in range(len(identities)):
        out[i] = uniform(fold(key, identities[i]))
    return out


@compiled("float64[::1](uint64, uint64, uint64[::1])")
def first_uniforms(seed, purpose, alternatives):
    """The first uniform of each alternative, where nobody is meant: draws about things known by their name."""
    out = np.empty(len(alternatives), np.float64)
    for a in range(len(alternatives)):
        out[a] = uniform(fold(stem(seed, purpose, alternatives[a]), np.uint64(0)))
    return out
