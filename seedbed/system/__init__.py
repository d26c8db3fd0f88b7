"""What every part needs of Python and the operating system."""
