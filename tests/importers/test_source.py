"""Bytes of which nothing is known yet: how they are encoded, and records of any length."""

import base64
import gzip
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.importers import claude_code, codex, plain, specstory
from git_ticketer.importers.media import OVERLAP, without_media
from git_ticketer.importers.registry import recognised
from git_ticketer.importers.source import MAX_LINE, NotATranscript, Source, object_of
from tests.importers.claude_code_lines import result, text, user
from tests.importers.making import gathered, jsonl, shown, source_of

PASTED = "Zm9vYmFy" * 1000
LONG = "long words " * (MAX_LINE // 10)
IMAGE = base64.b64encode(bytes(range(256)) * (MAX_LINE // 256)).decode()


@pytest.mark.parametrize(
    "content",
    [
        LONG,
        f"Decode {PASTED} and data:text/plain;base64,short {LONG}",
        [text(LONG)],
        [text(PASTED), {"type": "image", "source": {"type": "base64", "data": IMAGE}}],
        json.dumps({"data": PASTED}) + LONG,
    ],
    ids=["words", "base64", "a block", "beside an image", "JSON that was pasted"],
)
def test_a_prompt_is_whole_however_long_its_record_is(content: str | list[dict[str, str]]) -> None:
    source = source_of(jsonl(user(content), user("and then?")))

    found = gathered(claude_code, source)

    prompts = [entry.text for entry in found.entries if entry.text]
    assert prompts == [content if isinstance(content, str) else content[0]["text"], "and then?"]
    assert (found.skipped, found.unknown, source.lost) == (0, 0, 0)


def test_a_result_that_is_too_long_is_passed_over_and_counted() -> None:
    source = source_of(jsonl(user("start"), user([result("t", LONG)]), user("and then?")))

    found = gathered(claude_code, source)

    assert shown(found.entries) == [("user", "start"), ("user", "and then?")]
    assert (found.skipped, source.lost) == (1, 0)


def test_a_prompt_that_is_too_long_to_be_read_is_counted_as_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("git_ticketer.importers.source.MAX_SAID", MAX_LINE)
    source = source_of(jsonl(user(LONG), user("and then?")))

    found = gathered(claude_code, source)

    assert (shown(found.entries), found.skipped) == ([("user", "and then?")], 1)
    assert source.lost == 1


@given(st.integers(1, 3 * OVERLAP))
def test_media_are_found_wherever_a_piece_is_cut(size: int) -> None:
    def record(media: str) -> bytes:
        url = f'see data:image/png;base64,{media} \\"data\\":\\"{PASTED}'
        return f'{{"data": "{media}","text":"{url}","name":"{PASTED}"}}\n'.encode()

    data = record("iVBORw0KGgo0" * 70 + "==")
    pieces = (data[at : at + size] for at in range(0, len(data), size))

    assert b"".join(without_media(pieces)) == record("")


MARKS = {"utf-8-sig": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
SAID = "Füge ein Bild \U0001f5bc ein\u2028bitte"
DOCUMENTS: list[tuple[ModuleType, str]] = [
    (claude_code, json.dumps(user(SAID), ensure_ascii=False) + "\r\n"),
    (plain, json.dumps([{"role": "user", "text": SAID}], ensure_ascii=False)),
    (plain, f"## User\r\n\r\n{SAID}\r\n"),
    (plain, f'- role: user\n  text: "{SAID}"\n'),
    (specstory, f"_**User**_\n\n{SAID}\n"),
    (import_module("git_ticketer.importers.aider"), f"# aider chat started at x\n\n#### {SAID}  "),
]


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize(("importer", "document"), DOCUMENTS)
def test_a_byte_order_mark_tells_how_a_file_is_encoded(
    encoding: str, importer: ModuleType, document: str
) -> None:
    source = source_of(MARKS[encoding] + document.encode(encoding))

    assert recognised(source).FORMAT == importer.FORMAT
    said = [entry.text for entry in gathered(importer, source).entries]
    assert " ".join(said).split() == SAID.split()


def test_what_is_no_text_in_utf_16_is_replaced_and_long_files_are_read_in_pieces() -> None:
    lines = "".join(f'{{"n": {number}, "x": "ä\U0001f5bc"}}\n' for number in range(60_000))
    data = b"\xff\xfe" + lines.encode("utf-16-le") + b'{\0"\0y\0"\0:\0"\0\0\xd8"\0}\0\n\0x'

    found = list(source_of(data).records())

    assert found[:-2] == [object_of(line.encode()) for line in lines.splitlines()]
    assert found[-2:] == [{"y": "\ufffd"}, None]


def test_a_compressed_file_is_one_error_that_says_how_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / "my session.jsonl.gz"
    path.write_bytes(gzip.compress(jsonl(user("Hi"))))

    with pytest.raises(NotATranscript) as error:
        recognised(Source(path))

    assert error.value.message == f"{path}: it is compressed (gzip)"
    assert error.value.hint == f"gzip -dc '{path}' | git ticket archive -"
    with pytest.raises(NotATranscript, match="compressed"):
        recognised(source_of(path.read_bytes()))


def test_bytes_that_are_no_text_cost_no_prompt() -> None:
    broken = jsonl(user("a ? b")).replace(b"?", b"\xff")
    tab = (
        b'{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a\tb"}]}'
    )

    assert shown(gathered(claude_code, broken).entries) == [("user", "a \ufffd b")]
    assert shown(gathered(codex, tab).entries) == [("user", "a\tb")]
