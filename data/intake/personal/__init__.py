"""Personal data in files: found by header and content, dropped or blanked before anything is stored."""
