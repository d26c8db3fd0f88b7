"""Pictures of predictions: single classes, confusion matrices, and disputed examples."""
