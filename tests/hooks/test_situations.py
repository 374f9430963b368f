"""Every situation in which git makes a commit: what is tagged, and what stays byte for byte.

The oracle is git itself: each script runs in a repository without our hooks and in one with them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result, create

OLD = "\n\nTicket: PROJ-9\nTicket-Session: older"
# Branch, parent (a mark), message, changed file; each commit writes its subject into the file.
HISTORY = (
    ("main", "", "one", "a"),
    ("main", "", "two" + OLD, "b"),
    ("topic", ":1", "topic one\n\nWith a body.", "t"),
    ("topic", "", "topic two" + OLD, "u"),
    ("other", ":1", "other", "o"),
    ("clash", ":1", "clash" + OLD, "b"),
    ("many", "topic", "many\n\nTicket: PROJ-8", "m"),
    ("fix", "topic", "fixup! topic one", "t"),
    ("squash", "topic", "squash! topic one\n\nMore.", "t"),
    ("amend", "topic", "amend! topic one\n\ntopic one, better" + OLD, "t"),
)
HINT = re.compile(r"hint: this commit has no ticket; decide with: .*\n")
TYPE = "GIT_EDITOR='edit 1s/^/typed/'"
KEEP = "GIT_EDITOR=true"
NINE = ("Ticket: PROJ-9",)
TODO = "GIT_SEQUENCE_EDITOR="
RESOLVE = "echo resolved >b; git add b;"


@dataclass(frozen=True)
class Situation:
    """A script, and the subjects of the commits that it makes anew."""

    name: str
    script: str
    new: tuple[str, ...] = ()
    squashed: tuple[str, ...] = ()


def new(name: str, script: str, subject: str = "new") -> Situation:
    return Situation(name, script, (subject,))


def old(name: str, script: str) -> Situation:
    return Situation(name, script)


SITUATIONS = (
    new("commit -m", "git commit --allow-empty -m new"),
    new("commit -m twice", "git commit --allow-empty -m new -m 'A body.'"),
    new("-F", "echo new >msg; git commit --allow-empty -F msg"),
    new("-F -", "echo new | git commit --allow-empty -F -"),
    new("-am", "echo x >>a; git commit -am new"),
    new("a path", "echo x >>a; git commit -m new a"),
    new("--amend -m", "git commit --amend -m new"),
    new("--amend -F", "echo new | git commit --amend -F -"),
    new("--fixup", "git commit --allow-empty --fixup=HEAD~1", "fixup! one"),
    new("template+-m", "echo t >tmpl; git commit --allow-empty -t tmpl -m new"),
    new("-v -m", "echo x >>a; git commit -a -v -m new"),
    new("--no-verify", "git commit --allow-empty --no-verify -m new"),
    new("-s", "git commit --allow-empty -s -m new"),
    new("--trailer", "git commit --allow-empty --trailer 'Reviewed-by: Lee' -m new"),
    new("rebase --exec", "git rebase --exec 'git commit --allow-empty -m new' HEAD~1"),
    new("-e -m", f"{KEEP} git commit --allow-empty -e -m new"),
    new("--fixup=amend:", f"{KEEP} git commit --allow-empty --fixup=amend:HEAD~1", "amend! one"),
    new("--fixup=reword:", f"{KEEP} git commit --fixup=reword:HEAD~1", "amend! one"),
    old("--fixup=amend: of a tagged commit", f"{KEEP} git commit --fixup=reword:HEAD"),
    new("commit --squash X", f"{KEEP} git commit --allow-empty --squash=HEAD~1", "squash! one"),
    new("--squash X -m", "git commit --allow-empty --squash=HEAD~1 -m more", "squash! one"),
    new("editor commit", f"{TYPE} git commit --allow-empty", "typed"),
    new("editor, -s", f"{TYPE} git commit --allow-empty -s", "typed"),
    new("-v", f"echo x >>a; {TYPE} git commit -a -v", "typed"),
    new("-v -v", f"echo x >>a; git add a; echo y >>a; {TYPE} git commit -v -v", "typed"),
    new("--cleanup=scissors", f"{TYPE} git commit --allow-empty --cleanup=scissors", "typed"),
    new("--allow-empty-message", f"{TYPE} git commit --allow-empty --allow-empty-message", "typed"),
    old(
        "--allow-empty-message, left empty",
        f"{KEEP} git commit --allow-empty --allow-empty-message",
    ),
    old("--allow-empty-message -m ''", "git commit --allow-empty --allow-empty-message -m ''"),
    new(
        "commit.template",
        "printf 'area: \\n\\nWhy.\\n' >tmpl; GIT_EDITOR='edit 1s/$/typed/' "
        "git -c commit.template=tmpl commit --allow-empty",
        "area: typed",
    ),
    new("-t", f"echo : >tmpl; {TYPE} git commit --allow-empty -t tmpl", "typed:"),
    new("commit during bisect", "git bisect start; git commit --allow-empty -m new"),
    old("--amend --no-edit", "git commit --amend --no-edit"),
    old("--amend, in an editor", "GIT_EDITOR='edit 1s/$/!/' git commit --amend"),
    old("--amend of an untagged commit", "git reset -q HEAD~1; git commit --amend --no-edit"),
    old("-C", "git commit --allow-empty -C topic~1"),
    old("-c", f"{KEEP} git commit --allow-empty -c topic"),
    old("--reset-author", "git commit --amend --reset-author --no-edit"),
    old(
        "reword",
        f"{TODO}'edit 1s/pick/reword/' GIT_EDITOR='edit 1s/$/!/' git rebase -i HEAD~1",
    ),
    old(
        "amend at an edit stop",
        f"{TODO}'edit 1s/pick/edit/' git rebase -i HEAD~1; git commit --amend --no-edit; "
        "git rebase --continue",
    ),
    new(
        "a commit at an edit stop",
        f"{TODO}'edit 1s/pick/edit/' git rebase -i HEAD~1; git commit --allow-empty -m new; "
        "git rebase --continue",
    ),
    old("merge", "git merge --no-edit topic"),
    old("merge, in an editor", f"{KEEP} git merge --edit topic"),
    old("merge, octopus", "git merge --no-edit topic other"),
    old("merge -m", "git merge -m new topic"),
    old("merge, conflict, commit", f"git merge clash || {{ {RESOLVE} git commit --no-edit; }}"),
    old("merge --continue", f"git merge clash || {{ {RESOLVE} {KEEP} git merge --continue; }}"),
    old("merge --no-commit, commit -m", "git merge --no-commit topic; git commit -m new"),
    old("pull", "git pull --no-rebase --no-edit . topic"),
    old("ff merge", "git checkout -q main~1; git merge --ff-only main"),
    old("pull --rebase", "git pull --rebase . topic"),
    old("cherry-pick -n", f"git cherry-pick -n topic; {KEEP} git commit"),
    old("cherry-pick -n, commit -m", "git cherry-pick -n topic; git commit -m new"),
    old("cherry-pick", "git cherry-pick topic"),
    old("cherry-pick -x", "git cherry-pick -x topic"),
    old("cherry-pick --edit", f"{KEEP} git cherry-pick --edit topic"),
    old("cherry-pick, several", "git cherry-pick other topic~1 topic"),
    old(
        "cherry-pick, conflict, --continue",
        f"git cherry-pick clash topic || {{ {RESOLVE} {KEEP} git cherry-pick --continue; }}",
    ),
    old(
        "cherry-pick, conflict, commit",
        f"git cherry-pick clash || {{ {RESOLVE} git commit --no-edit; }}",
    ),
    old("revert", "git revert --no-edit HEAD"),
    old("revert --edit", f"{KEEP} git revert --edit HEAD"),
    old("revert, several", "git revert --no-edit HEAD HEAD~1"),
    old("revert -n, commit", f"git revert -n HEAD; {KEEP} git commit"),
    new(
        "revert, conflict, --continue",
        "echo x >b; git commit -am new; git revert HEAD~1 || "
        f"{{ {RESOLVE} {KEEP} git revert --continue; }}",
    ),
    new(
        "revert, conflict, commit",
        "echo x >b; git commit -am new; git revert HEAD~1 || "
        f"{{ {RESOLVE} git commit --no-edit; }}",
    ),
    *(
        Situation(f"merge --squash{name}", f"git merge --squash topic; {commit}", (subject,), NINE)
        for name, commit, subject in (
            (", commit", f"{KEEP} git commit", "Squashed"),
            (", commit --no-edit", "git commit --no-edit", "Squashed"),
            (", commit -m", "git commit -m new", "new"),
        )
    ),
    Situation(
        "merge --squash of two tickets",
        f"git merge --squash many; {KEEP} git commit",
        ("Squashed",),
        ("Ticket: PROJ-8", *NINE),
    ),
    old("merge --squash of untagged", f"git merge --squash other; {KEEP} git commit"),
    old("rebase", "git checkout -q topic; git rebase main"),
    old("rebase --onto", "git checkout -q topic; git rebase --onto main topic~1"),
    old("rebase -f", "git rebase -f HEAD~1"),
    old("rebase --apply", "git checkout -q topic; git rebase --apply main"),
    old("rebase --rebase-merges", "git merge --no-edit topic; git rebase -r --force-rebase HEAD~2"),
    old(
        "rebase, conflict, --continue",
        f"git checkout -q clash; git rebase main || {{ {RESOLVE} {KEEP} git rebase --continue; }}",
    ),
    old(
        "rebase --apply, conflict, --continue",
        "git checkout -q clash; git rebase --apply main || "
        f"{{ {RESOLVE} {KEEP} git rebase --continue; }}",
    ),
    *(
        old(f"rebase {name}", f"git checkout -q {branch}; {KEEP} {TODO}{todo} git rebase {options}")
        for name, branch, todo, options in (
            ("fixup", "topic", "'edit 2s/pick/fixup/'", "-i main"),
            ("fixup -C", "topic", "'edit \"2s/pick/fixup -C/\"'", "-i main"),
            ("fixup -c", "topic", "'edit \"2s/pick/fixup -c/\"'", "-i main"),
            ("squash", "topic", "'edit 2s/pick/squash/'", "-i main"),
            ("autosquash fixup!", "fix", "true", "-i --autosquash main"),
            ("autosquash squash!", "squash", "true", "-i --autosquash main"),
            ("autosquash amend!", "amend", "true", "-i --autosquash main"),
        )
    ),
    old("am", "git format-patch -q -1 topic; git am 0001-topic-two.patch"),
    old(
        "am --3way, conflict, --continue",
        "git format-patch -q -1 clash; git am --3way 0001-clash.patch || "
        f"{{ {RESOLVE} git am --continue; }}",
    ),
    old("stash", "echo x >>a; git stash; git stash branch later"),
    old("stash -m", "echo x >>a; git stash push -m new; git stash pop"),
    old("tag, notes", "git tag -m new v1; git notes add -m new"),
    old("commit-tree", "git branch made $(git commit-tree -m new HEAD^{tree})"),
)


def make(path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository with the history above, without hooks; `edit SCRIPT FILE` is an editor."""
    tools = path.parent / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "edit").write_text(
        '#!/bin/sh\nsed "$1" "$2" >"$2.new" && cat "$2.new" >"$2" && rm "$2.new"\n',
        encoding="utf-8",
    )
    (tools / "edit").chmod(0o755)
    repo = create(path, {**environ, "PATH": f"{tools}:{environ['PATH']}"})
    repo.git("fast-import", "--quiet", input="".join(map(_record, HISTORY, range(1, 99))))
    repo.git("reset", "--hard", "--quiet")
    return repo


