"""Archives that cannot be opened."""

import struct

HEADERS = ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2))
"""Signature of a member's header, and how much further than in the first its fields stand."""


def unopenable(content: bytes, place: int, value: int) -> bytes:
    """A ZIP archive whose members need a password, or a compression that nobody knows.

    Args:
        content: A sound archive.
        place: Of a field in a member's local header: 6 for its flags, 8 for its compression.
        value: What to write there: flag 1 says that there is a password.
    """
    changed = bytearray(content)
    for signature, further in HEADERS:
        start = changed.find(signature)
        while start >= 0:
            struct.pack_into("<H", changed, start + place + further, value)
            start = changed.find(signature, start + 4)
    return bytes(changed)
