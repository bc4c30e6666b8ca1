"""Readings: one module a subject; each function takes a READ ONLY session and gives a frozen answer."""
