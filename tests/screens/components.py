"""Walking through what a page laid out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def walk(component: Any) -> Iterator[Any]:
    """Yield a component and all below it; texts and numbers are none."""
    if isinstance(component, list | tuple):
        for one in component:
            yield from walk(one)
    elif component is not None and not isinstance(component, str | int):
        yield component
        yield from walk(getattr(component, "children", None))
