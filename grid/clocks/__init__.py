"""Clocks (时限): calendars, rules as data, and how every clock of a matter stands on a day."""
