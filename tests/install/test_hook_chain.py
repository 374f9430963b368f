"""A hook that was there before ours runs first, as if it were alone, and its exit code counts."""

from pathlib import Path

import pytest

from tests.install.test_hook_files import KINDS
from tests.support.git import GitRepo, Result
from tests.support.hooks import EVENTS, folder, hooks, script

RECORD = 'printf "%s\\n" "$#" "$@" "stdin: $(cat)" >>"$HOME/log"'


def log(repo: GitRepo) -> list[str]:
    """What the recording hooks wrote since the last call."""
    path = Path(repo.environ["HOME"], "log")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def act(repo: GitRepo, branch: str) -> list[str]:
    """Commit, amend and switch, on the same commits each time; return what the hooks recorded."""
    repo.git("checkout", "--quiet", "-b", branch, "first")
    repo.git("commit", "--quiet", "--allow-empty", "-m", "subject")
    repo.git("commit", "--quiet", "--allow-empty", "--amend", "--no-edit")
    repo.git("checkout", "--quiet", "first", "--", "file")
    repo.git("checkout", "--quiet", "-b", f"{branch}-2", "first")
    return log(repo)


def test_the_kept_hooks_get_the_arguments_and_input_that_git_gives(empty_repo: GitRepo) -> None:
    empty_repo.write("file", "text\n")
    empty_repo.git("add", "file")
    empty_repo.git("commit", "--quiet", "-m", "first")
    empty_repo.git("tag", "first")
    for event in EVENTS:
        script(RECORD)(hooks(empty_repo) / event)
    log(empty_repo)
    alone = act(empty_repo, "alone")
    empty_repo.ticket("hooks", "install")
    chained = act(empty_repo, "chained")

    assert len(alone) > 20
    assert chained == alone


@pytest.mark.parametrize("event", EVENTS)
def test_the_kept_hook_reads_the_same_standard_input(empty_repo: GitRepo, event: str) -> None:
    script(RECORD)(hooks(empty_repo) / event)
    empty_repo.ticket("hooks", "install")
    message = empty_repo.git_dir / "COMMIT_EDITMSG"
    message.write_text("subject\n", encoding="utf-8")
    log(empty_repo)
    words = [str(message), "two words", "", "it's $HOME"]
    empty_repo.run(str(hooks(empty_repo) / event), *words, input="typed\n")

    assert log(empty_repo) == ["4", *words, "stdin: typed"]


def test_the_kept_hook_runs_first_and_its_change_stays(empty_repo: GitRepo) -> None:
    place = hooks(empty_repo)
    script('cat "$1" >>"$HOME/log"; echo "added by the old hook" >>"$1"')(
        place / "prepare-commit-msg"
    )
    script('cat "$1" >>"$HOME/log"')(place / "commit-msg")
    empty_repo.ticket("hooks", "install")
    empty_repo.ticket("attach", "PROJ-1")
    message = empty_repo.commit("subject\n\nbody")

    assert empty_repo.tickets() == ["PROJ-1"]
    assert message.startswith("subject\n\nbody\nadded by the old hook\n\nTicket: PROJ-1\n")
    assert log(empty_repo) == ["subject", "", "body", *message.splitlines()]


@pytest.mark.parametrize("code", [1, 2, 10, 65, 127])
@pytest.mark.parametrize("event", EVENTS)
def test_the_exit_code_of_the_kept_hook_is_the_exit_code(
    empty_repo: GitRepo, event: str, code: int
) -> None:
    script(f"exit {code}")(hooks(empty_repo) / event)
    empty_repo.ticket("hooks", "install")
    message = empty_repo.git_dir / "COMMIT_EDITMSG"
    message.write_text("subject\n", encoding="utf-8")
    done = empty_repo.run(str(hooks(empty_repo) / event), str(message))

    assert (done.code, done.out, done.err) == (code, "", "")


@pytest.mark.parametrize("event", EVENTS[:2])
def test_a_kept_hook_that_says_no_stops_the_commit(repo: GitRepo, event: str) -> None:
    repo.ticket("hooks", "uninstall")
    script("echo refused >&2; exit 1")(hooks(repo) / event)
    before = repo.git("rev-parse", "HEAD")
    repo.ticket("hooks", "install")
    repo.ticket("attach", "PROJ-1")
    done = repo.attempt("commit", "--allow-empty", "-qm", "subject")

    assert (done.code, done.err) == (1, "refused\n")
    assert repo.git("rev-parse", "HEAD") == before


def test_no_verify_skips_a_kept_commit_msg_hook_as_ever(empty_repo: GitRepo) -> None:
    script("exit 1")(hooks(empty_repo) / "commit-msg")
    empty_repo.ticket("hooks", "install")
    empty_repo.ticket("attach", "PROJ-1")
    empty_repo.git("commit", "--no-verify", "--allow-empty", "-qm", "subject")

    assert empty_repo.tickets() == ["PROJ-1"]


