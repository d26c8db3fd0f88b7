"""Statistics on plain arrays. Axes are always ``[run, example]`` or ``[run, example, class]``."""