def _record(commit: tuple[str, str, str, str], mark: int) -> str:
    branch, parent, message, file = commit
    source = parent if parent.startswith(":") or not parent else f"refs/heads/{parent}"
    return (
        f"commit refs/heads/{branch}\nmark :{mark}\n"
        "committer Dana <dana@example.com> 1795338000 +0000\n"
        f"data <<END\n{message}\nEND\n"
        + (f"from {source}\n" if source else "")
        + f"M 100644 inline {file}\ndata <<END\n{message.partition(chr(10))[0]}\nEND\n\n"
    )


def hooked(path: Path, environ: dict[str, str], *decision: str) -> GitRepo:
    """The same repository with our hooks, and `git ticket attach DECISION` where there is one."""
    repo = make(path, environ)
    for command in (("hooks", "install"), *([("attach", *decision)] if decision else [])):
        done = repo.ticket(*command)
        assert done.code == 0, done.err
    return repo


def session(repo: GitRepo, **environ: str) -> str:
    """The id of the session."""
    return repo.ticket("session", "info", **environ).out.split()[1]


def messages(repo: GitRepo) -> list[str]:
    """The message of every commit on any ref, byte for byte."""
    ids = repo.git("rev-list", "--topo-order", "HEAD", "--all").split()
    stored = repo.attempt("cat-file", "--batch=%(objectsize)", input="\n".join(ids) + "\n").out
    found = []
    while stored:
        size, _, stored = stored.partition("\n")
        raw = stored.encode("utf-8", "surrogateescape")
        found.append(raw[: int(size)].decode("utf-8", "surrogateescape").partition("\n\n")[2])
        stored = raw[int(size) + 1 :].decode("utf-8", "surrogateescape")
    return found


