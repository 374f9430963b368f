"""The main situations in every place a worktree can be, and in every form a message can have."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.git import GitRepo, create
from tests.support.situations import (
    HINT,
    KEEP,
    TYPE,
    hooked,
    make,
    messages,
    session,
    with_trailers,
)

NEW = ("new", "typed", "again", "exec")
MAIN = f"""
git commit --allow-empty -m new
{TYPE} git commit --allow-empty
git commit --allow-empty -m again
git commit --amend --allow-empty --no-edit
git cherry-pick topic~1 topic
git revert --no-edit clash~1
git merge --no-edit other
git branch kept
git checkout --detach topic
git rebase --exec 'git commit --allow-empty -m exec' other
"""


def main_worktree(folder: Path, environ: dict[str, str]) -> GitRepo:
    return make(folder / "main", environ)


def linked_worktree(folder: Path, environ: dict[str, str]) -> GitRepo:
    return make(folder / "main", environ).worktree(folder / "linked", "linked")


def submodule(folder: Path, environ: dict[str, str]) -> GitRepo:
    inner = make(folder / "inner", environ)
    outer = create(folder / "outer", inner.environ)
    outer.git("submodule", "--quiet", "add", str(inner.path), "inner")
    found = GitRepo(outer.path / "inner", inner.environ)
    found.git("fetch", "--quiet", "--update-head-ok", "origin", "+refs/heads/*:refs/heads/*")
    return found


def detached_head(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    repo.git("checkout", "--quiet", "--detach")
    return repo


def subdirectory(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    repo.write("sub/dir/file", "")
    return GitRepo(repo.path / "sub/dir", repo.environ)


def hostile_path(folder: Path, environ: dict[str, str]) -> GitRepo:
    return make(folder / "a  b\nc 'd\" $(e) `f` \\g é", environ)


def linked_at_hostile_path(folder: Path, environ: dict[str, str]) -> GitRepo:
    return make(folder / "m\n n", environ).worktree(folder / "w\n x", "linked")


def separate_git_dir(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    repo.git("init", "--quiet", "--separate-git-dir", str(folder / "elsewhere"))
    return repo


def bare_with_work_tree(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    repo.git("clone", "--quiet", "--bare", ".", str(folder / "bare.git"))
    (folder / "files").mkdir()
    named = {"GIT_DIR": str(folder / "bare.git"), "GIT_WORK_TREE": str(folder / "files")}
    found = GitRepo(folder / "files", {**repo.environ, **named})
    found.git("reset", "--quiet", "--hard")
    return found


def worktree_of_bare(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    repo.git("clone", "--quiet", "--bare", ".", str(folder / "bare.git"))
    bare = GitRepo(folder / "bare.git", repo.environ)
    return bare.worktree(folder / "linked", "linked")


def git_dir_given(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    return GitRepo(repo.path, {**repo.environ, "GIT_DIR": ".git"})


def git_dir_given_from_elsewhere(folder: Path, environ: dict[str, str]) -> GitRepo:
    repo = make(folder / "main", environ)
    named = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
    return GitRepo(folder, {**repo.environ, **named})


PLACES = (
    main_worktree,
    linked_worktree,
    submodule,
    detached_head,
    subdirectory,
    hostile_path,
    linked_at_hostile_path,
    separate_git_dir,
    bare_with_work_tree,
    worktree_of_bare,
    git_dir_given,
    git_dir_given_from_elsewhere,
)


@pytest.mark.parametrize("decision", ["PROJ-1", ""], ids=["associated", "undecided"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_the_main_situations_end_the_same_everywhere(
    place: Callable[[Path, dict[str, str]], GitRepo],
    decision: str,
    tmp_path: Path,
    environ: dict[str, str],
) -> None:
    plain, ours = place(tmp_path / "plain", environ), place(tmp_path / "ours", environ)
    assert ours.ticket("hooks", "install").code == 0
    trailers = []
    if decision:
        assert ours.ticket("attach", decision).code == 0
        trailers = [f"Ticket: {decision}", f"Ticket-Session: {session(ours)}"]

    without, done = (repo.run("sh", "-ec", MAIN) for repo in (plain, ours))

    assert (without.code, done.code) == (0, 0), done.err + without.err
    made = [m for m in messages(plain) if m.startswith(NEW)]
    assert len(HINT.findall(done.err)) == (0 if decision else len(made))
    tagged = {m: with_trailers(plain, m, *trailers) if decision else m for m in made}
    assert sorted(messages(ours)) == sorted(tagged.get(m, m) for m in messages(plain))


def test_two_worktrees_work_on_two_tickets_at_once(repo: GitRepo, tmp_path: Path) -> None:
    places = [repo, *(repo.worktree(tmp_path / name, name) for name in ("one", "two"))]
    for number, place in enumerate(places, 1):
        place.ticket("attach", f"PROJ-{number}")

    for number, place in enumerate(places * 2):
        expected = f"new\n\nTicket: PROJ-{number % 3 + 1}\nTicket-Session: {session(place)}\n"
        assert place.commit("new") == expected
    assert len({session(place) for place in places}) == 3


def test_a_submodule_has_a_ticket_of_its_own(
    repo: GitRepo, tmp_path: Path, environ: dict[str, str]
) -> None:
    make(tmp_path / "inner", environ)
    repo.git("submodule", "--quiet", "add", str(tmp_path / "inner"), "inner")
    inner = GitRepo(repo.path / "inner", environ)
    inner.ticket("hooks", "install")
    repo.ticket("attach", "PROJ-1")

    assert inner.commit("new") == "new\n"
    inner.ticket("attach", "PROJ-2")
    assert (inner.commit("new"), inner.tickets()) == (inner.message(), ["PROJ-2"])
    assert (repo.commit("new"), repo.tickets()) == (repo.message(), ["PROJ-1"])


def test_the_first_commit_of_a_repository_is_tagged(empty_repo: GitRepo) -> None:
    empty_repo.ticket("hooks", "install")
    empty_repo.ticket("attach", "PROJ-1")

    assert empty_repo.commit("new") == (
        f"new\n\nTicket: PROJ-1\nTicket-Session: {session(empty_repo)}\n"
    )


VERBATIM = "git commit --allow-empty --cleanup=verbatim -F -"
COMMIT = "git commit --allow-empty -m new"
TRAILERS = "TICKET\nSESSION\n"
PLAIN = f"new\n\n{TRAILERS}"
TYPED = f"typed\n\n{TRAILERS}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(script, expected, id=name)
        for name, script, expected in (
            (
                "CRLF",
                f"printf 'new\\r\\n\\r\\nBody.\\r\\n' | {VERBATIM}",
                "new\r\n\r\nBody.\r\n\r\nTICKET\r\nSESSION\r\n",
            ),
            (
                "CRLF, title only",
                f"printf 'new\\r\\n' | {VERBATIM}",
                "new\r\n\r\nTICKET\r\nSESSION\r\n",
            ),
            (
                "CRLF, trailers",
                f"printf 'new\\r\\n\\r\\nAcked-by: Lee\\r\\n' | {VERBATIM}",
                "new\r\n\r\nAcked-by: Lee\r\nTICKET\r\nSESSION\r\n",
            ),
            ("no line end", f"printf new | {VERBATIM}", PLAIN),
            ("many line ends", f"printf 'new\\n\\n\\n' | {VERBATIM}", f"{PLAIN}\n\n"),
            (
                "commentChar ;",
                f"git config core.commentChar ';'; {TYPE} git commit --allow-empty",
                TYPED,
            ),
            (
                "commentChar ;, -v",
                f"git config core.commentChar ';'; echo x >a; {TYPE} git commit -av",
                TYPED,
            ),
            (
                "commentChar auto",
                f"git config core.commentChar auto; {TYPE} git commit --allow-empty",
                TYPED,
            ),
            (
                "commentChar auto, -v",
                f"git config core.commentChar auto; echo x >a; {TYPE} git commit -av",
                TYPED,
            ),
            (
                "commentChar auto, ; taken",
                f"git config core.commentChar auto; {KEEP} git commit --allow-empty -e -m '#new'",
                f"#new\n\n{TRAILERS}",
            ),
            (
                "commentChar auto, ; taken, -v",
                f"git config core.commentChar auto; echo x >a; {KEEP} git commit -ave -m '#new'",
                f"#new\n\n{TRAILERS}",
            ),
            ("# without editor", f"{COMMIT} -m '#1 is done'", f"new\n\n#1 is done\n\n{TRAILERS}"),
            (
                "latin1",
                "git config i18n.commitEncoding latin1; "
                "printf 'new \\351\\n' | git commit --allow-empty -F -",
                f"new \udce9\n\n{TRAILERS}",
            ),
            ("unicode", "git commit --allow-empty -m 'new é 🎫'", f"new é 🎫\n\n{TRAILERS}"),
            ("URL", f"{COMMIT} -m https://x.org", f"new\n\nhttps://x.org\n\n{TRAILERS}"),
            (
                "title and URL",
                f"{COMMIT} -m 'See: it' -m x://y",
                f"new\n\nSee: it\n\nx://y\n\n{TRAILERS}",
            ),
            ("trailers", f"{COMMIT} -m 'Acked-by: Lee'", f"new\n\nAcked-by: Lee\n{TRAILERS}"),
            (
                "folded trailer",
                f"{COMMIT} -m \"$(printf 'Acked-by: Lee\\n  of X')\"",
                f"new\n\nAcked-by: Lee\n  of X\n{TRAILERS}",
            ),
            ("-s", f"{COMMIT} -s", f"new\n\nSigned-off-by: Dana <dana@example.com>\n{TRAILERS}"),
            (
                "our key in the title",
                "git commit --allow-empty -m 'Ticket: x'",
                f"Ticket: x\n\n{TRAILERS}",
            ),
            ("typed by hand", f"{COMMIT} -m 'ticket: proj-5'", "new\n\nticket: proj-5\nSESSION\n"),
            ("the same by hand", f"{COMMIT} -m 'Ticket: PROJ-1'", PLAIN),
            (
                "---",
                f"{COMMIT} -m \"$(printf 'a\\n---\\nb')\"",
                f"new\n\na\n---\nb\n\n{TRAILERS}",
            ),
            ("trailer.ticket.key", f"git config trailer.ticket.key 'Bug #'; {COMMIT}", PLAIN),
            ("trailer.separators", f"git config trailer.separators '#='; {COMMIT}", PLAIN),
            ("trailer.x.command", f"git config trailer.x.command 'echo no'; {COMMIT}", PLAIN),
            (
                "trailer.where",
                f"git config trailer.where start; {COMMIT} -m 'A: b'",
                f"new\n\nA: b\n{TRAILERS}",
            ),
            ("trailer.ifExists", f"git config trailer.ifExists doNothing; {COMMIT}", PLAIN),
            ("commit.cleanup=verbatim", f"git config commit.cleanup verbatim; {COMMIT}", PLAIN),
            ("commit.cleanup=whitespace", f"git config commit.cleanup whitespace; {COMMIT}", PLAIN),
            ("commit.cleanup=scissors", f"git config commit.cleanup scissors; {COMMIT}", PLAIN),
            (
                "commit.cleanup=scissors, editor",
                f"git config commit.cleanup scissors; {TYPE} git commit --allow-empty",
                TYPED,
            ),
            (
                "commit.verbose",
                f"git config commit.verbose 2; echo x >a; {TYPE} git commit -a",
                TYPED,
            ),
            (
                "commit.status off",
                f"git config commit.status false; {TYPE} git commit --allow-empty",
                TYPED,
            ),
        )
    ],
)
def test_a_message_of_any_form_gets_one_proper_block(
    script: str, expected: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    repo = hooked(tmp_path / "ours", environ, "PROJ-1")
    trailers = {"TICKET": "Ticket: PROJ-1", "SESSION": f"Ticket-Session: {session(repo)}"}
    for word, trailer in trailers.items():
        expected = expected.replace(word, trailer)

    done = repo.run("sh", "-ec", script)

    assert (done.code, repo.message()) == (0, expected), done.err
    read = repo.git(
        *("-c", "trailer.separators=:", "-c", "trailer.ticket.key=Ticket"),
        *("log", "-1", "--format=%(trailers:only,unfold)"),
    )
    ours = [line for line in read.splitlines() if line.startswith("Ticket")]
    ticket = "Ticket: proj-5" if "proj-5" in script else trailers["TICKET"]
    assert ours == [ticket, trailers["SESSION"]]


@pytest.mark.parametrize("mode", ["verbatim", "whitespace"])
def test_where_comments_are_kept_the_trailers_stand_where_git_puts_its_own(
    mode: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    script = f"git config commit.cleanup {mode}; {TYPE} git commit --allow-empty"
    plain, ours = make(tmp_path / "plain", environ), hooked(tmp_path / "ours", environ, "PROJ-1")
    trailers = ["Ticket: PROJ-1", f"Ticket-Session: {session(ours)}"]

    for repo in (plain, ours):
        assert repo.run("sh", "-ec", script).code == 0

    block = "".join(f"{trailer}\n" for trailer in trailers)
    assert ours.message() == plain.message().replace("typed\n", f"typed\n\n{block}\n", 1)
    assert ours.trailers() == block.rstrip()
