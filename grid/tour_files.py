"""Tours as TOML files: written by a person or by ``fengtu tour export``, read back the same."""

from __future__ import annotations

import json
import re
import tomllib

from grid.refusals import Refused
from grid.tours import Tour, read_tour, write_scenes

LARGEST_BYTES = 64 * 1024
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEAD = re.compile(r"\s*\[\[\s*(?:scene|\"scene\"|'scene')\s*\]\]")


def read_file(content: bytes) -> Tour:
    """Return the tour of a file: a ``name`` and ``[[scene]]`` tables, as ``write_file`` writes them.

    Raises ``Refused``: ``tour_file_large`` (``most``, in kB), ``tour_file_unreadable`` (``line``, 0 where it
    is not known), ``tour_file_key`` (``key``), or what ``read_tour`` raises, with the number of the scene.
    """
    if len(content) > LARGEST_BYTES:
        raise Refused("tour_file_large", most=LARGEST_BYTES // 1024)
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # Text that is no UTF-8 is a ValueError too, and so is a number of thousands of digits.
        raise Refused("tour_file_unreadable", line=_line_of(error, content)) from None
    for key in said:
        if key not in ("name", "scene"):
            raise Refused("tour_file_key", key="".join(char for char in key[:40] if char.isprintable()))
    return read_tour(said.get("name"), said.get("scene"))


def scene_line(content: bytes, number: int) -> int:
    """Return the line on which the scene of a number begins, 0 where it cannot be told."""
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    heads = [at for at, line in enumerate(lines, start=1) if _HEAD.match(line)]
    return heads[number - 1] if 1 <= number <= len(heads) else 0


def write_file(tour: Tour) -> str:
    """Return a tour as TOML; ``read_file`` reads it back."""
    parts = [f"name = {_text(tour.name)}\n"]
    for scene in write_scenes(tour.scenes):
        lines = [
            f"{key} = {_text(value) if isinstance(value, str) else value}\n" for key, value in scene.items()
        ]
        parts.append("\n[[scene]]\n" + "".join(lines))
    return "".join(parts)


def _text(value: str) -> str:
    # JSON's escapes are TOML's; names and titles hold no control character.
    return json.dumps(value, ensure_ascii=False)


def _line_of(error: Exception, content: bytes) -> int:
    if isinstance(error, UnicodeDecodeError):
        return content.count(b"\n", 0, error.start) + 1
    match = _AT_LINE.search(str(error))
    if match is not None:
        return int(match.group(1))
    return content.count(b"\n") + 1 if "end of document" in str(error) else 0
