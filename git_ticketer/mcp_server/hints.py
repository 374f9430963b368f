"""What to do next, in the words of an agent: our tools where there is one, else the command."""

import re

ID = "([A-Z][A-Z0-9_]*-[0-9]+)"
TOOLS = (
    ("git ticket list -h", "ticket_list(query='status:open label:x assignee:me')"),
    ("git ticket list", "ticket_list()"),
    ("git ticket session list", "session_list()"),
    ("git ticket create TITLE", "ticket_create(title='...')"),
    (r"git ticket attach (?:ID|PROJ-123)", "attach_ticket(action='set', ticket_id='...')"),
    (f"git ticket attach {ID}", r"attach_ticket(action='set', ticket_id='\1')"),
    (f"git ticket (?:show|todo|tree) {ID}", r"ticket_show(ticket_id='\1')"),
    (r"git ticket comment ID(?: -m TEXT)?", "ticket_comment(ticket_id='...', text='...')"),
    (r"git ticket session show ([A-Za-z0-9._-]+)", r"session_show(session_id='\1')"),
    ("git ticket archive --ticket ID", "session_archive(ticket_id='...')"),
    (r"git ticket archive --plan ([A-Z0-9]+)", r"session_archive(plan='\1')"),
    (r"git ticket why ([A-Za-z0-9_./-]+):([0-9]+)", r"why(path='\1', lines='\2')"),
)
"""Commands as the errors of ops name them, and the tool that does the same."""


def for_agents(hint: str) -> str | None:
    """The hint of an error, a line each as a call of a tool; None where there is none."""
    return "\n".join(map(_line, hint.split("\n"))) or None


def _line(command: str) -> str:
    for pattern, call in TOOLS:
        if found := re.fullmatch(pattern, command):
            return found.expand(call)
    return command
