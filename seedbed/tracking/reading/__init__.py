"""Read sweeps, runs, metric histories and artifacts from MLflow."""
