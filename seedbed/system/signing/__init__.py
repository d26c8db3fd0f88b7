"""Signatures of files: made and checked."""
