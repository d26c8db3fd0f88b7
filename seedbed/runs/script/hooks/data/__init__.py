"""Which rows and labels a script's networks are trained and scored on."""
