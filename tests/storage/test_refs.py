"""Tickets as they are on a ref, whatever is in the work tree."""

from pathlib import Path

import pytest

from git_ticketer.storage import refs
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.refs import NoSuchRef
from git_ticketer.storage.tickets import NoSuchTicket, WrongFolder
from git_ticketer.storage.yamlfile import MAX_BYTES, BadFile
from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
FILE = ".tickets/PROJ-1/ticket.yaml"


def text(id: str = "PROJ-1", title: str = "One") -> str:
    return f"uid: {UID}\n\nid: {id}\n\ntitle: {title}\n"


def comment(words: str) -> str:
    return f"ticket: PROJ-1\n\nticket_uid: {UID}\n\nauthor: D <d@e>\n\ntext: {words}\n"


def commit(repo: GitRepo, **files: str) -> None:
    for name, content in files.items():
        repo.write(name, content)
    repo.git("add", "--force", ".tickets")
    repo.git("commit", "--quiet", "-m", "tickets")


@pytest.fixture
def two(empty_repo: GitRepo) -> GitRepo:
    """`topic` has PROJ-1 and PROJ-12, `main` has nothing."""
    empty_repo.commit()
    empty_repo.git("switch", "--quiet", "--create", "topic")
    commit(empty_repo, **{FILE: text(), ".tickets/PROJ-12/ticket.yaml": text("PROJ-12")})
    empty_repo.git("switch", "--quiet", "main")
    return empty_repo


def git(repo: GitRepo) -> Git:
    return Git(str(repo.path), repo.environ)


@pytest.mark.parametrize("ref", ["topic", "refs/heads/topic", "topic~0", "HEAD@{1}"])
def test_a_ticket_is_read_from_a_ref_that_is_not_checked_out(two: GitRepo, ref: str) -> None:
    found = refs.read(git(two), ref, "PROJ-1")
    assert (found.ticket.title, found.document.path) == ("One", f"{ref}:{FILE}")
    assert found.document.text == text()


def test_a_ticket_that_a_ref_does_not_have_is_not_found_there(two: GitRepo) -> None:
    with pytest.raises(NoSuchTicket) as caught:
        refs.read(git(two), "main", "PROJ-1")
    assert caught.value.message == "there is no ticket PROJ-1"


@pytest.mark.parametrize(
    "ref",
    [
        "nothing",
        "",
        "--output=x",
        "-1",
        "topic\n",
        "topic:.tickets",
        "../topic",
        "topic\0",
        "^topic",
    ],
    ids=ascii,
)
def test_a_text_that_names_no_commit_is_refused(two: GitRepo, ref: str) -> None:
    before = sorted(two.path.iterdir())
    with pytest.raises(NoSuchRef) as caught:
        refs.read(git(two), ref, "PROJ-1")
    assert caught.value.ref == ref
    assert sorted(two.path.iterdir()) == before


def test_the_names_on_a_ref_are_sorted_by_number_and_others_left_out(two: GitRepo) -> None:
    two.git("switch", "--quiet", "topic")
    odd = [".tickets/PROJ-2", ".tickets/proj-3/ticket.yaml", ".tickets/x/ticket.yaml"]
    commit(two, **dict.fromkeys((*odd, ".tickets/PROJ-5/comments/x.yaml"), "x\n"))
    assert refs.names(git(two), "topic") == ["PROJ-1", "PROJ-12"]
    assert refs.names(git(two), "main") == []


def test_everything_on_a_ref_is_read_and_what_is_broken_is_named(two: GitRepo) -> None:
    two.git("switch", "--quiet", "topic")
    commit(two, **{".tickets/PROJ-2/ticket.yaml": "uid: [\n"})
    good, bad = refs.everything(git(two), "topic")
    assert [stored.ticket.id for stored in good] == ["PROJ-1", "PROJ-12"]
    assert [error.path for error in bad] == ["topic:.tickets/PROJ-2/ticket.yaml"]


def test_a_folder_that_is_named_otherwise_is_an_error_of_that_file(two: GitRepo) -> None:
    two.git("switch", "--quiet", "topic")
    commit(two, **{".tickets/PROJ-2/ticket.yaml": text("PROJ-1")})
    with pytest.raises(WrongFolder) as caught:
        refs.read(git(two), "topic", "PROJ-2")
    assert (caught.value.path, caught.value.line) == ("topic:.tickets/PROJ-2/ticket.yaml", 3)


