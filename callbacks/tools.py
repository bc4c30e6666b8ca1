"""Tools: what every screen is given when it is registered."""

from __future__ import annotations

from dataclasses import dataclass

from grid.ports import Store
from layers.words import Language


@dataclass(frozen=True, slots=True)
class Tools:
    """The ports to the world and the language of the screens."""

    store: Store
    language: Language = Language.ZH
