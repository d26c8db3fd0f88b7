"""Findings as text, JSON and SARIF, and the page of each rule."""
