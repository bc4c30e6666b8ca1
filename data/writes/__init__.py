"""Writings: one module a subject; each leaves an audit row and, where data changes, a new data version."""
