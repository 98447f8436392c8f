"""Lengths and moments of films in words: 12 minutes, 1:05, 1:02:05."""


def minutes(seconds: float | None) -> int:
    """Return seconds of film as whole minutes for display, at least 1."""
    return max(1, round((seconds or 0) / 60))


def clock(seconds: float | None) -> str:
    """Return seconds as a player shows them, rounded down: 1:05, or 1:02:05 from one hour on."""
    whole_minutes, rest = divmod(int(seconds or 0), 60)
    hours, over = divmod(whole_minutes, 60)
    return f"{hours}:{over:02d}:{rest:02d}" if hours else f"{over}:{rest:02d}"
