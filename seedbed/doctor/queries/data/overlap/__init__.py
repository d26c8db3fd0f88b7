"""Rows that training and scoring share: the same rows, and copies of them."""
