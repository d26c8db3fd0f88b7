"""What a script did, in order: trainings, rounds, arms and the sentences about them."""