def with_trailers(repo: GitRepo, message: str, *trailers: str) -> str:
    """The message with trailers, as git itself puts them."""
    options = [f"--trailer={trailer}" for trailer in trailers]
    form = ("interpret-trailers", "--no-divider", "--if-exists=addIfDifferent")
    return repo.attempt(*form, *options, input=message).out


def outcome(done: Result) -> tuple[int, str, str]:
    """Exit code and output, without the hint that the commit has no ticket."""
    return done.code, done.out, HINT.sub("", done.err)


def state(repo: GitRepo) -> str:
    """Where every ref and HEAD stand."""
    head = repo.attempt("rev-parse", "--verify", "--quiet", "HEAD").out
    return head + repo.git("for-each-ref") + repo.git("status", "-sb")


@pytest.mark.parametrize("case", SITUATIONS, ids=lambda case: case.name)
def test_new_commits_are_tagged_once_and_replayed_ones_keep_their_bytes(
    case: Situation, tmp_path: Path, environ: dict[str, str]
) -> None:
    plain = make(tmp_path / "plain", environ)
    ours = hooked(tmp_path / "ours", environ, "PROJ-1")
    trailers = ["Ticket: PROJ-1", f"Ticket-Session: {session(ours)}"]

    without, done = (repo.run("sh", "-ec", case.script) for repo in (plain, ours))

    assert (without.code, done.code) == (0, 0), done.err
    made = [m for m in messages(plain) if case.new and m.startswith(case.new)]
    assert len(made) == len(case.new)
    tagged = {m: with_trailers(plain, m, *(case.squashed or trailers)) for m in made}
    assert messages(ours) == [tagged.get(m, m) for m in messages(plain)]


