"""The team configuration: what is valid, and errors that name the line."""

from pathlib import Path

import pytest

from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.team_config import SecretShape, TeamConfig, from_document, load
from git_ticketer.storage.yamlfile import BadFile, parse

FULL = b"""\
# what our team has settled
prefix: PROJ
foreign_prefixes: [OPS, JIRA_2]
trailers:
  ticket: Issue
  session: ""
  uid: Ticket-Uid
require: true
record_opt_out: true
archive: local
redact:
  rules:
    acme-token: {prefix: acme_, characters: A-Za-z0-9_, length: 32}
    acme-key: {prefix: AK-, characters: a-f0-9-, length: 8-40}
    acme-open: {prefix: ak., characters: +/=-, length: 16+}
  exceptions:
  - acme_documentation_example_000000000000
"""
PREFIX = "a prefix is 3 to 64 of A-Z, a-z, 0-9, _.:~+/=@%-, first a letter or digit"
CHARACTERS = "characters are ranges such as a-z, and single ones of A-Z, a-z, 0-9, _.:~+/=@%-"
LENGTH = "a length is N, N-M or N+, and at most 1000"


def _rule(
    name: str = "acme", prefix: str = "acme_", characters: str = "a-z", length: str = "8"
) -> bytes:
    given = f"prefix: {prefix}\n      characters: {characters}\n      length: {length}"
    return f"redact:\n  rules:\n    {name}:\n      {given}\n".encode()


MANY = b"redact:\n  rules:\n" + b"".join(f"    r{n}: {{}}\n".encode() for n in range(101))


def _load(data: bytes) -> TeamConfig:
    return from_document(parse(data, "config.yaml"))


@pytest.mark.parametrize(
    "data", [b"", b"# a comment\n", b"{}\n", b"later_version: [1, 2]\n"], ids=repr
)
def test_nothing_settled_gives_the_defaults(data: bytes) -> None:
    assert _load(data) == TeamConfig(
        prefix="",
        foreign_prefixes=(),
        ticket_key="Ticket",
        session_key="Ticket-Session",
        uid_key="",
        require=False,
        record_opt_out=False,
    )


