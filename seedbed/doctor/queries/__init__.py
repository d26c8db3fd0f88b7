"""Questions that rules ask of the interpreted script: models, seeds, data rows, scores."""
