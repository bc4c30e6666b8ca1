"""Tiles: shapes of an edition baked once for each zoom, kept as files, and read from them."""