def test_every_setting_is_taken() -> None:
    assert _load(FULL) == TeamConfig(
        prefix="PROJ",
        foreign_prefixes=("OPS", "JIRA_2"),
        ticket_key="Issue",
        session_key="",
        uid_key="Ticket-Uid",
        require=True,
        record_opt_out=True,
        archive="local",
        redact_rules=(
            SecretShape("acme-token", "acme_", "A-Za-z0-9_", 32, 32),
            SecretShape("acme-key", "AK-", "a-f0-9-", 8, 40),
            SecretShape("acme-open", "ak.", "+/=-", 16, 0),
        ),
        redact_exceptions=("acme_documentation_example_000000000000",),
    )


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"- a\n", 1, "expected lines of `key: value`"),
        (b"text\n", 1, "expected lines of `key: value`"),
        (b"prefix: proj\n", 1, "a prefix is a capital letter and up to 31 of A-Z, 0-9, _"),
        (b"prefix: 1A\n", 1, "a prefix is a capital letter and up to 31 of A-Z, 0-9, _"),
        (b"prefix: [A]\n", 1, "a prefix is a capital letter and up to 31 of A-Z, 0-9, _"),
        (b"\nprefix: ''\n", 2, "a prefix is a capital letter and up to 31 of A-Z, 0-9, _"),
        (b"prefix: PROJ-\n", 1, "a prefix is a capital letter and up to 31 of A-Z, 0-9, _"),
        (
            b"prefix: A\nforeign_prefixes:\n- OPS\n- ../x\n",
            4,
            "a prefix is a capital letter and up to 31 of A-Z, 0-9, _",
        ),
        (b"foreign_prefixes: OPS\n", 1, "foreign_prefixes must be a list"),
        (b"prefix: A\ntrailers: no\n", 2, "expected lines of `key: value`"),
        (b"trailers:\n  ticket: 'a b'\n", 2, "a trailer key is letters, digits and dashes"),
        (b"trailers:\n  session: 'x: y'\n", 2, "a trailer key is letters, digits and dashes"),
        (b'trailers:\n  uid: "a\\nb"\n', 2, "a trailer key is letters, digits and dashes"),
        (b"trailers:\n  ticket: [a]\n", 2, "a trailer key is letters, digits and dashes"),
        (b"require: yes\n", 1, "require is true or false"),
        (b"require:\n", 1, "require is true or false"),
        (b"archive: on\n", 1, "archive is one of in-tree, local, off"),
        (b"archive: [off]\n", 1, "archive is one of in-tree, local, off"),
        (b"redact: x\n", 1, "expected lines of `key: value`"),
        (b"redact:\n  rules: [a]\n", 2, "expected lines of `key: value`"),
        (b"redact:\n  rules:\n    a: b\n", 3, "expected lines of `key: value`"),
        (b"redact:\n  exceptions: a\n", 2, "exceptions must be a list of texts"),
        (b"redact:\n  exceptions:\n  - [a]\n", 3, "exceptions must be a list of texts"),
        (_rule(name="Acme"), 4, "a rule's name is up to 40 of a-z, 0-9, -"),
        (_rule(name="a" * 41), 4, "a rule's name is up to 40 of a-z, 0-9, -"),
        (_rule(prefix="ac"), 4, PREFIX),
        (_rule(prefix="ac[x"), 4, PREFIX),
        (_rule(prefix="a cme"), 4, PREFIX),
        (_rule(prefix="_acme"), 4, PREFIX),
        (_rule(prefix="a" * 65), 4, PREFIX),
        (_rule(characters=""), 5, CHARACTERS),
        (_rule(characters="z-a"), 5, CHARACTERS),
        (_rule(characters="'a b'"), 5, CHARACTERS),
        (_rule(characters=".*|("), 5, CHARACTERS),
        (_rule(characters="'[^x]'"), 5, CHARACTERS),
        (_rule(characters=r"\w"), 5, CHARACTERS),
        (_rule(length="0"), 6, LENGTH),
        (_rule(length="1001"), 6, LENGTH),
        (_rule(length="8-1001"), 6, LENGTH),
        (_rule(length="9-8"), 6, LENGTH),
        (_rule(length="8-0"), 6, LENGTH),
        (_rule(length="'*'"), 6, LENGTH),
        (_rule(length="-1"), 6, LENGTH),
        (MANY, 3, "at most 100 rules"),
        (b"prefix: A\n\nrecord_opt_out: 1\n", 3, "record_opt_out is true or false"),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_a_value_that_is_not_valid_names_its_line(data: bytes, line: int, reason: str) -> None:
    with pytest.raises(BadFile) as caught:
        _load(data)

    assert (caught.value.path, caught.value.line, caught.value.reason) == (
        "config.yaml",
        line,
        reason,
    )


def test_a_worktree_without_configuration_has_the_defaults(tmp_path: Path) -> None:
    assert load(str(tmp_path)) == TeamConfig()


def test_the_configuration_of_a_worktree_is_read(tmp_path: Path) -> None:
    (tmp_path / ".tickets").mkdir()
    (tmp_path / ".tickets/config.yaml").write_bytes(FULL)

    assert load(str(tmp_path)).prefix == "PROJ"


@pytest.mark.parametrize("part", [".tickets", ".tickets/config.yaml"])
@pytest.mark.parametrize("target", ["outside", "nowhere"])
def test_a_link_is_not_followed_out_of_the_worktree(part: str, target: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "config.yaml").write_bytes(FULL)
    top = tmp_path / "top"
    (top / part).parent.mkdir(parents=True)
    (top / part).symlink_to(tmp_path / target)

    with pytest.raises(LeadsOutside) as caught:
        load(str(top))
    assert caught.value.path == top / part


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".tickets/config.yaml"
    path.mkdir(parents=True)

    with pytest.raises(BadFile) as caught:
        load(str(tmp_path))
    assert caught.value.message == f"{path}: not a regular file"
