"""What a run leaves behind: artifacts, pictures, scores."""
