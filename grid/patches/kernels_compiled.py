"""The inner loop of polishing compiled by numba; it lets go of the interpreter's lock."""

from __future__ import annotations

from typing import Any

from numba import njit

from grid.patches import kernels

anneal: Any = kernels.make(njit(nogil=True, boundscheck=False))
