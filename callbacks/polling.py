"""Asking again and again: a page that follows what runs waits for an answer before it asks once more."""

from __future__ import annotations

from typing import Any

from dash import Output

_PATIENCE_MS = 20_000
"""An answer that takes longer is given up: a lost connection must not end the following."""


def one_at_a_time(interval: str, every_ms: int) -> list[tuple[Any, int, int]]:
    """Return the ``running`` of a callback that a ``dcc.Interval`` of ``every_ms`` triggers.

    Dash drops the answer of a callback that is asked again before it: where each answer takes longer than
    the interval, none would ever be shown. What ends without any answer does not undo ``running``.
    """
    return [(Output(interval, "interval"), _PATIENCE_MS, every_ms)]
