"""Screens: one folder each with ids, layout and wiring; they ask ports and let layers draw."""
