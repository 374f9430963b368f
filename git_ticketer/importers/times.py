"""Times as agents write them, to UTC as we write them."""

import functools
from datetime import UTC, datetime, timedelta

from git_ticketer.importers.items import Time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From how large a number on it counts nano-, micro- and milliseconds."""


@functools.lru_cache(maxsize=64)
def utc(time: Time) -> str:
    """`2026-11-22T09:00:04Z`; empty for what is no time. Without an offset it is taken as UTC."""
    try:
        if isinstance(time, str):
            found = datetime.fromisoformat(time.strip().replace(" UTC", "Z"))
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
        elif isinstance(time, int | float) and not isinstance(time, bool):
            unit = next((unit for least, unit in UNITS if abs(time) >= least), 1.0)
            found = EPOCH + timedelta(seconds=time / unit)
        else:
            return ""
        return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""
