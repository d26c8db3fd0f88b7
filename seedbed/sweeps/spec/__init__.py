"""The sweep file: fields, validation and reference page."""
