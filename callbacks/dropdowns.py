"""The words of Dash's drop-downs themselves, which it would say in English to everybody."""

from __future__ import annotations

from typing import Any

from layers.words import Language, say

_NAMES = ("select_all", "deselect_all", "search", "clear_search", "clear_selection", "no_options_found")


def dropdown_words(language: Language, *, none_found: str = "") -> Any:
    """Return what a drop-down says, as ``labels`` of ``dcc.Dropdown``; ``none_found`` where nothing fits."""
    words = {name: say(f"dropdown.{name}", language) for name in _NAMES}
    counted = say("dropdown.selected_count", language, num_selected="{num_selected}")
    told = {"no_options_found": none_found} if none_found else {}
    return words | {"selected_count": counted} | told