@pytest.mark.parametrize("case", SITUATIONS, ids=lambda case: case.name)
def test_undecided_without_terminal_git_does_what_it_does_without_hooks(
    case: Situation, tmp_path: Path, environ: dict[str, str]
) -> None:
    plain, ours = make(tmp_path / "plain", environ), hooked(tmp_path / "ours", environ)

    without, done = (repo.run("sh", "-ec", case.script) for repo in (plain, ours))

    if case.squashed:
        made = {m: with_trailers(plain, m, *case.squashed) for m in messages(plain)}
        assert messages(ours) == [made[m] if m.startswith(case.new) else m for m in messages(plain)]
    else:
        assert (outcome(done), state(ours)) == (outcome(without), state(plain))
        assert not case.new or len(HINT.findall(done.err)) == len(case.new)


EMPTY = "Aborting commit due to empty commit message.\n"
UNEDITED = "Aborting commit; you did not edit the message.\n"


@pytest.mark.parametrize("decision", [(), ("PROJ-1",)], ids=["undecided", "associated"])
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param(script, reason, id=name)
        for name, script, reason in (
            ("editor left empty", f"{KEEP} git commit --allow-empty", EMPTY),
            ("-v left empty", f"echo x >>a; {KEEP} git commit -av", EMPTY),
            ("-s left empty", f"{KEEP} git commit --allow-empty -s", EMPTY),
            ("scissors", f"{KEEP} git commit --allow-empty --cleanup=scissors", EMPTY),
            ("comment typed", "GIT_EDITOR='edit 1s/^/#no/' git commit --allow-empty", EMPTY),
            ("all deleted", "GIT_EDITOR='edit 1,\\$d' git commit --allow-empty", EMPTY),
            ("-m ''", "git commit --allow-empty -m ''", EMPTY),
            ("-m blank", "git commit --allow-empty -m ' '", EMPTY),
            ("-F empty", "git commit --allow-empty -F /dev/null", EMPTY),
            (
                "-e -m, subject deleted",
                "GIT_EDITOR='edit 1d' git commit --allow-empty -em x",
                EMPTY,
            ),
            (
                "commit.template",
                "printf 'area:\\n\\nWhy.\\n' >t; git config commit.template t; "
                f"{KEEP} git commit --allow-empty",
                UNEDITED,
            ),
            ("-t", f"echo area: >t; {KEEP} git commit --allow-empty -t t", UNEDITED),
            ("-t and -s", f"echo area: >t; {KEEP} git commit --allow-empty -s -t t", UNEDITED),
            ("editor fails", "GIT_EDITOR=false git commit --allow-empty", "error: There was"),
            ("no editor", "unset GIT_EDITOR; git commit --allow-empty", "error: Terminal is dumb"),
        )
    ],
)
def test_an_abort_of_git_is_its_own_and_the_next_commit_is_fine(
    script: str, reason: str, decision: tuple[str, ...], tmp_path: Path, environ: dict[str, str]
) -> None:
    plain, ours = make(tmp_path / "plain", environ), hooked(tmp_path / "ours", environ, *decision)

    without, done = (repo.run("sh", "-ec", script) for repo in (plain, ours))

    assert without.code
    assert reason in without.err
    assert (outcome(done), state(ours)) == (outcome(without), state(plain))
    trailers = [f"Ticket: {id}\nTicket-Session: {session(ours)}\n" for id in decision]
    assert ours.commit("next") == "\n".join(["next\n", *trailers])


