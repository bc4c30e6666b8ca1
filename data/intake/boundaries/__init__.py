"""Boundaries: one level of areas from one file, weighed, repaired, asked about and written as an edition."""
