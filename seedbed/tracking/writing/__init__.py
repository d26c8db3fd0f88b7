"""Write runs: a folder first, MLflow afterwards."""