@pytest.mark.parametrize("what", ["file", "folder", "top"])
def test_a_link_in_a_tree_is_not_followed(empty_repo: GitRepo, tmp_path: Path, what: str) -> None:
    places = {"file": FILE, "folder": ".tickets/PROJ-1", "top": ".tickets"}
    link = empty_repo.path / places[what]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to("../../real" if what == "file" else "real")
    empty_repo.write("real/PROJ-1/ticket.yaml", text())
    empty_repo.git("add", "--all", "--force")
    empty_repo.git("commit", "--quiet", "-m", "links")
    with pytest.raises(BadFile if what == "file" else NoSuchTicket):
        refs.read(git(empty_repo), "main", "PROJ-1")


def test_a_file_that_is_too_large_is_refused_and_not_read(empty_repo: GitRepo) -> None:
    commit(empty_repo, **{FILE: text(title="x" * (MAX_BYTES + 1))})
    with pytest.raises(BadFile) as caught:
        refs.read(git(empty_repo), "main", "PROJ-1")
    assert caught.value.reason == f"larger than {MAX_BYTES} bytes"


def test_the_refs_that_have_a_ticket_come_with_its_blob_branches_first(two: GitRepo) -> None:
    blob = two.git("rev-parse", f"topic:{FILE}")
    for ref in ("refs/remotes/origin/topic", "refs/tags/a", "refs/heads/zzz"):
        two.git("update-ref", ref, "topic")
    two.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/topic")
    names = ["refs/heads/topic", "refs/heads/zzz", "refs/remotes/origin/topic", "refs/tags/a"]
    assert refs.refs_with(git(two), "PROJ-1") == [(name, blob) for name in names]
    assert refs.refs_with(git(two), "PROJ-2") == []


def test_looking_for_a_ticket_on_all_refs_takes_two_processes(two: GitRepo, tmp_path: Path) -> None:
    for number in range(30):
        two.git("branch", f"b{number}", "topic")
    log = tmp_path / "log"
    traced = Git(str(two.path), {**two.environ, "GIT_TRACE": str(log)})
    assert len(refs.refs_with(traced, "PROJ-1")) == 31
    assert log.read_text(encoding="utf-8").count("built-in: git") == 2


def test_the_comments_on_a_ref_are_read_oldest_first(two: GitRepo) -> None:
    two.git("switch", "--quiet", "topic")
    folder = ".tickets/PROJ-1/comments"
    names = [UID.replace("B0A", end) for end in ("B02", "B01")]
    good = {f"{folder}/{name}.yaml": comment(name[-3:]) for name in names}
    commit(two, **good, **{f"{folder}/note.yaml": comment("x"), f"{folder}/README": "x\n"})
    two.git("switch", "--quiet", "main")
    comments, bad = refs.comments(git(two), "topic", "PROJ-1")
    assert [one.text for one in comments] == ["B01", "B02"]
    assert [error.message for error in bad] == [
        f"topic:{folder}/note.yaml: a comment's file is named <ULID>.yaml"
    ]


def test_the_stages_of_a_conflict_are_named_by_number(two: GitRepo) -> None:
    commit(two, **{FILE: text(title="Two")})
    assert two.attempt("merge", "--quiet", "topic").code == 1
    blobs = {n: two.git("rev-parse", f"{ref}:{FILE}") for n, ref in (("2", "HEAD"), ("3", "topic"))}
    assert refs.staged(git(two), FILE) == blobs
    two.git("add", FILE)
    assert refs.staged(git(two), FILE) == {}


@pytest.mark.parametrize(
    ("data", "uid"),
    [
        (f"uid: {UID}\n", UID),
        (f"uid: {UID}\r\nid: X\r\n", UID),
        (f"# head\nuid: '{UID}'\n", UID),
        (f"\ufeffuid: {UID}\n", UID),
        ("uid: short\n", ""),
        ("uid: [a]\n", ""),
        ("uid: &a b\n", ""),
        ("", ""),
    ],
    ids=ascii,
)
def test_the_uid_of_a_file_is_told_without_reading_all_of_it(data: str, uid: str) -> None:
    assert refs.uid_of(data.encode()) == uid


def test_contents_larger_than_what_is_read_at_once_come_whole(empty_repo: GitRepo) -> None:
    texts = {f"f{number}": f"{number}\n" * number * 10 for number in range(1, 9)}
    for name, content in texts.items():
        empty_repo.write(name, content)
    empty_repo.git("add", ".")
    empty_repo.git("commit", "--quiet", "-m", "files")
    names = ["main:gone", *(f"main:{name}" for name in texts)]
    found = refs.contents(git(empty_repo), names, at_once=100)
    assert found == {f"main:{name}": content.encode() for name, content in texts.items()}
