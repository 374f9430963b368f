"""What is shown of a text from a file: everything in it can be seen."""

import pytest

from git_ticketer.model.visible import visible

# Zero width joiner, tag, variation selectors, fillers of Korean and Mongolian, a grapheme joiner.
UNSEEN = [0x200B, 0x202E, 0xE0041, 0xE0100, 0xFE00, 0x034F, 0x115F, 0x3164, 0xFFA0, 0x180F, 0x17B4]


@pytest.mark.parametrize("code", UNSEEN)
def test_a_character_that_nobody_sees_is_written_as_an_escape(code: int) -> None:
    escape = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    assert visible(f"a{chr(code)}b") == f"a{escape}b"


def test_text_in_any_script_and_an_emoji_stay_as_they_are() -> None:
    text = "Größe, 日本語, 한국어, हिन्दी, ❤️ ok\nnext"

    assert visible(text) == text
