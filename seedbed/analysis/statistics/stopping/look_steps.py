"""At how many pairs a group-sequential plan looks."""

LOOKS = (5, 10, 15, 20)


def steps_to(pairs: int, steps: int = len(LOOKS)) -> tuple[int, ...]:
    """Looks in equal steps up to a number of pairs, where the plan names none."""
    found = (max(2, round(pairs * step / steps)) for step in range(1, steps + 1))
    return tuple(dict.fromkeys(found))
