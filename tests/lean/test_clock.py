"""Times, against `datetime`."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from git_ticketer.lean import clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
NEARLY = st.text(st.sampled_from("0123456789-T:Z +\uff11٣\n"), max_size=24)


@given(MOMENTS)
@example(datetime(1, 1, 1, tzinfo=UTC))
@example(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
@example(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))
@example(datetime(1900, 2, 28, tzinfo=UTC))
@example(datetime(2000, 2, 29, tzinfo=UTC))
@example(datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC))
def test_text_and_seconds_agree_with_datetime(moment: datetime) -> None:
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    text = moment.isoformat().replace("+00:00", "Z")

    assert (clock.to_text(seconds), clock.from_text(text)) == (text, seconds)


@given(NEARLY)
@example("2026-11-22T09:00:00Z")
def test_a_text_is_read_exactly_if_datetime_reads_it_in_that_form(text: str) -> None:
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        expected = (moment - EPOCH) // timedelta(seconds=1)
        valid = clock.to_text(expected) == text
    except ValueError:
        valid = False
    try:
        assert (clock.from_text(text), valid) == (expected if valid else None, True)
    except ValueError:
        assert not valid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22T09:00:00",
        "2026-11-22T09:00:00+00:00",
        "2026-11-22 09:00:00Z",
        "2026-11-22T09:00:00z",
        "2026-11-22T09:00:00Z\n",
        " 2026-11-22T09:00:00Z",
        "2026-11-22T09:00:00.5Z",
        "2026-02-29T09:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-00-22T09:00:00Z",
        "2026-13-22T09:00:00Z",
        "2026-11-00T09:00:00Z",
        "2026-11-31T09:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T09:60:00Z",
        "2026-11-22T09:00:60Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "-026-11-22T09:00:00Z",
        "+026-11-22T09:00:00Z",
        "2026-11-22T0 :00:00Z",
        "\uff12\uff10\uff12\uff16-11-22T09:00:00Z",
        "2026-1-22T009:00:00Z",
    ],
)
def test_anything_but_a_whole_utc_second_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a UTC time"):
        clock.from_text(text)


def test_now_is_the_time_in_whole_seconds() -> None:
    before = int(time.time())
    now = clock.now()

    assert isinstance(now, int)
    assert before <= now <= time.time()
    assert clock.from_text(clock.to_text(now)) == now
