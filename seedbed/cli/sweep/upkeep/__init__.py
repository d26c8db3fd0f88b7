"""Verbs that change what is recorded: prune, register, repair."""