def test_a_kept_post_checkout_hook_decides_how_checkout_ends(repo: GitRepo) -> None:
    repo.ticket("hooks", "uninstall")
    script("exit 3")(hooks(repo) / "post-checkout")
    alone = repo.attempt("checkout", "--quiet", "-b", "one")
    repo.ticket("hooks", "install")
    chained = repo.attempt("checkout", "--quiet", "-b", "two")

    assert (chained.code, chained.err) == (alone.code, alone.err)
    assert chained.code == 1
    assert repo.git("branch", "--show-current") == "two"


@pytest.mark.parametrize("kind", KINDS)
def test_a_commit_ends_as_it_did_before_we_came(empty_repo: GitRepo, kind: str) -> None:
    for event in EVENTS:
        KINDS[kind](hooks(empty_repo) / event)
    alone = empty_repo.attempt("commit", "--allow-empty", "-qm", "subject")
    empty_repo.ticket("hooks", "install")
    empty_repo.ticket("attach", "PROJ-1")
    chained = empty_repo.attempt("commit", "--allow-empty", "-qm", "subject")

    assert (chained.code == 0) == (alone.code == 0), chained.err
    if alone.code == 0:
        assert empty_repo.tickets() == ["PROJ-1"]


def pre_commit(repo: GitRepo, *arguments: str) -> Result:
    done = repo.run("pre-commit", *arguments)
    assert done.code == 0, done.out + done.err
    return done


def test_pre_commit_may_be_installed_before_after_and_again(empty_repo: GitRepo) -> None:
    """pre-commit refuses to run inside of itself, and with it the commit."""
    empty_repo.write(".pre-commit-config.yaml", "repos: []\n")
    empty_repo.git("add", ".")
    empty_repo.ticket("attach", "PROJ-1")
    script(RECORD)(hooks(empty_repo) / "commit-msg")
    types = ("-t", "prepare-commit-msg", "-t", "commit-msg")
    pre_commit(empty_repo, "install", *types)
    for _ in range(2):
        empty_repo.ticket("hooks", "install")
        log(empty_repo)
        done = empty_repo.attempt("commit", "--allow-empty", "-qm", "after ours")
        assert (done.code, done.out) == (0, ""), done.err
        assert empty_repo.tickets() == ["PROJ-1"]
        assert len(log(empty_repo)) == 3
        pre_commit(empty_repo, "install", *types)
        log(empty_repo)
        done = empty_repo.attempt("commit", "--allow-empty", "-qm", "after pre-commit's")
        assert (done.code, done.out) == (0, ""), done.err
        assert empty_repo.tickets() == ["PROJ-1"]
        assert len(log(empty_repo)) == 3


def test_pre_commit_may_take_over_from_ours_and_give_back(repo: GitRepo) -> None:
    repo.write(".pre-commit-config.yaml", "repos: []\n")
    repo.git("add", ".")
    before = folder(repo)
    types = ("-t", "prepare-commit-msg", "-t", "commit-msg")
    pre_commit(repo, "install", *types)
    during = repo.ticket("hooks", "status").out.splitlines()
    repo.ticket("attach", "PROJ-1")
    repo.commit("subject")
    pre_commit(repo, "uninstall", *types)

    place = hooks(repo)
    started = "hook file, started by pre-commit"
    assert during == [
        f"{'prepare-commit-msg':<20}{started} ({place}/prepare-commit-msg.legacy)",
        f"{'commit-msg':<20}{started} ({place}/commit-msg.legacy)",
        f"{'post-checkout':<20}hook file ({place}/post-checkout)",
    ]
    assert repo.tickets() == ["PROJ-1"]
    assert folder(repo) == before


def state(repo: GitRepo) -> tuple[str, dict[str, tuple[bytes, int]]]:
    """The index as git lists it, and bytes and time of every file of the work tree."""
    files = [p for p in repo.path.rglob("*") if p.is_file() and ".git" not in p.parts]
    seen = {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}
    return repo.git("ls-files", "--stage", "-t"), seen


@pytest.mark.parametrize("ending", ["tagged", "undecided", "refused", "switched"])
def test_hooks_touch_neither_index_nor_work_tree(repo: GitRepo, ending: str) -> None:
    for name in ("partly", "edited", "deleted", "same"):
        repo.write(name, "1\n")
    repo.git("add", ".")
    repo.git("commit", "--quiet", "-m", "files")
    repo.write("partly", "2\n")
    repo.write("new", "staged\n")
    repo.git("add", "partly", "new")
    repo.write("partly", "3\n")
    repo.write("edited", "2\n")
    repo.write("untracked", "1\n")
    (repo.path / "deleted").unlink()
    if ending == "refused":
        repo.write(".tickets/config.yaml", "require: true\n")
    if ending == "tagged":
        repo.ticket("attach", "PROJ-1")
    repo.ticket("status")
    before = state(repo)
    if ending == "switched":
        done = repo.attempt("checkout", "--quiet", "-b", "PROJ-2")
    else:
        done = repo.attempt("commit", "--quiet", "-m", "subject")

    assert done.code == (1 if ending == "refused" else 0)
    assert state(repo) == before
