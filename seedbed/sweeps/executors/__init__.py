"""Where cells train: local processes, a Dask cluster, or this process."""
