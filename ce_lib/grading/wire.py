"""Frames between the judge and the worker: a JSON header, then the raw bytes of arrays.

Both sides speak it, and neither trusts the other. Nothing is ever unpickled or evaluated: a value
is a number, a string, a container of such, an array of a plain dtype, or a *reference*, a number
that only its owner can resolve. All sizes are checked before memory is taken for them.
"""

from __future__ import annotations

import base64
import json
import math
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Channel", "Closed", "Late", "ProtocolError", "decode", "encode", "frame"]

#: Bytes of one frame's header and of all its arrays; test data is a few kilobytes.
MAX_HEADER = 2_000_000
MAX_ARRAYS = 32_000_000
#: Levels of nested containers, and values in one message.
MAX_DEPTH = 24
MAX_VALUES = 100_000
#: NumPy's kinds that are plain data: bool, signed, unsigned, float, complex, bytes, string.
PLAIN_KINDS = "biufcSU"

#: Seconds between two looks at the clock while the other side is silent.
TICK = 0.05

#: Bytes of a header that is kept once it is read, and how many are kept: a loop asks about other
#: numbers each time, with the same header.
SHORT, KEPT = 300, 64

LENGTH = struct.Struct("!I")
_to_json = json.JSONEncoder(separators=(",", ":")).encode
_from_json = json.JSONDecoder().raw_decode


class ProtocolError(Exception):
    """The other side sent what is no frame, or a value that may not be sent."""


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """The other side did not answer in time."""


def frame(message: dict[str, Any], arrays: list[bytes]) -> bytes:
    """A message and its arrays as they are sent.

    Raises
    ------
    ProtocolError
        If they are too large.
    """
    if sum(map(len, arrays)) > MAX_ARRAYS:
        raise ProtocolError(f"more than {MAX_ARRAYS // 1_000_000} MB of arrays")
    header = _to_json([message, [len(a) for a in arrays]]).encode()
    if len(header) > MAX_HEADER:
        raise ProtocolError(f"more than {MAX_HEADER // 1_000_000} MB of lists or text")
    return b"".join([LENGTH.pack(len(header)), header, *arrays])


class Channel:
    """Frames over a stream socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._read_ahead = b""
        self._headers: dict[bytes, tuple[dict[str, Any], list[int]]] = {}
        end.setblocking(True)
        # one system call waits and reads, but never longer than this
        pause = struct.pack("@ll", 0, int(TICK * 1e6))
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, pause)

    def fileno(self) -> int:
        return self._end.fileno()

    def close(self) -> None:
        self._end.close()

    def send(
        self, message: dict[str, Any], arrays: list[bytes] | None = None, until: float | None = None
    ) -> None:
        """Send one frame; ``until`` is a time of `time.monotonic`."""
        self.send_frame(frame(message, arrays or []), until)

    def send_frame(self, made: bytes, until: float | None = None) -> None:
        """Send what `frame` made."""
        data = memoryview(made)
        while data:
            try:
                sent = self._end.send(data, socket.MSG_DONTWAIT)
            except BlockingIOError:
                self._wait_to_write(until)
                continue
            except OSError as error:
                raise Closed from error
            data = data[sent:]

    def receive(
        self, until: float | None = None, tick: Callable[[], None] = lambda: None
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Wait for one whole frame; ``tick`` is called now and then while waiting.

        The message must not be changed: the next one may be the same.

        Raises
        ------
        Closed, Late, ProtocolError
        """
        size = LENGTH.size
        data = self._ahead(size, until, tick)
        (length,) = LENGTH.unpack_from(data)
        if length > MAX_HEADER:
            raise ProtocolError(f"a header of {length} bytes")
        at = size + length
        data = self._ahead(at, until, tick)
        header = data[size:at]
        known = self._headers.get(header)
        if known is None:
            known = _read_header(header)
            if length <= SHORT and "seq" not in known[0]:  # a number that never comes again
                if len(self._headers) >= KEPT:
                    self._headers.clear()
                self._headers[header] = known
        message, lengths = known
        arrays = []
        if lengths:
            data = self._ahead(at + sum(lengths), until, tick)
            for number in lengths:
                arrays.append(data[at : at + number])
                at += number
        # only now is it taken: one that comes late is still whole when it is asked for again
        self._read_ahead = data[at:]
        return message, arrays

    def _ahead(self, count: int, until: float | None, tick: Callable[[], None]) -> bytes:
        """At least so many bytes of what comes next."""
        if len(self._read_ahead) < count:
            # grows with what arrives, not with what is announced
            grown = bytearray(self._read_ahead)
            try:
                while len(grown) < count:
                    grown += self._receive(until, tick)
            finally:
                self._read_ahead = bytes(grown)
        return self._read_ahead

    def _receive(self, until: float | None, tick: Callable[[], None]) -> bytes:
        """What arrives next."""
        while True:
            if until is not None and time.monotonic() >= until:
                raise Late
            try:
                part = self._end.recv(1 << 16)
            except BlockingIOError:
                tick()
                continue
            except OSError as error:
                raise Closed from error
            if not part:
                raise Closed
            return part

    def _wait_to_write(self, until: float | None) -> None:
        left = TICK if until is None else until - time.monotonic()
        if left <= 0:
            raise Late
        select.select([], [self._end], [], min(TICK, left))


def _read_header(header: bytes) -> tuple[dict[str, Any], list[int]]:
    try:
        text = header.decode()
        (message, lengths), end = _from_json(text)
        if end != len(text):
            raise ValueError
    except (ValueError, RecursionError, TypeError) as error:
        raise ProtocolError("not a header") from error
    if (
        not isinstance(message, dict)
        or not isinstance(lengths, list)
        or not all(type(n) is int and 0 <= n <= MAX_ARRAYS for n in lengths)
        or len(lengths) > MAX_VALUES
        or sum(lengths) > MAX_ARRAYS
    ):
        raise ProtocolError("not a header")
    return message, lengths


