"""What scripts of older years use and today's libraries lack, put back for one run."""
