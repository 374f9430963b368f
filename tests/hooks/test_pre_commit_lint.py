"""The published hook `git-ticket-lint`, run by the real pre-commit."""

from pathlib import Path

import pytest
import yaml

import git_ticketer
from tests.support import pre_commit
from tests.support.git import GitRepo

ROOT = Path(git_ticketer.__file__).parents[1]
ID = "git-ticket-lint"
UID, OTHER = "01JD8Z6W5T3K9QG4R7M2XV1B0A", "01JD8Z6W5T3K9QG4R7M2XV1B0B"
GOOD = f"uid: {UID}\n\nid: PROJ-1\n\ntitle: t\n"
ONE, TWO = ".tickets/PROJ-1/ticket.yaml", ".tickets/PROJ-2/ticket.yaml"


def published() -> dict[str, object]:
    """The hook as .pre-commit-hooks.yaml describes it."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hook,) = [hook for hook in yaml.safe_load(text) if hook["id"] == ID]
    return dict(hook)


@pytest.fixture
def managed(empty_repo: GitRepo) -> GitRepo:
    """A repository that runs the published hook, from this environment instead of its own."""
    hook = {**published(), "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    empty_repo.write(pre_commit.CONFIG, yaml.safe_dump(config))
    empty_repo.git("add", pre_commit.CONFIG)
    empty_repo.commit("configure")
    done = empty_repo.run("pre-commit", "install")
    assert done.code == 0, done.out + done.err
    return GitRepo(empty_repo.path, {**empty_repo.environ, "GIT_TERMINAL_PROMPT": "0"})


def commit(repo: GitRepo, *names: str) -> tuple[int, list[str]]:
    """Commit the files named: the exit code, and the lines of what lint said."""
    repo.git("add", "--", *names)
    done = repo.attempt("commit", "-m", "change")
    lines = [line for line in (done.out + done.err).splitlines() if line.startswith(".tickets")]
    return done.code, lines


def test_the_manifest_is_valid_and_names_the_hook(managed: GitRepo) -> None:
    done = managed.run("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))

    assert (done.code, done.out) == (0, "")
    assert published()["entry"] == "git-ticket lint"
    assert published()["language"] == "python"


def test_a_commit_of_good_tickets_passes_and_one_without_tickets_is_not_checked(
    managed: GitRepo,
) -> None:
    managed.write(ONE, GOOD)
    assert commit(managed, ONE) == (0, [])

    managed.write("src", "a")
    managed.write(TWO, "x: [\n")  # not in the commit
    managed.git("add", "src")
    done = managed.attempt("commit", "-m", "code")

    assert done.code == 0
    assert "(no files to check)Skipped" in done.out + done.err


def test_a_commit_of_a_broken_ticket_is_stopped_with_file_and_line(managed: GitRepo) -> None:
    managed.write(ONE, GOOD + "\nx: [\n")

    assert commit(managed, ONE) == (
        1,
        [f"{ONE}:8: error: did not find expected node content [yaml]"],
    )
    assert managed.git("log", "--format=%s") == "configure"


def test_of_a_part_of_the_files_links_to_the_others_are_known(managed: GitRepo) -> None:
    managed.write(ONE, GOOD + "\naliases:\n- PROJ-7\n")
    assert commit(managed, ONE) == (0, [])

    managed.write(TWO, f"uid: {OTHER}\nid: PROJ-2\ntitle: t\nparent: PROJ-1\n"
                       "links: [blocks PROJ-1, blocks PROJ-7, blocks PROJ-8]\n")  # fmt: skip
    assert commit(managed, TWO) == (1, [f"{TWO}:5: error: there is no ticket PROJ-8 [link]"])

    managed.write(TWO, f"uid: {UID}\nid: PROJ-2\ntitle: t\n")
    assert commit(managed, TWO) == (
        1,
        [f"{TWO}:1: error: the uid is also that of PROJ-1 [duplicate-uid]"],
    )


def test_secrets_conflicts_and_links_are_stopped_in_any_file(managed: GitRepo) -> None:
    managed.write(ONE, GOOD)
    managed.write(".tickets/notes.txt", "ghp_" + "A1b2" * 9 + "\n<<<<<<< HEAD\n")
    (managed.path / ".tickets/PROJ-2").symlink_to("/etc")
    managed.write(".tickets/pixel.png", "\x89PNG\x00")

    code, lines = commit(managed, ".tickets")

    assert code == 1
    assert [line.rpartition(" ")[2] for line in lines] == [
        "[symlink]",
        "[foreign]",
        "[secret]",
        "[conflict]",
    ]


def test_warnings_do_not_stop_a_commit_and_fix_can_be_asked_for(managed: GitRepo) -> None:
    managed.write(ONE, GOOD + "\nstatus: In_Progress\n")
    assert commit(managed, ONE) == (0, [])

    done = managed.run("pre-commit", "run", "--all-files", "--verbose", ID)
    assert "[spelling]" in done.out

    config = (managed.path / pre_commit.CONFIG).read_text(encoding="utf-8")
    managed.write(pre_commit.CONFIG, config.replace("git-ticket lint\n", "git-ticket lint --fix\n"))
    managed.git("add", pre_commit.CONFIG)
    done = managed.run("pre-commit", "run", "--all-files", ID)

    assert "files were modified by this hook" in done.out
    assert "status: in-progress" in (managed.path / ONE).read_text(encoding="utf-8")
    assert managed.run("pre-commit", "run", "--all-files", ID).code == 0


def test_the_whole_repository_is_checked_as_ci_does(managed: GitRepo) -> None:
    for number in range(1, 40):
        uid = UID[:-2] + f"{number:02}"
        managed.write(
            f".tickets/PROJ-{number}/ticket.yaml", f"uid: {uid}\nid: PROJ-{number}\ntitle: t\n"
        )
    managed.git("add", ".tickets")
    assert managed.run("pre-commit", "run", "--all-files", ID).code == 0

    managed.write(ONE, GOOD + "\nparent: PROJ-99\n")
    done = managed.run("pre-commit", "run", "--all-files", ID)
    assert (done.code, f"{ONE}:7: error: there is no ticket PROJ-99 [parent]" in done.out) == (
        1,
        True,
    )
