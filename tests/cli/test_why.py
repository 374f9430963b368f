"""`git ticket why` as it is typed and read."""

import json

import pytest

from tests.support.git import GitRepo

TICKET = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-1

title: Add avatars

status: in-progress

created: 2026-11-22T09:00:00Z
"""
ARCHIVE = """\
id: {id}

ticket: PROJ-1

ticket_uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

agent: claude-code 2.1.12

started: 2026-11-22T08:00:00Z

ended: 2026-11-22T10:00:00Z

source: {{format: claude-code-jsonl, entries: 4, skipped: 0, unknown: 0}}

transcript:
- role: user
  at: 2026-11-22T08:00:00Z
  text: Hello
- role: user
  at: 2026-11-22T08:59:00Z
  text: |2
    Crop the image
    to a square
- role: assistant
  at: 2026-11-22T08:59:30Z
  text: {answer}
- role: tool
  at: 2026-11-22T08:59:59Z
  name: Bash
  input: git commit -m 'Crop avatars'
- role: user
  at: 2026-11-22T09:30:00Z
  text: Thanks
"""
PATH = ".tickets/PROJ-1/sessions/2026-11-22-claude-code-{}.yaml"


def path_of(id: str) -> str:
    """Where the archive of a session lies."""
    import hashlib

    return PATH.format(hashlib.sha256(id.encode()).hexdigest()[:12])


def archive(repo: GitRepo, id: str = "s1", answer: str = "Cropped.", top: str = "") -> None:
    """A ticket and an archived session of it."""
    repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    repo.write(top + path_of(id), ARCHIVE.format(id=id, answer=answer))


def commit(repo: GitRepo, message: str, text: str = "crop = True\n") -> str:
    """Commit `a.py` with that text; the short name of the commit."""
    repo.write("a.py", text)
    repo.git("add", "a.py")
    repo.git("commit", "--quiet", "-m", message)
    return repo.git("rev-parse", "HEAD")[:10]


def test_a_line_leads_to_its_ticket_and_to_what_was_said(empty_repo: GitRepo) -> None:
    name = commit(empty_repo, "Crop avatars\n\nTicket: PROJ-1\nTicket-Session: s1")
    archive(empty_repo)

    done = empty_repo.ticket("why", "a.py:1")
    assert (
        done.out
        == f"""\
a.py:1
    crop = True

commit   {name}  2026-11-22T09:00:00Z  Dana
         Crop avatars
ticket   PROJ-1  Add avatars  (in-progress)  [trailer]
session  s1  claude-code 2.1.12  [trailer]
         {path_of("s1")}
prompt   entry 2  2026-11-22T08:59:00Z
    Crop the image
    to a square
answer   entry 3  2026-11-22T08:59:30Z
    Cropped.
"""
    )
    assert (done.code, done.err) == (0, "hint: git ticket session show s1\n")


def test_json_has_it_all(empty_repo: GitRepo) -> None:
    commit(empty_repo, "Crop avatars\n\nTicket: PROJ-1\nTicket-Session: s1")
    archive(empty_repo)

    done = empty_repo.ticket("why", "a.py:1", "--json", "--fields", "success,count,causes")
    found = json.loads(done.out)
    (cause,) = found.pop("causes")
    (session,) = cause.pop("sessions")
    assert found == {"schema": 1, "success": True, "count": 1}
    assert session["place"] == "call"
    assert session["prompt"] == {
        "entry": 2,
        "at": "2026-11-22T08:59:00Z",
        "text": "Crop the image\nto a square\n",
    }
    assert [one["text"] for one in session["answers"]] == ["Cropped."]
    assert (cause["lines"], cause["texts"], cause["path"]) == ([[1, 1]], ["crop = True"], "a.py")


def test_what_is_missing_is_said(empty_repo: GitRepo) -> None:
    first = commit(empty_repo, "Plain", "a\nb\nc\nd\n")
    second = commit(empty_repo, "Opted out\n\nTicket: none", "a\n2\nc\nd\n")
    third = commit(empty_repo, "Lost\n\nTicket: PROJ-9\nTicket-Session: s9", "a\n2\n3\nd\n")
    repo = empty_repo
    repo.write("a.py", "a\n2\n3\n4\n")
    repo.write(".tickets/config.yaml", "prefix: OTHER\nurl_template: https://jira.test/{id}\n")

    assert (
        repo.ticket("why", "a.py:1,4").out
        == f"""\
a.py:1-4

line 1
commit   {first}  2026-11-22T09:00:00Z  Dana
         Plain
ticket   no Ticket trailer
session  no Ticket-Session trailer

line 2
commit   {second}  2026-11-22T09:00:00Z  Dana
         Opted out
