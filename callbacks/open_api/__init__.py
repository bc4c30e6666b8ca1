"""Open interfaces: published products and boundaries for other programs, by OGC standards and read only."""

from __future__ import annotations

from flask import Flask

from callbacks.open_api import documents, items, tiles
from callbacks.tools import Tools


def register(server: Flask, tools: Tools) -> None:
    """Add everything below ``/open``."""
    documents.register(server, tools)
    items.register(server, tools)
    tiles.register(server, tools)
