"""What a state of the wall is called: the question that its leading layer answers."""

from __future__ import annotations

from callbacks.wall.state import Layer, WallState
from grid.areas import Level
from layers.map_counts import Basis
from layers.words import Language, say


def state_words(state: WallState, level: Level, language: Language) -> str:
    """Return the words of a state as it is drawn; ``level`` is the one that counts are shown by."""
    named = say(f"level.{level}", language)
    if state.scene is Layer.COUNTS and state.basis is Basis.RATE:
        return say("wall.scene.rate", language, level=named)
    if state.scene is Layer.DENSITY and state.judged:
        return say("wall.scene.significance", language, level=named)
    return say(f"wall.scene.{state.scene}", language, level=named)
