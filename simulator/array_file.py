"""Arrays in one file that is mapped into memory, so that reading need not copy and processes share what they read.

The file begins with 16 bytes that name the format, the length of a header and the header's sum (8 bytes each) and the
header in JSON: the type, shape, place and sum of each array, and the facts that go with them. Every array begins on a
line of cache. Sums are checked when the file is opened; a file that was cut short or damaged is refused.
"""

import json
import mmap
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

import simulator.arrays
from simulator.compiling import PLAIN, compiled

_FORMAT = b"A-Path arrays 1\n"
_LINE = 64


class ArrayFileError(Exception):
    """A file that cannot be made of these arrays, or that does not hold what was written."""


def write_arrays(file: BinaryIO, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    """Write arrays and facts to a file that is open for writing.

        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     write_arrays(file, {"row": np.arange(3)}, {"n": 3})
        ...     file.flush()
        ...     arrays, facts = map_arrays(Path(file.name))
        >>> arrays["row"].tolist(), facts
        ([0, 1, 2], {'n': 3})

    Args:
        file: nothing has been written to it yet.
        arrays: by name; of plain numbers, or of records that :mod:`simulator.arrays` defines.
        facts: whatever JSON can say.

    Raises:
        ArrayFileError: an array is of another type.
        OSError: it cannot be written, for example because the disk is full.
    """
    table, at = {}, 0
    for name, array in arrays.items():
        if not array.flags.c_contiguous:
            arrays = arrays | {name: np.ascontiguousarray(array)}
        table[name] = [_type_name(array.dtype), array.shape, at, _sum(_bytes_of(arrays[name]))]
        at += -(-array.nbytes // _LINE) * _LINE
    header = json.dumps({"arrays": table, "facts": facts, "size": at}).encode()
    start = _FORMAT + len(header).to_bytes(8, "little") + _sum_of_text(header)
    begin = len(start) + len(header)
    file.write(start + header + bytes(-begin % _LINE))
    for array in arrays.values():
        file.write(_bytes_of(array).data)
        file.write(bytes(-array.nbytes % _LINE))


def map_arrays(path: Path, *, copied: Collection[str] = ()) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Open what :func:`write_arrays` wrote; the example is there.

    Args:
        path: the file. It may be removed afterwards, but must not be written to.
        copied: arrays to be copied into memory. What is looked up here and there is found faster in its large
            pages than in the small ones of a file.

    Returns:
        The arrays, which may be written to without changing the file, and the facts.

    Raises:
        ArrayFileError: the file does not hold what was written.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < len(_FORMAT) + 16:
            raise ArrayFileError(f"{path} was cut short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    begin = len(_FORMAT) + 16
    length = int.from_bytes(mapped[begin - 16 : begin - 8], "little")
    text = mapped[begin : begin + length] if length < len(mapped) else b""
    if mapped[: len(_FORMAT)] != _FORMAT or _sum_of_text(text) != mapped[begin - 8 : begin]:
        raise ArrayFileError(f"{path} has no header of this format")
    header = json.loads(text)
    data = begin + length + -(begin + length) % _LINE
    if len(mapped) != data + header["size"]:
        raise ArrayFileError(f"{path} has {len(mapped)} bytes instead of {data + header['size']}")
    arrays = {}
    for name, (type_name, shape, at, expected) in header["arrays"].items():
        dtype = _type_named(type_name)
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(mapped, dtype, count, data + at) if count else np.empty(0, dtype)
        if name in copied:
            array = _copy_of(array)
        if _sum(_bytes_of(array)) != expected:
            raise ArrayFileError(f"{path} is damaged: {name} is not what was written")
        arrays[name] = array.reshape(shape)
    return arrays, header["facts"]


def _copy_of(array: np.ndarray) -> np.ndarray:
    room = np.empty(array.nbytes + _LINE, np.uint8)
    skip = -room.ctypes.data % _LINE
    raw = room[skip : skip + array.nbytes]
    raw[:] = _bytes_of(array)
    return raw.view(array.dtype)


def _bytes_of(array: np.ndarray) -> np.ndarray:
    return array.reshape(-1).view(np.uint8)


def _type_name(dtype: np.dtype) -> str:
    if dtype.names is None and dtype.kind in "biuf":
        return dtype.str
    # Records are named, not described: a description loses how they are laid out.
    for name, known in vars(simulator.arrays).items():
        if isinstance(known, np.dtype) and known is dtype:
            return name
    raise ArrayFileError(f"arrays of {dtype} cannot be kept in a file")


def _type_named(name: str) -> np.dtype:
    known = vars(simulator.arrays).get(name)
    return known if isinstance(known, np.dtype) else np.dtype(name)


def _sum(raw: np.ndarray) -> int:
    """A number that changes with every bit and with every exchange of bits."""
    whole = len(raw) // 8
    total = (int(_sum_of(raw[: 8 * whole].view(np.uint64))) + len(raw)) % 2**64
    return total ^ int.from_bytes(raw[8 * whole :].tobytes(), "little")


def _sum_of_text(text: bytes) -> bytes:
    return _sum(np.frombuffer(bytearray(text), np.uint8)).to_bytes(8, "little")


@compiled(**PLAIN)
def _sum_of(words):
    total = np.uint64(0)
    place = np.uint64(0)
    for i in range(len(words)):
        # A finaliser of splitmix64, one round: what stands where decides what it adds.
        word = words[i] + place
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        total += word ^ (word >> np.uint64(27))
        place += np.uint64(0x9E3779B97F4A7C15)
    return total
