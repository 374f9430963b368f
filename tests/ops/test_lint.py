"""Every kind of trouble in `.tickets` is found at its line, and what is well is left in peace."""

import os
from pathlib import Path

import pytest

from git_ticketer.ops import lint
from git_ticketer.ops.lint_texts import Problem

UIDS = [f"01JD8Z6W5T3K9QG4R7M2XV1B0{letter}" for letter in "ABCDEFGH"]
AT = "2026-11-22T09:00:00Z"
TOKEN = "ghp_" + "A1b2" * 9


def put(top: Path, name: str, text: str) -> str:
    """Write a file below `.tickets` and return its path from the top."""
    path = top / ".tickets" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return f".tickets/{name}"


def ticket(top: Path, number: int, lines: str = "", *, uid: str = "", id: str = "") -> str:
    """Write a ticket of four lines and then `lines`, which so begin at 5."""
    id = id or f"PROJ-{number}"
    head = f"uid: {uid or UIDS[number]}\nid: {id}\ntitle: t\ncreated: {AT}\n"
    return put(top, f"PROJ-{number}/ticket.yaml", head + lines)


def comment(top: Path, number: int, lines: str, *, uid: str = UIDS[7]) -> str:
    return put(top, f"PROJ-{number}/comments/{uid}.yaml", lines)


def found(top: Path, *paths: str) -> list[str]:
    """Every problem as `path:line severity rule: reason`, without the first folder."""
    return [
        f"{p.path.removeprefix('.tickets/')}:{p.line} {p.severity} {p.rule}: {p.reason}"
        for p in lint.check(str(top), paths)
    ]


def test_a_repository_without_tickets_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_tickets_as_commands_write_them_are_clean(tmp_path: Path) -> None:
    put(tmp_path, "config.yaml", "prefix: PROJ\nforeign_prefixes: [JIRA]\n")
    put(tmp_path, ".gitattributes", "* text eol=lf\n")
    ticket(tmp_path, 1, "type: epic\n")
    ticket(
        tmp_path,
        2,
        "aliases: [PROJ-9]\ntype: task\nstatus: in-progress\npriority: high\nparent: PROJ-1\n"
        "labels: [a, b]\ndescription: |\n  <<<<<<< not a conflict\nlinks:\n- blocked-by JIRA-5\n"
        "- blocks PROJ-1\n- duplicates PROJ-9\n- relates-to https://example.com/1\n"
        f"criteria: {{k3f9: {{text: a, done: true, added: '{AT}'}}}}\n",
    )
    comment(tmp_path, 1, f"ticket: PROJ-1\nticket_uid: {UIDS[1]}\ncreated: {AT}\ntext: hi\n")
    plan = f"ticket: PROJ-1\nticket_uid: {UIDS[1]}\ntitle: Code review\n"
    put(tmp_path, f"PROJ-1/sessions/plan-{UIDS[7]}.yaml", plan)

    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("status: begun\n", ["5 error status: there is no status 'begun' (there are: backlog, "
         "planned, in-progress, in-review, done, cancelled, archived)"]),
        ("type: story\n", ["5 error type: there is no type 'story' (there are: task, bug, feature, "
         "research, documentation, refactor, epic)"]),
        ("priority: p1\n", ["5 error priority: there is no priority 'p1' (there are: critical, "
         "high, medium, low)"]),
        ("status: In_Progress\n",
         ["5 warning spelling: status 'In_Progress' is stored as in-progress"]),
        ("parent: PROJ-9\n", ["5 error parent: there is no ticket PROJ-9"]),
        ("parent: the other\n", ["5 error parent: not a ticket id: 'the other'"]),
        ("parent: proj-2\n", ["5 warning spelling: parent 'proj-2' is stored as PROJ-2"]),
        ("type: epic\nparent: PROJ-2\n",
         ["6 warning parent: a ticket of type epic has no parent"]),
        ("parent: PROJ-1\n", ["5 error cycle: the ticket is above itself: PROJ-1 > PROJ-1"]),
        ("links:\n- blocks PROJ-9\n", ["6 error link: there is no ticket PROJ-9"]),
        ("links:\n- blocks PROJ-1\n", ["6 error link: the ticket is linked to itself"]),
        ("links:\n- blocks somebody\n",
         ["6 error link: neither a ticket nor an address: 'somebody'"]),
        ("links:\n- eats PROJ-2\n", ["6 error link-kind: there is no link 'eats' (there are: "
         "blocks, blocked-by, relates-to, duplicates)"]),
        ("aliases: [PROJ-1]\n", ["5 error alias: PROJ-1 is the ticket's own id"]),
        ("labels:\n- b\n- a\n", ["6 warning order: labels are not sorted"]),
        ("labels: [a, a]\n", ["5 warning order: labels hold an item twice"]),
        ("links: [relates-to PROJ-2, blocks PROJ-2]\n",
         ["5 warning order: links are not sorted"]),
        ("criteria:\n  k3f9:\n    text: a\n    added: today\n",
         ["8 error time: not a UTC time such as 2026-11-22T09:00:00Z: 'today'"]),
        ("subtasks:\n  a7c2:\n    title: a\n    status: In_Progress\n    added: 2026-11-22\n",
         ["8 warning spelling: status 'In_Progress' is stored as in-progress",
          "9 error time: not a UTC time such as 2026-11-22T09:00:00Z: '2026-11-22'"]),
        ("labels: a\n", ["5 error schema: labels must be a list"]),
        ("schema: 2\n", ["5 error schema: schema 2 is newer than this git-ticketer reads (1)"]),
        ("schema: 0\n", ["5 error schema: schema 0 is older than 1"]),
        ("x: [\n", ["6 error yaml: did not find expected node content"]),
        ("x: *y\n", ["5 error yaml: an alias (*name) is not allowed"]),
        ("title: again\n", ["5 error yaml: the key 'title' stands twice"]),
        ("<<<<<<< HEAD\nx: a\n=======\nx: b\n>>>>>>> topic\n",
         ["5 error conflict: a merge conflict"]),
        ("x: |\n  a\n>>>>>>> topic\n", ["7 error conflict: a merge conflict"]),
        (f"description: use {TOKEN}\n", ["5 error secret: what looks like a secret (github-token): "
         "revoke it, then take it out"]),
        ('description: "a\\nDB_PASS' + 'WORD=hunter2"\n', ["5 error secret: what looks like a "
         "secret (assigned-secret): revoke it, then take it out"]),
    ],
    ids=lambda part: part.replace("\n", " ")[:30] if isinstance(part, str) else "",
)  # fmt: skip
def test_what_is_not_right_in_a_ticket_is_said_with_its_line(
    lines: str, problems: list[str], tmp_path: Path
) -> None:
    ticket(tmp_path, 1, lines)
    ticket(tmp_path, 2)

    assert found(tmp_path) == [f"PROJ-1/ticket.yaml:{problem}" for problem in problems]


