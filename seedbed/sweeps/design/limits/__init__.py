"""How much a sweep may ask for: its number of runs, its budget."""
