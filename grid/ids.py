"""Identifiers: which numbers may be a row's."""

from __future__ import annotations

LARGEST_ID = 2**63 - 1
"""The largest number that a PostgreSQL bigint holds; a larger one would be a fault instead of nobody's."""
