"""Applies what rules propose to scripts and notebooks, byte for byte outside the changed lines."""
