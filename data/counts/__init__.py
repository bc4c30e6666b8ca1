"""The columnar copy of the matters: made by the worker from PostGIS, read by the server, exact.

``snapshot.Snapshot`` is what is read; ``opening`` finds the one in force on behalf of a principal.
"""