REFUSED = """\
error: this repository requires a ticket for every commit, and none was decided
hint: git ticket attach PROJ-123, or git ticket attach --none; --no-verify commits anyway
"""
COMMIT = ("commit", "--quiet", "--allow-empty", "-m", "new")
REPLAYS = ("merge", "pull", "rebase", "cherry-pick", "revert", "am")


def configure(repo: GitRepo, text: str) -> None:
    """Write the team configuration; what the hooks know is brought up to date."""
    repo.write(".tickets/config.yaml", text)
    assert repo.ticket("status").code == 0


def block(repo: GitRepo, ticket: str, **environ: str) -> str:
    """The message `new` with both trailers."""
    return f"new\n\nTicket: {ticket}\nTicket-Session: {session(repo, **environ)}\n"


def test_require_refuses_an_undecided_commit_even_before_any_command_ran(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "require: true\n")
    before = state(repo)

    assert outcome(repo.attempt(*COMMIT)) == (1, "", REFUSED)
    assert state(repo) == before


def test_require_lets_no_verify_and_every_decision_through(repo: GitRepo) -> None:
    configure(repo, "require: true\n")

    assert outcome(repo.attempt(*COMMIT, "--no-verify")) == (0, "", "")
    assert repo.message() == "new\n"
    assert repo.commit("new", GIT_TICKET="none") == "new\n"
    repo.ticket("attach", "--none")
    assert repo.commit("new") == "new\n"
    repo.ticket("attach", "PROJ-1")
    assert repo.commit("new") == block(repo, "PROJ-1")


@pytest.mark.parametrize(
    "case",
    [s for s in SITUATIONS if s.name.startswith(REPLAYS) and "commit -am" not in s.script],
    ids=lambda case: case.name,
)
def test_require_never_refuses_in_a_merge_or_replay(
    case: Situation, tmp_path: Path, environ: dict[str, str]
) -> None:
    plain, ours = make(tmp_path / "plain", environ), hooked(tmp_path / "ours", environ)
    configure(ours, "require: true\n")

    without, done = (repo.run("sh", "-ec", case.script) for repo in (plain, ours))

    assert (without.code, done.code) == (0, 0), done.err
    assert len(messages(ours)) == len(messages(plain))


def test_an_opt_out_is_recorded_where_the_team_wants_it(repo: GitRepo) -> None:
    configure(repo, "record_opt_out: true\n")
    repo.ticket("attach", "--none")

    assert repo.commit("new") == "new\n\nTicket: none\n"
    repo.ticket("attach", "--clear")
    assert repo.commit("new") == "new\n"
    assert repo.commit("new", GIT_TICKET="none") == "new\n\nTicket: none\n"


@pytest.mark.parametrize(
    ("branch", "ticket"),
    [
        ("PROJ-5", "PROJ-5"),
        ("feature/proj-5-avatar", "PROJ-5"),
        ("fix_PROJ-5", "PROJ-5"),
        ("ABC-007", "ABC-7"),
        ("utf-8", ""),
        ("xPROJ-5", ""),
        ("PROJ-5x", ""),
    ],
)
def test_with_auto_attach_the_branch_names_the_ticket(
    repo: GitRepo, branch: str, ticket: str
) -> None:
    repo.git("config", "ticketer.autoAttach", "true")
    configure(repo, "prefix: PROJ\nforeign_prefixes: [ABC]\n")
    repo.git("switch", "--quiet", "-c", branch)

    assert repo.commit("new") == (block(repo, ticket) if ticket else "new\n")
    repo.ticket("attach", "PROJ-1")
    assert repo.commit("new") == block(repo, "PROJ-1")


