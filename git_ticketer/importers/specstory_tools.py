"""A tool in SpecStory's Markdown: its name, what it was given and what it gave back.

Each agent's tools are formatted differently: a summary, then text and fenced code of which the
last (`text`, or without a name), or all after `**Result:**`, is the output.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers.items import Called, Item, Returned, Time
from git_ticketer.importers.markdown import Fence, fences, in_fences

NAME = re.compile(r'data-tool-name="([^"\n]*)"')
SUMMARY = re.compile(r"<summary>(.*?)(?:</summary>|\Z)", re.DOTALL)
USE = re.compile(r"\s*Tool use:\s*\*\*([^*\n]+)\*\*[\s\u2022]*")
TAGS = re.compile(r"(?m)^\s*(?:<tool-use\b[^>\n]*>)?\s*(?:<details>)?\s*|</details>|</tool-use>")
RESULT = re.compile(r"(?:\*\*)?(Result|Output|Error)s?:(?:\*\*)?\s*(.*)")


def tool_items(lines: list[str], at: Time, key: str, agent: str) -> Iterator[Item]:
    """The call of a tool, and its result where it has one."""
    text = "\n".join(lines)
    named = NAME.search(lines[0])
    summary = SUMMARY.search(text)
    head, body = (summary[1], text[summary.end() :]) if summary else _without_tags(text)
    use = USE.match(head)
    name = (named[1] if named else "") or (use[1].strip() if use else "") or "tool"
    given = head[use.end() :].strip() if use else head.strip()
    more, output, failed = _parts(_closed(body).split("\n"))
    given = "\n".join(part for part in (given, more) if part)
    yield Called(name, _plain(given), at, key, agent)
    if output or failed:
        yield Returned(key, output, at, failed, agent)


def _without_tags(text: str) -> tuple[str, str]:
    """The first line and the rest of a tool without a summary."""
    head, _, body = TAGS.sub("", text, count=1).strip().partition("\n")
    return head, body


def _closed(body: str) -> str:
    for tag in ("</tool-use>", "</details>"):
        body = body.rstrip().removesuffix(tag)
    return body


def _plain(given: str) -> str:
    """An input without the backticks around it; of words and a command the command."""
    last = given.rpartition("\n\n")[2]
    inner = last[1:-1]
    is_code = last[:1] == last[-1:] == "`" and inner and "`" not in inner
    return inner if is_code else given


def _parts(lines: list[str]) -> tuple[str, str, bool]:
    """What was given, what was given back, and whether that is an error."""
    code = list(fences(lines))
    outside = in_fences(lines)
    for number, line in enumerate(lines):
        if not outside[number] and (found := RESULT.match(line)):
            rest = [found[2], *lines[number + 1 :]]
            return _joined(lines[:number]), _unfenced(rest), found[1] == "Error"
    output = _output(lines, code)
    if output:
        rest = [*lines[: output.first], *lines[output.last + 1 :]]
        return _joined(rest), _inner(lines, output), False
    return _joined(lines), "", False


def _output(lines: list[str], code: list[Fence]) -> Fence | None:
    """The code that is the output; `text` goes on to the last fence, whatever is in it."""
    last = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    for fence in code:
        if fence.info == "text" and lines[last].strip() == lines[fence.first].strip()[:-4]:
            return fence._replace(last=last)
    return code[-1] if code and code[-1].info in ("", "text") else None


def _joined(lines: list[str]) -> str:
    """The lines as a text, code without its fences."""
    marks = {line for fence in fences(lines) for line in (fence.first, fence.last)}
    kept = (line for number, line in enumerate(lines) if number not in marks)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _unfenced(lines: list[str]) -> str:
    """A result as text: the code in it, where there is nothing else."""
    code = list(fences(lines))
    if len(code) == 1:
        return _inner(lines, code[0])
    return "\n".join(lines).strip()


def _inner(lines: list[str], fence: Fence) -> str:
    return "\n".join(lines[fence.first + 1 : fence.last])
