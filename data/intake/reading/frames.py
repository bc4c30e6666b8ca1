"""Frames: what a reading child hands back, as named pieces of bytes that cannot make anything run."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

DONE = "done"
REFUSED = "refused"
_HEAD = struct.Struct(">8sQ")
LARGEST_FRAME = 512 * 2**20


class BrokenFrame(Exception):  # noqa: N818  the stream is, not the program
    """A stream of frames that ends or goes wrong in the middle."""


def write_frame(stream: BinaryIO, kind: str, content: bytes = b"") -> None:
    """Write one frame; ``kind`` has eight letters at most."""
    stream.write(_HEAD.pack(kind.encode("ascii"), len(content)))
    stream.write(content)


def write_json(stream: BinaryIO, kind: str, content: object) -> None:
    """Write one frame of JSON; days and moments keep their kind."""
    write_frame(stream, kind, json.dumps(content, default=_tagged).encode("ascii"))


def read_frames(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield kind and content of every frame up to the last; raises `BrokenFrame`."""
    while True:
        head = stream.read(_HEAD.size)
        if len(head) != _HEAD.size:
            raise BrokenFrame
        kind, size = _HEAD.unpack(head)
        if size > LARGEST_FRAME:
            raise BrokenFrame
        content = stream.read(size)
        if len(content) != size:
            raise BrokenFrame
        yield kind.rstrip(b"\0").decode("ascii", errors="replace"), content
        if kind.rstrip(b"\0") in (DONE.encode(), REFUSED.encode()):
            return


def read_json(content: bytes) -> Any:
    """Return what `write_json` wrote."""
    return json.loads(content, object_hook=_untagged)


def _tagged(value: object) -> object:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, (time, timedelta)):
        return str(value)
    raise TypeError(type(value).__name__)


def _untagged(pairs: dict[str, Any]) -> object:
    if len(pairs) == 1:
        if "day" in pairs:
            return date.fromisoformat(pairs["day"])
        if "moment" in pairs:
            return datetime.fromisoformat(pairs["moment"])
    return pairs
