"""Clocks in storage: what a database begins with, terms from their tables, and matters as columns."""
