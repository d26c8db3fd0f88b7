"""What the doctor's findings do to the numbers, by family of rules."""
