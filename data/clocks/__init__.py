"""Clocks in storage: the calendar's first days."""
