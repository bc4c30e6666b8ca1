"""Storage, intake and geocoding: the only package that knows PostGIS and files."""
