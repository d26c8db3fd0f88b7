"""The record of a run: its names, its writer and its reader. The only room that imports mlflow."""
