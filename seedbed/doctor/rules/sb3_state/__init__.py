"""SB3: weights and epochs that are not the ones the script means."""
