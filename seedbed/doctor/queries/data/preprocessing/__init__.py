"""Steps that learn from rows or change their values."""
