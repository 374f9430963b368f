"""What the person answers to a tool that asks: their words, though a tool gives them back."""

from collections.abc import Iterable, Iterator

from git_ticketer.importers.json_values import fields_of, list_of, text_of


def answered(pairs: Iterable[tuple[str, str]]) -> str:
    """The answers as one prompt, each below its question, which is quoted."""
    return "\n\n".join(_quoted(question) + answer for question, answer in pairs if answer.strip())


def _quoted(question: str) -> str:
    return "".join(f"> {line}\n" for line in question.strip().splitlines())


def chosen(value: object) -> str:
    """An answer: a text, several of them, or an object that holds them."""
    held = fields_of(value).get("answers", value)
    return ", ".join(filter(None, map(text_of, list_of(held)))) or text_of(held)


def questions_of(given: object) -> Iterator[tuple[str, str]]:
    """The questions that a tool was given: the id of each, or its place, and its text."""
    for number, question in enumerate(map(fields_of, list_of(fields_of(given).get("questions")))):
        yield text_of(question.get("id")) or str(number), text_of(question.get("question"))
