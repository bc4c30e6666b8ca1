"""What is kept while a publication is in force, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Concatenate, Generic, ParamSpec, TypeVar

from grid.published import Publication

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class InForce(Generic[Asked, Answer]):
    """Keeps the latest answers about one publication: the first question about another drops them all.

    A request that began before the other came may put its own back; the next one then drops it again.
    """

    def __init__(self, ask: Callable[Concatenate[Publication, Asked], Answer], *, most: int) -> None:
        self._ask = ask
        self._most = most
        self._kept: tuple[Publication, Callable[..., Answer]] | None = None

    def __call__(self, publication: Publication, *args: Asked.args, **options: Asked.kwargs) -> Answer:
        """Return the answer about a publication."""
        kept = self._kept
        if kept is None or kept[0] != publication:
            answers = lru_cache(maxsize=self._most)(partial(self._ask, publication))
            self._kept = kept = publication, answers
        return kept[1](*args, **options)