def test_without_auto_attach_the_branch_name_tags_nothing(repo: GitRepo) -> None:
    configure(repo, "prefix: PROJ\n")
    repo.git("switch", "--quiet", "-c", "PROJ-5")

    assert repo.commit("new") == "new\n"


def test_the_environment_wins_over_the_session(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")

    assert repo.commit("new", GIT_TICKET="proj-05") == block(repo, "PROJ-5")
    assert repo.commit("new", GIT_TICKET="none") == "new\n"
    assert repo.commit("new", GIT_TICKET="") == block(repo, "PROJ-1")


@pytest.mark.parametrize("garbage", ["PROJ", "../x", "PROJ-1\nX: y", "PROJ-\uff11", "-1", "a b-1"])
def test_a_git_ticket_that_is_no_id_is_one_line_and_tags_nothing(
    repo: GitRepo, garbage: str
) -> None:
    repo.ticket("attach", "PROJ-1")

    done = repo.attempt(*COMMIT, GIT_TICKET=garbage)

    assert (done.code, done.out, repo.message()) == (0, "", "new\n")
    assert re.fullmatch(r"warning: git-ticketer: GIT_TICKET is not a ticket id: .*\n", done.err)


def test_an_announced_session_follows_the_person_under_its_own_id(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")

    assert repo.commit("new", GIT_TICKET_SESSION="chat.1") == (
        "new\n\nTicket: PROJ-1\nTicket-Session: chat.1\n"
    )


def test_a_hostile_session_id_is_one_line_and_the_commit_is_tagged(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")

    done = repo.attempt(*COMMIT, GIT_TICKET_SESSION="../../x")

    assert (done.code, repo.message()) == (0, block(repo, "PROJ-1"))
    assert re.fullmatch(
        r"warning: git-ticketer: GIT_TICKET_SESSION is not a session id: '../../x' .*\n", done.err
    )


def test_an_agent_that_attaches_another_ticket_changes_only_its_own_commits(repo: GitRepo) -> None:
    agent = {"CLAUDE_CODE_SESSION_ID": "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"}
    other = {"CLAUDE_CODE_SESSION_ID": "11111111-7f0b-4f0e-9a51-2f6f3c1f7c11"}
    repo.ticket("attach", "PROJ-1")

    assert repo.commit("new", **agent) == block(repo, "PROJ-1", **agent)
    repo.ticket("attach", "PROJ-2", **agent)
    assert repo.commit("new", **agent) == block(repo, "PROJ-2", **agent)
    assert repo.commit("new") == block(repo, "PROJ-1")
    assert repo.commit("new", **other) == block(repo, "PROJ-1", **other)
    repo.ticket("attach", "--none", **agent)
    assert repo.commit("new", **agent) == "new\n"
    assert repo.commit("new") == block(repo, "PROJ-1")


def test_a_branch_that_names_another_known_ticket_is_hinted_at_until_decided(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-2/ticket.yaml", "id: PROJ-2\n")
    repo.ticket("attach", "PROJ-1")
    repo.git("switch", "--quiet", "-c", "proj-2-avatar")
    hint = (
        "hint: tagged PROJ-1, but branch proj-2-avatar names PROJ-2; "
        "git ticket attach PROJ-2 switches, git ticket attach PROJ-1 stays\n"
    )

    for _ in range(2):
        done = repo.attempt(*COMMIT)
        assert (done.code, done.err, repo.message()) == (0, hint, block(repo, "PROJ-1"))
    repo.ticket("attach", "PROJ-1")
    assert (repo.attempt(*COMMIT).err, repo.message()) == ("", block(repo, "PROJ-1"))


def test_a_branch_that_names_an_unknown_or_the_same_ticket_gives_no_hint(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-1/ticket.yaml", "id: PROJ-1\n")
    repo.ticket("attach", "PROJ-1")

    for branch in ("utf-8", "other-9", "proj-01-again"):
        repo.git("switch", "--quiet", "-c", branch)
        assert (repo.attempt(*COMMIT).err, repo.tickets()) == ("", ["PROJ-1"])
