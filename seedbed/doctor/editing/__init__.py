"""Changes of a script's text that rules propose, in positions of its syntax tree."""
