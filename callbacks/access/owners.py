"""Whose a callback is: noted while each screen registers, so that none is answered without an owner."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from dash import Dash

from callbacks.access.screens import EVERY_ROLE, ROLES, Screen
from grid.principals import Role


class Owners:
    """Which roles may call which callback of an app, by the callback's output as a browser names it.

    What runs in the browser alone has no entry: there is nothing of it to call.
    """

    def __init__(self, app: Dash) -> None:
        self._app = app
        self._roles: dict[str, frozenset[Role]] = {}

    @contextmanager
    def noting(self, screen: Screen | None, *, cards: Collection[str] = ()) -> Iterator[None]:
        """Give the callbacks registered inside to a screen, or to everyone signed in for none.

        Those that answer a component among ``cards`` are given to ``Screen.CARDS``.
        """
        before = set(self._app.callback_map)
        yield
        for output, callback in self._app.callback_map.items():
            if output not in before and "callback" in callback:
                owner = Screen.CARDS if _components(callback) & set(cards) else screen
                self._roles[output] = EVERY_ROLE if owner is None else ROLES[owner]

    def roles(self, output: object) -> frozenset[Role] | None:
        """Return who may call a callback, none where there is no such callback."""
        return self._roles.get(output) if isinstance(output, str) else None

    @property
    def all(self) -> Mapping[str, frozenset[Role]]:
        """Every callback that the server answers, with who may call it."""
        return MappingProxyType(self._roles)


def outputs_of(callback: Mapping[str, Any]) -> list[Any]:
    """Return the outputs that a callback was registered with."""
    output = callback["output"]
    return list(output) if isinstance(output, list | tuple) else [output]


def _components(callback: Mapping[str, Any]) -> set[str]:
    return {str(one.component_id_str()) for one in outputs_of(callback)}
