"""Times as the files carry them: UTC, whole seconds, `2026-11-22T09:00:00Z`.

Reading a time must not depend on a time zone or cost an import of `datetime`, so the calendar
arithmetic is here (days of the civil calendar, H. Hinnant, "chrono-compatible date algorithms").
"""

import time


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time())


def milliseconds() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def to_text(seconds: int) -> str:
    """`2026-11-22T09:00:00Z` for seconds since the epoch."""
    year, month, day, hour, minute, second = time.gmtime(seconds)[:6]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}Z"


def from_text(text: str) -> int:
    """Seconds since the epoch for `2026-11-22T09:00:00Z`; raises ValueError for anything else."""
    fields = text[0:4], text[5:7], text[8:10], text[11:13], text[14:16], text[17:19]
    if text.isascii() and text[4::3] == "--T::Z" and all(field.isdigit() for field in fields):
        year, month, day, hour, minute, second = (int(field) for field in fields)
        seconds = _days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        if year and to_text(seconds) == text:
            return seconds
    raise ValueError(f"not a UTC time: {text[:40]!a}")


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146097 + day_of_era - 719468