def test_a_time_of_another_zone_is_none_of_ours(tmp_path: Path) -> None:
    path = ticket(tmp_path, 1)
    text = (tmp_path / path).read_text(encoding="utf-8")
    put(tmp_path, "PROJ-1/ticket.yaml", text.replace("09:00:00Z", "09:00:00+01:00"))

    assert [(p.line, p.rule) for p in lint.check(str(tmp_path))] == [(4, "time")]


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    ticket(tmp_path, 1, f"status: {TOKEN}\nlabels:\n- {TOKEN}\nlinks:\n- blocks {TOKEN}\n")

    problems = lint.check(str(tmp_path))

    assert [p.line for p in problems if p.rule == "secret"] == [5, 7, 9]
    assert all(TOKEN.lower() not in repr(p).lower() for p in problems if p.rule == "secret")


def test_one_id_and_one_uid_in_two_folders_is_said_at_both(tmp_path: Path) -> None:
    ticket(tmp_path, 1)
    ticket(tmp_path, 2, uid=UIDS[1], id="PROJ-1")

    assert found(tmp_path) == [
        "PROJ-1/ticket.yaml:1 error duplicate-uid: the uid is also that of PROJ-2",
        "PROJ-1/ticket.yaml:2 error duplicate-id: PROJ-1 is also the id in PROJ-2",
        "PROJ-2/ticket.yaml:1 error duplicate-uid: the uid is also that of PROJ-1",
        "PROJ-2/ticket.yaml:2 error duplicate-id: PROJ-1 is also the id in PROJ-1",
        "PROJ-2/ticket.yaml:2 error folder: the folder is PROJ-2, the id is PROJ-1",
    ]


