"""``why``: which source makes the numbers of a script or an experiment vary."""
