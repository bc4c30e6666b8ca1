"""Offline geocoding over a city's own names: areas, aliases, roads with number ranges, estates, POIs.

Not a national parser: everything that an address may name is known beforehand. See `geocoder.geocode`.
"""