def test_a_ring_of_parents_is_said_at_each_and_not_at_those_below(tmp_path: Path) -> None:
    for number, parent in ((1, 2), (2, 3), (3, 1), (4, 1), (5, 4)):
        ticket(tmp_path, number, f"parent: PROJ-{parent}\n")

    assert found(tmp_path) == [
        "PROJ-1/ticket.yaml:5 error cycle: the ticket is above itself: "
        "PROJ-1 > PROJ-2 > PROJ-3 > PROJ-1",
        "PROJ-2/ticket.yaml:5 error cycle: the ticket is above itself: "
        "PROJ-2 > PROJ-3 > PROJ-1 > PROJ-2",
        "PROJ-3/ticket.yaml:5 error cycle: the ticket is above itself: "
        "PROJ-3 > PROJ-1 > PROJ-2 > PROJ-3",
    ]


def test_a_former_id_is_no_dangling_one_and_two_with_the_same_are_ambiguous(
    tmp_path: Path,
) -> None:
    ticket(tmp_path, 1, "aliases:\n- PROJ-9\n- PROJ-8\nlinks: [blocks PROJ-9]\n")
    ticket(tmp_path, 2, "aliases: ['proj-8']\nparent: PROJ-8\n")

    assert found(tmp_path) == [
        "PROJ-1/ticket.yaml:7 warning alias: PROJ-8 is ambiguous, it is also an alias of PROJ-2",
        "PROJ-2/ticket.yaml:5 warning alias: PROJ-8 is ambiguous, it is also an alias of PROJ-1",
    ]


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("ticket: PROJ-1\ntext: a\n", ["1 error ticket-uid: ticket_uid is missing"]),
        (f"ticket: PROJ-1\nticket_uid: {UIDS[2]}\n", ["2 error ticket-uid: it belongs to another "
         "ticket, PROJ-2: ticket_uid is not the uid of PROJ-1"]),
        (f"ticket: PROJ-1\nticket_uid: {UIDS[5]}\n", ["2 error ticket-uid: it belongs to another "
         "ticket: ticket_uid is not the uid of PROJ-1"]),
        (f"ticket: PROJ-2\nticket_uid: {UIDS[1]}\n",
         ["1 error comment: it says 'PROJ-2', the ticket is PROJ-1"]),
        (f"ticket: PROJ-1\nticket_uid: {UIDS[1]}\ncreated: now\n",
         ["3 error time: not a UTC time such as 2026-11-22T09:00:00Z: 'now'"]),
        (f"ticket: PROJ-1\nticket_uid: {UIDS[1]}\ntext: {TOKEN}\n", ["3 error secret: what looks "
         "like a secret (github-token): revoke it, then take it out"]),
        ("- a\n", ["1 error schema: expected lines of `key: value`"]),
        ("text: [\n", ["2 error yaml: did not find expected node content"]),
    ],
    ids=lambda part: part.replace("\n", " ")[:40] if isinstance(part, str) else "",
)  # fmt: skip
def test_what_is_not_right_in_a_comment_is_said_with_its_line(
    lines: str, problems: list[str], tmp_path: Path
) -> None:
    ticket(tmp_path, 1)
    ticket(tmp_path, 2)
    comment(tmp_path, 1, lines)

    path = f"PROJ-1/comments/{UIDS[7]}.yaml"
    assert found(tmp_path) == [f"{path}:{problem}" for problem in problems]


