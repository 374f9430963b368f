"""Any bytes give data, or one error naming file and line."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from git_ticketer.storage.yamlfile import MAX_BYTES, MAX_DEPTH, BadFile, parse, read

# Exit code 0 for data, 3 for a clean error; the kernel kills what takes too much.
LIMITED = """\
import resource, sys
from git_ticketer.storage.yamlfile import BadFile, parse

resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20))
try:
    parse(sys.stdin.buffer.read(), "f")
except BadFile:
    sys.exit(3)
"""

BILLION_LAUGHS = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (ord(b) + 1, ord(b) + 1, b",".join([b"*" + b.encode()] * 9))
    for b in "abcdefghi"
)


@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "off", "true", "null", "~", "1:30", "0123", "0x1F", "0o17", "1e3"),
        *(".inf", ".nan", "1_000", "2026-11-22", "2026-11-22T09:00:00Z", "=", "<<", "-1", "1.50"),
    ],
)
def test_a_value_stays_the_text_that_is_written(text: str) -> None:
    assert parse(f"key: {text}\n".encode(), "f").value == {"key": text}


@pytest.mark.parametrize("text", ["no", "1:30", "0123", "1e3", "null"])
def test_a_key_stays_the_text_that_is_written(text: str) -> None:
    assert parse(f"{text}: value\n".encode(), "f").value == {text: "value"}


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"", ""),
        (b"\n\n", ""),
        (b"# only a comment\n", ""),
        (b"---\n", ""),
        (b"key:\n", {"key": ""}),
        (b"text\n", "text"),
        (b"- a\n- b\n", ["a", "b"]),
        (b"{a: [b, {c: d}]}\n", {"a": ["b", {"c": "d"}]}),
        (b"a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        (b'a: "x\\ty"\n', {"a": "x\ty"}),
        (b"a: 'it''s'\r\nb: c\r\n", {"a": "it's", "b": "c"}),
        ("a: Grüße 🎫\n".encode(), {"a": "Grüße 🎫"}),
        (b"\xef\xbb\xbfa: b\n", {"a": "b"}),
        (b"%YAML 1.1\n---\na: b\n...\n", {"a": "b"}),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_plain_yaml_gives_its_data(data: bytes, value: object) -> None:
    assert parse(data, "f").value == value


def test_lines_are_known_for_every_place() -> None:
    document = parse(b"a: b\nc:\n  d: e\n  f:\n  - g\n  - h\n", "f")

    assert document.lines == {
        (): 1,
        ("a",): 1,
        ("c",): 3,
        ("c", "d"): 3,
        ("c", "f"): 5,
        ("c", "f", 0): 5,
        ("c", "f", 1): 6,
    }
    wrong = document.error(("c", "f", 1), "bad")
    assert (wrong.message, wrong.line, wrong.reason) == ("f:6: bad", 6, "bad")


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"a: b\nc: *x\n", 2, "an alias (*name) is not allowed"),
        (b"a: b\nc: &x d\n", 2, "an anchor (&name) is not allowed"),
        (b"&x\na: b\n", 1, "an anchor (&name) is not allowed"),
        (b"a: b\n&x c: d\n", 2, "an anchor (&name) is not allowed"),
        (b"a: b\nc: !!str d\n", 2, "a tag (!name) is not allowed"),
        (b"a: !!python/object/apply:os.system [id]\n", 1, "a tag (!name) is not allowed"),
        (b"a: ! b\n", 1, "a tag (!name) is not allowed"),
        (b"a: b\n<<: *x\n", 2, "an alias (*name) is not allowed"),
        (BILLION_LAUGHS, 1, "an anchor (&name) is not allowed"),
        (b"a: b\nb: c\na: d\n", 3, "the key 'a' stands twice"),
        (b"x:\n  a: b\n  'a': d\n", 3, "the key 'a' stands twice"),
        (b"a: b\n? [c]\n: d\n", 2, "a key must be a plain text"),
        (b"a: b\n? {c: d}\n: e\n", 2, "a key must be a plain text"),
        (b"a: b\n---\nc: d\n", 2, "a second document"),
        (b"a: b\n...\n---\nc: d\n", 3, "a second document"),
        (b"a: b\nc: " + b"[" * 21 + b"]" * 21 + b"\n", 2, "nested too deeply"),
        (b"a: b\nc: \xff\xfe\n", 2, "not UTF-8"),
        (b"a: b\nc: \xed\xa0\x80\n", 2, "not UTF-8"),
        (b"\xff\xfea\x00:\x00 \x00b\x00", 1, "not UTF-8"),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_what_the_door_does_not_let_in_names_file_line_and_reason(
    data: bytes, line: int, reason: str
) -> None:
    with pytest.raises(BadFile) as caught:
        parse(data, "folder/file.yaml")

    error = caught.value
    assert (error.path, error.line, error.reason) == ("folder/file.yaml", line, reason)
    assert (error.message, error.hint) == (
        f"folder/file.yaml:{line}: {reason}",
        "mend folder/file.yaml",
    )


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: b\n\tc: d\n", 2),
        (b"a:\n\t- b\n", 2),
        (b"a: b\nc: \x00\n", 2),
        (b"a: b\nc: \x1b[31m\n", 2),
        (b"a: b\nc: \x7f\n", 2),
        (b"a: b\nc: [d\n", 3),
        (b'a: b\nc: "d\n', 3),
        (b"a: b\nc: d: e\n", 2),
        (b"a: b\nc: @d\n", 2),
        (b"a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n", 2),
        (b"a: b\n  c: d\n", 2),
        (b"\xef\xbb\xbfa: b\n\xef\xbb\xbfc: d\n", 2),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_what_is_not_yaml_names_file_and_line(data: bytes, line: int) -> None:
    with pytest.raises(BadFile) as caught:
        parse(data, "file.yaml")

    assert (caught.value.path, caught.value.line) == ("file.yaml", line)
    assert caught.value.message == f"file.yaml:{line}: {caught.value.reason}"
    assert caught.value.reason.isprintable()


def test_depth_and_size_at_their_limits_pass_and_past_them_do_not() -> None:
    parse(b"[" * MAX_DEPTH + b"x" + b"]" * MAX_DEPTH, "f")
    with pytest.raises(BadFile, match="nested too deeply"):
        parse(b"[" * (MAX_DEPTH + 1) + b"x" + b"]" * (MAX_DEPTH + 1), "f")

    parse(b"#" * MAX_BYTES, "f")
    with pytest.raises(BadFile, match="larger than"):
        parse(b"#" * (MAX_BYTES + 1), "f")


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MAX_BYTES,
        b"{a: " * (MAX_BYTES // 4),
        b"- " * (MAX_BYTES // 2),
        b"? " * (MAX_BYTES // 2),
        b"a: " * (MAX_BYTES // 3),
        b"*" * MAX_BYTES,
        b"!" * MAX_BYTES,
        b'"' + b"\\" * (MAX_BYTES - 1),
        b"a\n" * (MAX_BYTES // 2),
        b" " * MAX_BYTES,
        b"\x00" * MAX_BYTES,
        b"x" * MAX_BYTES,
        b"".join(b"k%d: v\n" % i for i in range(60000)),
        BILLION_LAUGHS,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_the_largest_hostile_file_costs_less_than_five_seconds_of_cpu_and_a_small_stack(
    data: bytes,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED], input=data, capture_output=True, check=False, timeout=300
    )

    assert done.returncode in (0, 3), done.stderr[-300:]


def test_random_bytes_give_data_or_a_clean_error() -> None:
    source = random.Random(20261122)
    parts = [
        b"a",
        b": ",
        b"\n",
        b"- ",
        b"  ",
        b"\t",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"#",
        b"|",
        b">",
    ]
    parts += [b"&a", b"*a", b"!t", b'"', b"'", b"%", b"?", b"\xff", b"\x00", b"---\n", b"<<"]
    cases = [b"".join(source.choices(parts, k=source.randint(1, 30))) for _ in range(3000)]

    assert {_outcome(data) for data in cases} == {"data", "error"}


def _outcome(data: bytes) -> str:
    try:
        parse(data, "f")
    except BadFile as error:
        right = error.path == "f" and 0 < error.line <= data.count(b"\n") + 2
        return "error" if right else f"{data!r}: {error}"
    return "data"


@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "fifo", "device", "missing"])
def test_only_a_regular_file_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    (tmp_path / "other").write_text("a: b\n", encoding="utf-8")
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("other")
    elif kind == "dangling link":
        path.symlink_to("nowhere")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")

    with pytest.raises(BadFile) as caught:
        read(path)
    assert (caught.value.path, caught.value.line) == (str(path), 0)
    assert caught.value.reason == "not a regular file"


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: b\n", encoding="utf-8")

    assert read(path).value == {"a": "b"}
    assert read(path).path == str(path)
