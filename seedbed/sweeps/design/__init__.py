"""From a checked sweep file to cells: search spaces, seeds, budget, forecast."""
