"""A report's file put in its place: whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from grid.refusals import Refused

SUFFIXES = (".docx", ".xlsx")


def check_file(path: Path) -> None:
    """Refuse before anything is counted: ``report_suffix``, ``report_folder_missing``, ``report_no_file``."""
    if path.suffix.lower() not in SUFFIXES:
        raise Refused("report_suffix", file=path.name, known=" ".join(SUFFIXES))
    if not path.parent.is_dir():
        raise Refused("report_folder_missing", folder=str(path.parent))
    if path.is_dir():
        raise Refused("report_no_file", file=str(path))


def put_file(path: Path, body: bytes) -> None:
    """Write a file beside its place and move it there, so that nobody opens half of one.

    Raises ``Refused('report_unwritable')``: no room, no right, or the file is held open elsewhere.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise Refused("report_unwritable", file=str(path), said=error.strerror or "") from None
    finally:
        beside.unlink(missing_ok=True)