ticket   none, by an opt-out in the trailer
session  no Ticket-Session trailer

line 3
commit   {third}  2026-11-22T09:00:00Z  Dana
         Lost
ticket   PROJ-9  [trailer]
         https://jira.test/PROJ-9
session  s9  not archived here  [trailer]

line 4
commit   none: not committed yet
ticket   none attached
"""
    )


def test_a_whole_file_is_summed_by_ticket(empty_repo: GitRepo) -> None:
    lines = [f"{n}\n" for n in range(9)]
    commit(empty_repo, "First\n\nTicket: PROJ-1", "".join(lines))
    for n in range(5):
        lines[n] = f"changed {n}\n"
        name = commit(empty_repo, f"Change {n}\n\nTicket: PROJ-2", "".join(lines))
    plain = commit(empty_repo, "Plain", "".join(lines) + "end\n")
    archive(empty_repo)

    shown = empty_repo.ticket("why", "a.py").out.split("\n\n")
    assert shown[0] == "a.py  10 lines, 7 commits"
    assert [group.split("\n")[0] for group in shown[1:]] == [
        " 5  PROJ-2  [trailer]",
        " 4  PROJ-1  Add avatars  (in-progress)  [trailer]",
        " 1  no Ticket trailer",
    ]
    assert shown[1].endswith("\n        … 2 more commits (--full)")
    assert shown[3] == f" 1  no Ticket trailer\n     1  {plain}  2026-11-22  Dana  Plain\n"
    assert name in empty_repo.ticket("why", "a.py", "--full").out


def test_a_session_without_a_trailer_is_weak_evidence(empty_repo: GitRepo) -> None:
    commit(empty_repo, "Crop avatars (#3)\n\n* Ticket: PROJ-1\n\nCo-authored-by: Dana <d@e>")
    archive(empty_repo)

    lines = empty_repo.ticket("why", "a.py:1").out.split("\n")
    assert "ticket   PROJ-1  Add avatars  (in-progress)  [weak: a line in the body]" in lines
    assert "session  s1  claude-code 2.1.12  [weak: it was going on then]" in lines


def test_a_session_that_waits_in_the_spool_is_found(empty_repo: GitRepo) -> None:
    commit(empty_repo, "Crop avatars\n\nTicket: PROJ-1\nTicket-Session: s1")
    archive(empty_repo, top=".git/ticketer/pending/")

    done = empty_repo.ticket("why", "a.py:1")
    assert "session  s1  claude-code 2.1.12  not filed yet  [trailer]" in done.out.split("\n")
    assert (done.code, done.err) == (0, "")


def test_a_broken_archive_is_named_and_the_rest_is_shown(empty_repo: GitRepo) -> None:
    name = commit(empty_repo, "Crop\n\nTicket: PROJ-1\nTicket-Session: s1")
    archive(empty_repo)
    empty_repo.write(path_of("s1"), "id: s1\nticket: [\n")

    done = empty_repo.ticket("why", "a.py:1")
    assert done.code == 0
    assert f"commit   {name}" in done.out
    assert f"         {path_of('s1')}:3: " in done.out


def test_a_long_answer_is_cut_and_full_shows_it(empty_repo: GitRepo) -> None:
    commit(empty_repo, "Crop\n\nTicket: PROJ-1\nTicket-Session: s1")
    archive(empty_repo, answer='"' + "\\n".join(f"line {n}" for n in range(40)) + '"')

    cut = empty_repo.ticket("why", "a.py:1").out
    assert cut.endswith("    line 14\n    … (--full shows all of its 40 lines)\n")
    assert empty_repo.ticket("why", "a.py:1", "--full").out.endswith("    line 39\n")


def test_nothing_from_a_commit_or_an_archive_controls_the_terminal(empty_repo: GitRepo) -> None:
    commit(
        empty_repo, "Red \x1b[31m\n\nTicket: PROJ-1\nTicket-Session: s1", "x = '\x1b[2J\u202e'\n"
    )
    archive(empty_repo, answer=r'"\e[31m"')

    out = empty_repo.ticket("why", "a.py:1").out
    assert not set(out) & {"\x1b", "\u202e"}
    assert r"    x = '\x1b[2J\u202e'" in out


def test_an_ignored_revision_is_passed_over(empty_repo: GitRepo) -> None:
    made = commit(empty_repo, "made", "value = compute(1, 2)\n")
    commit(empty_repo, "format", "value = compute(1,2,)\n")
    name = empty_repo.git("rev-parse", "HEAD")
    empty_repo.write("ignored", f"{name}\n")
    empty_repo.git("config", "blame.ignoreRevsFile", "ignored")
    assert f"commit   {made}" in empty_repo.ticket("why", "a.py:1").out


def test_an_older_state_can_be_asked_about(empty_repo: GitRepo) -> None:
    old = commit(empty_repo, "old", "one\n")
    commit(empty_repo, "new", "two\n")
    assert f"commit   {old}" in empty_repo.ticket("why", "a.py:1", "--rev", "HEAD~1").out


def test_a_folder_that_is_a_link_is_not_followed(empty_repo: GitRepo) -> None:
    commit(empty_repo, "made\n\nTicket: PROJ-1")
    empty_repo.path.joinpath("elsewhere").mkdir()
    empty_repo.path.joinpath(".tickets").symlink_to("elsewhere")

    done = empty_repo.ticket("why", "a.py:1")
    link = f"{empty_repo.path}/.tickets"
    said = f"error: {link} is a symbolic link, which is not followed\nhint: ls -l {link}\n"
    assert (done.code, done.out, done.err) == (1, "", said)


ERRORS = {
    "a.py:9": (3, "a.py:9: it has 1 line", "git ticket why a.py"),
    "a.py:0": (2, "a.py:0: lines are counted from 1", "git ticket why a.py:1"),
    "gone.py:1": (3, "gone.py: there is no such file", "git ls-files"),
    "new.py": (3, "new.py: git does not track it", "git add new.py"),
    "": (2, ".: a folder, not a file", "git ls-files ."),
    "folder": (2, "folder: a folder, not a file", "git ls-files folder"),
    "module": (2, "module: another repository (a submodule)", "cd module"),
    "binary": (2, "binary: a binary file has no lines", "git log -- binary"),
    "../outside": (2, "../outside: outside of {top}", "cd {top}"),
    "link/x": (2, "link/x: outside of {top}", "cd {top}"),
    "../nothing": (2, "../nothing: outside of {top}", "cd {top}"),
    ".git/config": (2, ".git/config: inside the git dir", "git ls-files"),
    "a.py:x": (2, "a.py: x is not a line number", "git ticket why a.py:1"),
    "a.py:1:5": (2, "a.py: 1:5 is not a line number", "git ticket why a.py:1"),
    "a.py:": (2, "a.py: a line number is missing", "git ticket why a.py:1"),
    "deleted.py:x": (2, "deleted.py: x is not a line number", "git ticket why deleted.py:1"),
    "deleted.py:1,2": (
        *(3, "deleted.py: not in the work tree any more"),
        "git ticket why --rev HEAD deleted.py:1,2",
    ),
    "module/x": (2, "module/x: in another repository (a submodule)", "cd {top}/module"),
    "n" * 300: (3, f"{'n' * 300}: File name too long", "git ls-files"),
}


@pytest.mark.parametrize("place", ERRORS)
def test_what_has_no_history_is_one_error(empty_repo: GitRepo, place: str) -> None:
    top = empty_repo.path
    (top / "binary").write_bytes(b"a\0b\n")
    commit(empty_repo, "made")
    empty_repo.git("add", "binary")
    empty_repo.write("deleted.py", "one\ntwo\n")
    empty_repo.git("add", "deleted.py")
    empty_repo.git("commit", "--quiet", "-m", "binary")
    (top / "deleted.py").unlink()
    empty_repo.write("new.py", "one\n")
    empty_repo.write("folder/x", "one\n")
    empty_repo.write("module/.git", "gitdir: elsewhere\n")
    empty_repo.write("../outside", "one\n")
    empty_repo.write("../beside/x", "one\n")
    (top / "link").symlink_to("../beside")
    code, error, hint = ERRORS[place]

    done = empty_repo.ticket("why", place)
    expected = f"error: {error}\nhint: {hint}\n".replace("{top}", str(top))
    assert (done.code, done.out, done.err) == (code, "", expected)


@pytest.mark.parametrize("rev", ["nothing", "--output=x", "HEAD:a.py", "^HEAD", "HEAD..HEAD"])
def test_a_revision_that_is_none_is_one_error(empty_repo: GitRepo, rev: str) -> None:
    commit(empty_repo, "made")
    done = empty_repo.ticket("why", "a.py", f"--rev={rev}")
    expected = f"error: there is no branch, tag or commit {rev}\nhint: git branch --all\n"
    assert (done.code, done.out, done.err) == (3, "", expected)


def test_without_any_commit_there_is_nothing_to_blame(empty_repo: GitRepo) -> None:
    empty_repo.write("a.py", "one\n")
    done = empty_repo.ticket("why", "a.py:1")
    assert (done.code, done.err) == (3, "error: a.py: git does not track it\nhint: git add a.py\n")
