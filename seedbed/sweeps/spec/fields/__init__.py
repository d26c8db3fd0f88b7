"""The fields of the sections of a sweep file."""
