"""Placing of matters over the areas and the gazetteer in the database."""
