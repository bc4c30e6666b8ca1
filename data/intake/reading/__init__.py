"""Reading: strangers' files are parsed in a child process that may neither grow nor linger nor call out.

``process`` is the parent's side; everything else runs in the child and hands back plain JSON and bytes.
"""
