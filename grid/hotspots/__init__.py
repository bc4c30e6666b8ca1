"""Where matters concentrate: counts, density and significance, for those who may see the whole city."""
