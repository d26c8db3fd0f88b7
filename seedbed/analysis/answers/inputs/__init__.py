"""From plain numbers, CSV files and recorded sweeps to what a question takes."""
