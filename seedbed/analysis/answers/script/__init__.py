"""What the runs of a user's own script say to the person who asks."""
