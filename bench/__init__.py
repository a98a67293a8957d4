"""Measurements of the running system: `make bench`. Nothing here is asserted."""