def encode(value: Any, arrays: list[bytes], export: Callable[[Any], list[Any]]) -> Any:
    """Turn a value into JSON; the bytes of its arrays are appended to ``arrays``.

    ``export`` names what is not plain data, and returns it as a reference.

    Raises
    ------
    ProtocolError
        If the value is too deep, too large or refers to itself.
    """
    return _Encoder(arrays, export).encode(value, 0)


class _Encoder:
    def __init__(self, arrays: list[bytes], export: Callable[[Any], list[Any]]) -> None:
        self.arrays = arrays
        self.export = export
        self.count = 0

    def encode(self, value: Any, depth: int) -> Any:
        self.count += 1
        if depth > MAX_DEPTH:
            raise ProtocolError(f"more than {MAX_DEPTH} levels of nesting, or a list in itself")
        if self.count > MAX_VALUES:
            raise ProtocolError(f"more than {MAX_VALUES} values: return an array instead")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            # JSON has no limit, but reading a long number takes time in the square of its length
            return value if -(2**63) <= value < 2**64 else self._long(value)
        if kind is float:
            return value
        if isinstance(value, np.generic) and value.dtype.kind in PLAIN_KINDS:
            return ["scalar", *self._array(np.asarray(value))]
        if isinstance(value, np.ndarray) and value.dtype.kind in PLAIN_KINDS:
            return ["array", *self._array(np.asarray(value))]
        if kind is complex:
            return ["complex", value.real, value.imag]
        if kind is bytes:
            return ["bytes", base64.b64encode(value).decode()]
        return self._container(value, depth)

    def _container(self, value: Any, depth: int) -> Any:
        for base, tag in ((list, "list"), (tuple, "tuple"), (set, "set"), (frozenset, "frozenset")):
            if isinstance(value, base):
                return [tag, *(self.encode(item, depth + 1) for item in list(base.__iter__(value)))]  # type: ignore[arg-type]
        if isinstance(value, dict):
            items = list(dict.items(value))
            return [
                "dict",
                *([self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in items),
            ]
        for plain in (bool, int, float, str):
            if isinstance(value, plain):
                return self.encode(plain(value), depth + 1)
        return self.export(value)

    def _long(self, value: int) -> Any:
        if value.bit_length() > 4096:
            raise ProtocolError("an integer of more than 4096 bits")
        return ["int", hex(value)]

    def _array(self, array: np.ndarray) -> list[Any]:
        if sum(map(len, self.arrays)) + array.nbytes > MAX_ARRAYS:
            raise ProtocolError(f"more than {MAX_ARRAYS // 1_000_000} MB of arrays")
        self.arrays.append(array.tobytes())
        return [array.dtype.str, list(array.shape), len(self.arrays) - 1]


def decode(value: Any, arrays: list[bytes], resolve: Callable[[list[Any]], Any]) -> Any:
    """Turn JSON from `encode` back into a value; ``resolve`` makes something of a reference.

    Raises
    ------
    ProtocolError
        If it is anything but what `encode` makes.
    """
    try:
        return _Decoder(arrays, resolve).decode(value, 0)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError, AttributeError) as error:
        raise ProtocolError(f"not a value: {type(error).__name__}") from error


class _Decoder:
    def __init__(self, arrays: list[bytes], resolve: Callable[[list[Any]], Any]) -> None:
        self.arrays = arrays
        self.resolve = resolve
        self.count = 0

    def decode(self, value: Any, depth: int) -> Any:
        self.count += 1
        if depth > MAX_DEPTH + 1 or self.count > MAX_VALUES:
            raise ProtocolError("a value too deep or too long")
        if value is None or type(value) in (bool, int, float, str):
            return value
        if type(value) is not list or not value:
            raise ProtocolError("not a value")
        tag, *rest = value
        if tag in ("array", "scalar"):
            array = self._array(*rest)
            return array[()] if tag == "scalar" else array
        if tag in ("list", "tuple", "set", "frozenset"):
            items = [self.decode(item, depth + 1) for item in rest]
            return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[tag](items)
        if tag == "dict":
            return {self.decode(k, depth + 1): self.decode(v, depth + 1) for k, v in rest}
        if tag == "complex":
            return complex(float(rest[0]), float(rest[1]))
        if tag == "bytes":
            return base64.b64decode(rest[0], validate=True)
        if tag == "int":
            if len(rest[0]) > 1100:
                raise ProtocolError("an integer too long")
            return int(rest[0], 16)
        return self.resolve(value)

    def _array(self, dtype: str, shape: list[int], index: int) -> np.ndarray:
        if type(dtype) is not str or len(dtype) > 12 or type(index) is not int or index < 0:
            raise ProtocolError("not an array")
        kind = np.dtype(dtype)
        if kind.kind not in PLAIN_KINDS or kind.itemsize == 0 or kind.hasobject:
            raise ProtocolError(f"an array of {dtype}")
        if len(shape) > 16 or not all(type(n) is int and 0 <= n <= MAX_ARRAYS for n in shape):
            raise ProtocolError("not a shape")
        data = self.arrays[index]
        if math.prod(shape) * kind.itemsize != len(data):
            raise ProtocolError("an array whose shape and bytes differ")
        # bytearray: the arrays are the receiver's own and may be written to
        return np.frombuffer(bytearray(data), dtype=kind).reshape(shape)
