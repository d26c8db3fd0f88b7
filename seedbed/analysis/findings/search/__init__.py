"""What a search gives: its result on fresh seeds, and what it says about its options."""
