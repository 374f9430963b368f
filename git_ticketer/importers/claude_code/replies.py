"""What the person says in the result of a tool: answers to a question, or why it was refused.

Facts: transcripts of versions 2.0 to 2.1. The tool AskUserQuestion gives back `toolUseResult
{questions, answers {question: answer}, annotations {question: {notes}}}`; in the result of a tool
that was refused stands what the person said, below a sentence of the program.
"""

import re

from git_ticketer.importers.answers import answered, chosen
from git_ticketer.importers.json_values import blocks_of, fields_of, text_of

ASKS = "AskUserQuestion"
ONLY_NOTES = "(notes only)"
REFUSED = re.compile(
    r"(?:The user doesn't want to proceed with this tool use|Permission for this tool use was"
    r" denied)\.[^\n]{0,200}?(?:[Tt]he user said|the following reason for the rejection):\s*"
)
ADVICE = "\n\nNote: The user's next message may contain"
DISCUSSED = re.compile(
    r"The user (?:wants to clarify these questions|has indicated they have provided enough)"
    r".{0,600}?Questions asked[^\n]{0,40}:\n",
    re.DOTALL,
)
"""What the program says for the person who would rather talk; answers may stand below it."""

GIVEN = re.compile(r"\n[ \t]*(?:Answer|User notes):")
TOLD = re.compile(
    r"(?:User has answered your questions|Your questions have been answered|The user answered):"
    r"\s*(.*?)(?:\.? (?:You can now continue|Read the answers)[^\n]*)?\s*\Z",
    re.DOTALL,
)


Record = dict[str, object]


def reply_of(block: Record, record: Record, asked: bool | None) -> str:
    """What the person says in a tool's result, which stands in a line; empty where nothing.

    `asked` is whether the tool asks the person; None where its call is not known.
    """
    text = "\n".join(text_of(part.get("text")) for part in blocks_of(block.get("content")))
    if block.get("is_error"):
        return _refusal(text) or text_of(record.get("userFeedback"))
    if asked is False:
        return ""
    given = record.get("toolUseResult") or record.get("tool_use_result")
    told = TOLD.match(text) if asked else None
    return _answers(fields_of(given)) or (told[1] if told else "")


def _refusal(text: str) -> str:
    """What the person said when they refused a tool; empty where that is not its result."""
    if not (refused := REFUSED.match(text)):
        return ""
    said = text[refused.end() :].partition(ADVICE)[0].strip()
    discussed = DISCUSSED.match(said)
    if not discussed:
        return said
    questions = said[discussed.end() :]
    return questions if GIVEN.search(questions) else ""


def _answers(given: Record) -> str:
    """The answers, and the notes to them, in what a tool that asks gave back."""
    pairs = {question: chosen(it) for question, it in fields_of(given.get("answers")).items()}
    for question, annotation in fields_of(given.get("annotations")).items():
        answer = pairs.get(question, "")
        note = text_of(fields_of(annotation).get("notes"))
        is_same = answer == ONLY_NOTES or answer.strip() == note.strip()
        pairs[question] = note if is_same else "\n".join(filter(None, (answer, note)))
    return answered(pairs.items())
