"""Matters: petition files read by column and by row, placed, staged, and written each number once."""
