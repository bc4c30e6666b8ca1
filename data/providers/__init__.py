"""Online geocoding providers: asked only where an administrator switched one on, and never believed alone."""
