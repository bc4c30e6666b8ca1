"""Asking again and again: a page that follows what runs waits for an answer before it asks once more.

Dash drops the answer of a callback that is asked again before it: where each answer takes longer than the
interval, none would ever be shown.
"""

from __future__ import annotations

from typing import Any

from dash import Output

_PATIENCE_MS = 20_000
"""An answer that takes longer is given up: a lost connection must not end the following."""


def pace(interval: str) -> Output:
    """Return what a callback that a ``dcc.Interval`` triggers answers: in how many ms it is asked again."""
    return Output(interval, "interval", allow_duplicate=True)


def while_asked(interval: str) -> list[tuple[Any, int, int]]:
    """Return the ``running`` of such a callback: its interval waits while it is asked.

    Only the answer that is shown sets the pace again: one that was dropped must not, with another under way.
    """
    return [(Output(interval, "interval"), _PATIENCE_MS, _PATIENCE_MS)]
