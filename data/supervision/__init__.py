"""The procedures of supervision, as the data file beside this has them."""
