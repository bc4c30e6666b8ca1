"""Density surfaces as bytes: 254 steps of the square root, no finer than the picture drawn of them."""

from __future__ import annotations

import zlib

import numpy as np

from data.models import PublishedDensity
from grid.density import DensitySurface

_STEPS = 254


def pack_surface(surface: DensitySurface) -> tuple[float, bytes]:
    """Return the largest density and the levels: 0 where masked, else 1 … 255 along its square root."""
    seen = np.isfinite(surface.per_km2)
    top = float(surface.per_km2[seen].max()) if seen.any() else 0.0
    share = np.sqrt(surface.per_km2 / top) if top > 0 else np.zeros_like(surface.per_km2)
    levels = np.where(seen, np.rint(np.nan_to_num(share) * _STEPS) + 1, 0).astype(np.uint8)
    return top, zlib.compress(levels.tobytes(), 6)


def unpack_surface(row: PublishedDensity) -> DensitySurface:
    """Return the surface of a published row."""
    levels = np.frombuffer(zlib.decompress(row.levels), dtype=np.uint8).reshape(row.rows, row.cols)
    share = (levels.astype(np.float32) - 1) / _STEPS
    per_km2 = np.where(levels > 0, np.square(share) * np.float32(row.top_per_km2), np.float32(np.nan))
    bounds_m = (row.west_m, row.south_m, row.east_m, row.north_m)
    return DensitySurface(per_km2.astype(np.float32), bounds_m, row.bandwidth_m, row.n)
