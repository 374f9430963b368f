"""Every situation in which git makes a commit: what is tagged, and what stays byte for byte.

The oracle is git itself: each script runs in a repository without our hooks and in one with them.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.situations import (
    HINT,
    KEEP,
    TYPE,
    hooked,
    make,
    messages,
    outcome,
    session,
    state,
    with_trailers,
)

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
