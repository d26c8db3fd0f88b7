"""From a recorded sweep to a short text, figures and one self-contained HTML file."""
