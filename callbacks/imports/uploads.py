"""What a browser sends to the import page, trusted in nothing: readers give checked values or refuse."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from callbacks.imports.formats import COLUMNS, OPTIONS
from grid.findings import ImportKind
from grid.ids import LARGEST_ID
from grid.refusals import Refused

LARGEST_FILE_MB = 64
"""Told to the browser, so that a larger file is not sent at all; the desk has its own limit."""
_LONGEST_ANSWER = 200
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_OPTION = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was sent once: the key that the desk gave for it, its name, its SHA-256."""

    key: str
    name: str
    sha256: str

    def to_browser(self) -> dict[str, object]:
        """Return what ``read_file`` reads."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Run:
    """A job that the page follows, and what it was started with, so that a dry run can be done for good."""

    job: int
    kind: ImportKind
    dry_run: bool
    options: dict[str, str]
    key: str

    def to_browser(self) -> dict[str, object]:
        """Return what ``read_run`` reads."""
        return asdict(self)


def read_kind(text: object) -> ImportKind:
    """Return a kind; raises ``Refused('import_kind_unknown')``."""
    if not isinstance(text, str) or text not in COLUMNS:
        raise Refused("import_kind_unknown")
    return ImportKind(text)


def read_content(contents: object) -> bytes:
    """Return the bytes of a ``data:`` address; raises ``Refused`` for anything else or too large."""
    if not isinstance(contents, str) or not contents:
        raise Refused("upload_missing")
    head, _, body = contents.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64")):
        raise Refused("upload_broken")
    if len(body) > (LARGEST_FILE_MB * 1024 * 1024 + 2) // 3 * 4:
        raise Refused("file_too_large", limit_mb=LARGEST_FILE_MB)
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("upload_broken") from None


def read_name(name: object) -> str:
    """Return the file's name as a label, empty for anything that is none."""
    return name if isinstance(name, str) else ""


def read_file(data: object) -> KeptFile:
    """Return the file that a page sent; raises ``Refused``: ``upload_missing`` or ``form_broken``."""
    if data is None:
        raise Refused("upload_missing")
    fields = data if isinstance(data, dict) else {}
    return KeptFile(
        _matching(_KEY, fields.get("key")),
        read_name(fields.get("name")),
        _matching(_DIGEST, fields.get("sha256")),
    )


def read_options(kind: ImportKind, ids: object, values: object) -> dict[str, str]:
    """Return the options that a kind knows and that were filled in; raises ``Refused('form_broken')``."""
    known = {option.name: option for option in OPTIONS[kind]}
    options: dict[str, str] = {}
    for name, value in _pairs(ids, values, "name"):
        option = known.get(name) if isinstance(name, str) else None
        if option is None or (value and option.choices and value not in option.choices):
            raise Refused("form_broken")
        if value:
            options[option.name] = value
    return options


def read_answers(ids: object, values: object, shown: object) -> dict[str, str]:
    """Return the answers that differ from how they were ``shown``, "" for one that was taken back.

    Raises ``Refused('form_broken')``.
    """
    before = _texts(shown.get("answers") if isinstance(shown, Mapping) else shown)
    answers: dict[str, str] = {}
    for name, value in _pairs(ids, values, "option"):
        if len(value) > _LONGEST_ANSWER:
            raise Refused("form_broken")
        option = _matching(_OPTION, name)
        if value != before.get(option, ""):
            answers[option] = value
    return answers


def read_run(data: object) -> Run | None:
    """Return the run that a page keeps, none for none; raises ``Refused('form_broken')``."""
    if data is None:
        return None
    fields = data if isinstance(data, dict) else {}
    dry_run = fields.get("dry_run")
    if type(dry_run) is not bool:
        raise Refused("form_broken")
    key = _matching(_KEY, fields.get("key"))
    options = _texts(fields.get("options"))
    return Run(read_number(fields.get("job")), read_kind(fields.get("kind")), dry_run, options, key)


def read_number(number: object) -> int:
    """Return the id of a job or batch, or the number of a row; raises ``Refused('form_broken')``."""
    if type(number) is not int or not 0 < number <= LARGEST_ID:
        raise Refused("form_broken")
    return number


def read_batch(text: object) -> int | None:
    """Return the id of a batch from an address, none for none; raises ``Refused('batch_unknown')``."""
    if text is None:
        return None
    if not isinstance(text, str) or not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST_ID:
        raise Refused("batch_unknown")
    return int(text)


def digest(content: bytes) -> str:
    """Return what tells one upload from another."""
    return hashlib.sha256(content).hexdigest()


def _matching(pattern: re.Pattern[str], text: object) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise Refused("form_broken")
    return text


def _texts(data: object) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(text, str) for pair in data.items() for text in pair):
        raise Refused("form_broken")
    return dict(data)


def _pairs(ids: object, values: object, key: str) -> list[tuple[object, str]]:
    if not (isinstance(ids, Sequence) and isinstance(values, Sequence) and len(ids) == len(values)):
        raise Refused("form_broken")
    pairs = []
    for each, value in zip(ids, values, strict=True):
        # A number field of the page sends a number.
        text = str(value) if type(value) is int else value
        if not isinstance(each, dict) or not isinstance(text, str | None):
            raise Refused("form_broken")
        pairs.append((each.get(key), (text or "").strip()))
    return pairs