def test_files_in_the_wrong_place_are_said(tmp_path: Path) -> None:
    ticket(tmp_path, 1)
    put(tmp_path, "PROJ-1/comments/first.yaml", f"ticket: PROJ-1\nticket_uid: {UIDS[1]}\n")
    put(tmp_path, f"PROJ-2/comments/{UIDS[3]}.yaml", f"ticket: PROJ-2\nticket_uid: {UIDS[2]}\n")
    put(tmp_path, "PROJ-3/sessions/x.yaml", "a: b\n")
    put(tmp_path, "PROJ-1/notes.txt", f"{TOKEN}\n<<<<<<< HEAD\n")
    put(tmp_path, "a/b/c", "text")
    put(tmp_path, "proj-4/ticket.yaml", f"uid: {UIDS[4]}\nid: PROJ-4\ntitle: t\n")

    foreign = "0 warning foreign: not a file of git ticket's, which leaves it alone"
    assert found(tmp_path) == [
        "PROJ-1/comments/first.yaml:0 error schema: a comment's file is named <ULID>.yaml",
        f"PROJ-1/notes.txt:{foreign}",
        "PROJ-1/notes.txt:1 error secret: what looks like a secret (github-token): "
        "revoke it, then take it out",
        "PROJ-1/notes.txt:2 error conflict: a merge conflict",
        "PROJ-2:0 error folder: there is no ticket.yaml in it",
        "PROJ-3:0 error folder: there is no ticket.yaml in it",
        "PROJ-3/sessions/x.yaml:1 error schema: not a session id: '' (expected a letter or digit, "
        "then up to 63 letters, digits, dots, dashes or underscores)",
        f"a/b/c:{foreign}",
        "proj-4/ticket.yaml:2 error folder: the folder is proj-4, the id is PROJ-4",
    ]


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside, "PROJ-5/ticket.yaml", f"{TOKEN}\n<<<<<<< HEAD\n")
    top = tmp_path / "top"
    ticket(top, 1)
    tickets = top / ".tickets"
    (tickets / "PROJ-5").symlink_to(outside / ".tickets/PROJ-5")
    (tickets / "PROJ-6").mkdir()
    (tickets / "PROJ-6/ticket.yaml").symlink_to("/dev/zero")
    (tickets / "PROJ-1/comments").symlink_to(outside)
    (tickets / "README").symlink_to("/etc/passwd")
    os.mkfifo(tickets / "PROJ-1/pipe")
    os.mkfifo(tickets / "config.yaml")

    link = "a symbolic link, which is not followed"
    assert found(top) == [
        f"PROJ-1/comments:0 error symlink: {link}",
        "PROJ-1/pipe:0 error foreign: not a regular file",
        f"PROJ-5:0 error symlink: {link}",
        f"PROJ-6/ticket.yaml:0 error symlink: {link}",
        f"README:0 warning symlink: {link}",
        "config.yaml:0 error foreign: not a regular file",
    ]


def test_tickets_that_are_a_link_as_a_whole_are_not_read(tmp_path: Path) -> None:
    ticket(tmp_path / "outside", 1, f"x: {TOKEN}\n")
    (tmp_path / "top").mkdir()
    (tmp_path / "top/.tickets").symlink_to(tmp_path / "outside/.tickets")

    assert lint.check(str(tmp_path / "top")) == [
        Problem(".tickets", 0, "symlink", "error", "a symbolic link, which is not followed")
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("prefix: proj\n", "1 error schema: a prefix is a capital letter and up to 31 of A-Z, "
         "0-9, _"),
        ("a: b\nprefix: [\n", "3 error yaml: did not find expected node content"),
        ("<<<<<<< HEAD\nprefix: A\n", "1 error conflict: a merge conflict"),
    ],
)  # fmt: skip
def test_a_broken_configuration_is_said_once_and_makes_no_word_unknown(
    text: str, problem: str, tmp_path: Path
) -> None:
    put(tmp_path, "config.yaml", text)
    path = ticket(tmp_path, 1, "status: begun\n")

    assert found(tmp_path) == [f"config.yaml:{problem}"]
    assert found(tmp_path, path) == [f"config.yaml:{problem}"]


def test_the_words_and_the_prefix_of_the_team_count(tmp_path: Path) -> None:
    put(tmp_path, "config.yaml", "prefix: WEB\nstatuses: {todo: open}\ntypes: {chore: }\n")
    ticket(tmp_path, 1, "status: todo\ntype: chore\nparent: PROJ-9\nlinks: [blocks WEB-9]\n")
    ticket(tmp_path, 2, "status: backlog\n")

    assert found(tmp_path) == [
        "PROJ-1/ticket.yaml:8 error link: there is no ticket WEB-9",
        "PROJ-2/ticket.yaml:5 error status: there is no status 'backlog' (there are: todo)",
    ]


def test_of_a_part_of_the_files_only_that_part_is_complained_about(tmp_path: Path) -> None:
    broken = ticket(tmp_path, 1, "x: [\n")
    linked = ticket(tmp_path, 2, "parent: PROJ-1\nlinks: [blocks PROJ-3, blocks PROJ-9]\n")
    ticket(tmp_path, 3, "status: begun\naliases: [PROJ-9]\n")
    twin = ticket(tmp_path, 4, uid=UIDS[1])

    assert found(tmp_path, linked) == []
    assert found(tmp_path, broken) == [
        "PROJ-1/ticket.yaml:6 error yaml: did not find expected node content"
    ]
    assert found(tmp_path, twin, linked) == [
        "PROJ-4/ticket.yaml:1 error duplicate-uid: the uid is also that of PROJ-1"
    ]
    assert len(found(tmp_path, ".tickets/PROJ-3")) == 1
    assert len(found(tmp_path, ".tickets")) == len(found(tmp_path)) == 3
