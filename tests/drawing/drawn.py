"""What a drawn map shows, of the figure that says it."""

from __future__ import annotations

from layers.map_base import Drawing


def drawn_layers(figure: Drawing) -> list[Drawing]:
    """Return the layers of a figure with something in them; every slot has its place there, empty or not."""
    return [layer for layer in figure["layout"]["map"]["layers"] if layer.get("visible", True)]
