"""The table of secret shapes: what a token, key or password looks like where it was left.

Only known shapes: a guess by entropy takes commit hashes and paths for secrets. Every repetition
is bounded or possessive, so that no text costs more than linear time.
"""

import re

from git_ticketer.errors import TicketerError
from git_ticketer.redact.assigned import ASSIGNED
from git_ticketer.redact.commands import COMMANDS
from git_ticketer.redact.contexts import CONTEXTS
from git_ticketer.redact.keys import KEYS
from git_ticketer.redact.shape import Rule, begun
from git_ticketer.redact.tokens import TOKENS

__all__ = ["RULES", "Rule", "TakenName", "team_rule"]

RULES = TOKENS + KEYS + CONTEXTS + COMMANDS + ASSIGNED


class TakenName(TicketerError):
    """A team's rule has the name of a built-in one: `name`."""

    def __init__(self, name: str) -> None:
        message = f"redact.rules: {name} is the name of a built-in rule"
        super().__init__(message, hint="give the rule another name in .tickets/config.yaml")
        self.name = name


def team_rule(name: str, prefix: str, characters: str, least: int, most: int = 0) -> Rule:
    """A rule of a team's configuration: a prefix, then `least` to `most` of the `characters`.

    `characters` are single ones and ranges such as `a-z`; no `most` is no upper bound.
    Raises: TakenName.
    """
    if any(rule.name == name for rule in RULES):
        raise TakenName(name)
    kinds = re.findall("[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|.", characters)
    allowed = "".join(kind if len(kind) == 3 else re.escape(kind) for kind in kinds)
    length = f"{{{least},{most}}}+(?![{allowed}])" if most else f"{{{least},}}+"
    example = prefix + kinds[0][0] * least
    return Rule(name, (prefix.lower(),), f"{begun(prefix)}[{allowed}]{length}", example, team=True)
