"""Siting (布点): where the next service points should stand, with a proven bound; pure."""
