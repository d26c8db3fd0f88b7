"""The pictures of the report: each takes findings and returns a figure, never writes one."""
