"""Findings as text, and as programs, code hosts and test servers read them."""
