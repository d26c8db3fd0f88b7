"""Cells, one configuration with one set of seeds each, and how a sweep lays them out."""
