"""A line of doctor's screen."""

from dataclasses import dataclass

OK, WARNING, FAILURE = "ok", "warning", "failure"


@dataclass(frozen=True)
class Check:
    """One line of the screen: `state` is ok, warning or failure; `hint` the next thing to type."""

    name: str
    state: str
    text: str
    hint: str = ""
