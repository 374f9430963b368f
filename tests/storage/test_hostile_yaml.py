"""Hostile ticket files give a ticket or one clean error, and `git ticket lint` names each."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from git_ticketer.storage import schema
from git_ticketer.storage.yamlfile import BadFile, parse
from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
HEAD = f"uid: {UID}\nid: PROJ-1\ntitle: t\n".encode()
TICKET = f"""\
uid: {UID}

id: PROJ-1

title: "Add user  profile"   # quoted

labels:
- backend

created: 2026-11-22T09:00:00Z

description: |2
   Users upload

  an avatar.

criteria:
  k3f9: {{text: 'It''s square', done: false}}

subtasks:
  a7c2:
    title: Add it
    status: pending

links: [blocks PROJ-1]
""".encode()

# For every file named: a line with `ticket`, or the message of its one error. The kernel kills
# what takes too much time; a small stack shows what recurses.
LIMITED = """\
import resource, sys
from pathlib import Path
from git_ticketer.storage import schema
from git_ticketer.storage.yamlfile import BadFile, parse

resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20))
for name in sys.argv[2:]:
    try:
        schema.ticket(parse(Path(name).read_bytes(), "f"))
        print("ticket")
    except BadFile as error:
        print(error.message)
"""

CASES = {
    "merge-key-bomb": HEAD
    + b"a0: &a0 {k: v}\n"
    + b"".join(b"a%d: &a%d {<<: [%s]}\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10))
               for n in range(1, 9)),
    "merge-key-without-alias": HEAD + b"<<: {a: b}\n",
    "alias-of-itself": HEAD + b"x: &a [*a]\n",
    "alias-for-the-uid": b"x: &u " + UID.encode() + b"\nuid: *u\nid: PROJ-1\ntitle: t\n",
    "30000-flow-lists": HEAD + b"x: " + b"[" * 30000,
    "30000-closed-flow-lists": HEAD + b"x: " + b"[" * 30000 + b"]" * 30000,
    "30000-flow-maps": HEAD + b"x: " + b"{a: " * 30000,
    "30000-block-lists": HEAD + b"x:\n" + b"- " * 30000 + b"a\n",
    "900-indented-maps": b"".join(b" " * n + b"a:\n" for n in range(900)),
    "list-in-a-criterion": HEAD + b"criteria: {a: {text: " + b"[" * 30 + b"]" * 30 + b"}}\n",
    "key-twice": HEAD + b"id: PROJ-2\n",
    "key-twice-in-a-criterion": HEAD + b"criteria: {a: {text: x, text: y}}\n",
    "criterion-twice": HEAD + b"criteria:\n  a: {text: x}\n  'a': {text: y}\n",
    "key-of-2000-letters": HEAD + b"k" * 2000 + b": v\n",
    "list-as-key": HEAD + b"[a, b]: v\n",
    "bad-utf-8": HEAD + b"description: \xff\n",
    "overlong-utf-8": HEAD + b"description: \xc0\xaf\n",
    "surrogate": HEAD + b"description: \xed\xa0\x80\n",
    "escaped-surrogate": HEAD + b'description: "\\ud800"\n',
    "utf-16": HEAD.decode().encode("utf-16"),
    "utf-32": HEAD.decode().encode("utf-32"),
    "byte-order-mark": b"\xef\xbb\xbf" + HEAD,
    "two-byte-order-marks": b"\xef\xbb\xbf" * 2 + HEAD,
    "crlf": TICKET.replace(b"\n", b"\r\n"),
    "lone-cr": HEAD.replace(b"\n", b"\r"),
    "nul": HEAD + b"description: \x00\n",
    "escaped-nul": HEAD + b'description: "\\0"\n',
    "next-line": HEAD + "description: a\x85b\n".encode(),
    "line-separator": HEAD + "description: a\u2028b\n".encode(),
    "right-to-left": HEAD + "description: a\u202eb\n".encode(),
    "tab-indent": HEAD + b"criteria:\n\ta: {text: x}\n",
    "int-of-5000-digits": HEAD + b"priority: " + b"9" * 5000 + b"\n",
    "schema-of-5000-digits": HEAD + b"schema: " + b"9" * 5000 + b"\n",
    "schema-in-other-digits": HEAD + "schema: \u0662\n".encode(),
    "schema-below-nothing": HEAD + b"schema: -1\n",
    "sexagesimal": HEAD + b"priority: " + b"1:" * 100000 + b"1\n",
    "no-day": HEAD + b"created: 2024-13-45\n",
    "bad-timestamp": HEAD + b"created: !!timestamp x\n",
    "python-object": HEAD + b"x: !!python/object/apply:os.system [id]\n",
    "id-with-a-path": b"uid: " + UID.encode() + b"\nid: ../../PROJ-1\ntitle: t\n",
    "id-with-a-line-end": b"uid: " + UID.encode() + b'\nid: "PROJ-1\\n"\ntitle: t\n',
    "id-in-full-width-digits": f"uid: {UID}\nid: PROJ-\uff11\ntitle: t\n".encode(),
    "uid-in-small-letters": HEAD.replace(UID.encode(), UID.lower().encode()),
    "title-of-two-lines": HEAD.replace(b": t", b': "a\\nb"'),
    "a-megabyte-of-labels": HEAD + b"labels: [" + b"b,a," * 250000 + b"]\n",
    "a-megabyte-of-links": HEAD + b"links:\n" + b"- blocks PROJ-2\n" * 65000,
    "a-megabyte-of-criteria": HEAD + b"criteria:\n"
    + b"".join(b"  k%d: {text: a}\n" % n for n in range(45000)),
    "a-megabyte-of-markers": HEAD + b"<<<<<<< x\n" * 100000,
    "a-megabyte-of-secrets": HEAD + b"description:\n" + (b"  AKIA" + b"Z7Y2" * 4 + b"\n") * 43000,
    "too-large": HEAD + b"#" * (1 << 20),
    "two-documents": HEAD + b"---\n" + HEAD,
    "other-version": b"%YAML 9.9\n---\n" + HEAD,
    "only-a-list": b"- a\n",
    "only-a-text": b"PROJ-1\n",
    "nothing": b"",
}  # fmt: skip
SOUND = {
    "merge-key-without-alias",
    "byte-order-mark",
    "crlf",
    "lone-cr",
    "escaped-nul",
    "two-byte-order-marks",
    "right-to-left",
    "int-of-5000-digits",
    "sexagesimal",
    "no-day",
    "a-megabyte-of-labels",
    "a-megabyte-of-links",
    "a-megabyte-of-criteria",
    "a-megabyte-of-secrets",
}
"""The cases that are tickets; what is wrong with some of them is for lint to say."""


def limited(folder: Path, seconds: int, *cases: bytes) -> list[str]:
    """What becomes of each case, in one process that gets `seconds` of CPU."""
    names = []
    for number, data in enumerate(cases):
        path = folder / str(number)
        path.write_bytes(data)
        names.append(str(path))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(seconds), *names],
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr[-300:]) == (0, b"")
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize(("name", "data"), CASES.items(), ids=CASES)
def test_a_hostile_file_is_a_ticket_or_one_clean_error(
    name: str, data: bytes, tmp_path: Path
) -> None:
    (said,) = limited(tmp_path, 5, data)

    if name in SOUND:
        assert said == "ticket"
    else:
        assert re.fullmatch(r"f(:[0-9]+)?: .{4,200}", said)
        assert said.isprintable()


def test_every_truncation_of_a_ticket_is_a_ticket_or_one_clean_error(tmp_path: Path) -> None:
    cases = [TICKET[:length] for length in range(len(TICKET) + 1)]

    said = limited(tmp_path, 20, *cases)

    assert len(said) == len(cases)
    assert said[-1] == "ticket"
    assert all(line == "ticket" or re.match(r"f(:[0-9]+)?: ", line) for line in said)


def test_every_changed_byte_of_a_ticket_is_a_ticket_or_one_clean_error() -> None:
    outcomes = set()
    for place in range(len(TICKET)):
        for byte in b"\x00\t\n\r:&*!{[-|'\"#\xff":
            data = TICKET[:place] + bytes([byte]) + TICKET[place + 1 :]
            try:
                schema.ticket(parse(data, "f"))
                outcomes.add("ticket")
            except BadFile as error:
                outcomes.add("error" if error.path == "f" and error.reason else repr(data))
    assert outcomes == {"ticket", "error"}


@pytest.fixture
def hostile(empty_repo: GitRepo) -> GitRepo:
    """A repository in which every case is a ticket of its own, as far as it is one."""
    for number, data in enumerate(CASES.values(), 1):
        folder = empty_repo.path / f".tickets/PROJ-{number}"
        folder.mkdir(parents=True)
        (folder / "ticket.yaml").write_bytes(data.replace(b"PROJ-1\n", b"PROJ-%d\n" % number))
    return empty_repo


@pytest.mark.slow
def test_lint_names_every_hostile_file_and_changes_none_it_cannot_mend(hostile: GitRepo) -> None:
    before = {p: p.read_bytes() for p in hostile.path.rglob(".tickets/*/ticket.yaml")}
    limit = "ulimit -t 60; exec git ticket lint --json"

    done = hostile.run("sh", "-c", limit)

    assert (done.code, done.err) == (1, "")
    assert {p: p.read_bytes() for p in before} == before
    answer = json.loads(done.out)
    assert answer["success"] is False
    rules: dict[str, set[str]] = {}
    for finding in answer["findings"]:
        rules.setdefault(finding["path"], set()).add(finding["rule"])
    for number, name in enumerate(CASES, 1):
        found = rules.get(f".tickets/PROJ-{number}/ticket.yaml", set())
        assert (found & {"yaml", "schema", "conflict"} == set()) == (name in SOUND), (name, found)
    wrong = {name: rules[f".tickets/PROJ-{n}/ticket.yaml"] for n, name in enumerate(CASES, 1)}
    assert "time" in wrong["no-day"]
    assert "priority" in wrong["int-of-5000-digits"]
    assert "order" in wrong["a-megabyte-of-labels"]
    assert "secret" in wrong["a-megabyte-of-secrets"]
    assert wrong["a-megabyte-of-markers"] == {"conflict"}


@pytest.mark.slow
def test_fix_on_hostile_files_ends_and_leaves_what_is_broken(hostile: GitRepo) -> None:
    paths = {n: hostile.path / f".tickets/PROJ-{i}/ticket.yaml" for i, n in enumerate(CASES, 1)}
    broken = {path: path.read_bytes() for name, path in paths.items() if name not in SOUND}

    done = hostile.run("sh", "-c", "ulimit -t 120; exec git ticket lint --fix --json")

    assert (done.code, done.err) == (1, "")
    assert {path: path.read_bytes() for path in broken} == broken
    assert paths["a-megabyte-of-labels"].read_bytes().endswith(b"labels:\n- a\n- b\n")
