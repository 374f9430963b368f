"""Changes to other programs' files: planned, shown, made exactly so, and never through a link."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.install import filechange
from git_ticketer.install.filechange import ChangedMeanwhile, FileChange, NotAFile
from git_ticketer.storage.inside import LeadsOutside
from tests.support.git import GitRepo

CHANGES = (
    FileChange("new/deep/file.json", None, b'{"a": 1}\n'),
    FileChange("there.md", b"one\ntwo\nthree\n", b"one\n2\nthree\nfour"),
    FileChange("gone.md", b"x", None),
    FileChange("here/link", None, b"../new/deep", link=True),
    FileChange("same.md", b"y\n", b"y\n"),
)
DIFF = """\
diff --git a/new/deep/file.json b/new/deep/file.json
new file mode 100644
--- /dev/null
+++ b/new/deep/file.json
@@ -0,0 +1 @@
+{"a": 1}
diff --git a/there.md b/there.md
--- a/there.md
+++ b/there.md
@@ -1,3 +1,4 @@
 one
-two
+2
 three
+four
\\ No newline at end of file
diff --git a/gone.md b/gone.md
deleted file mode 100644
--- a/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-x
\\ No newline at end of file
diff --git a/here/link b/here/link
new file mode 120000
--- /dev/null
+++ b/here/link
@@ -0,0 +1 @@
+../new/deep
\\ No newline at end of file
"""


def before(top: Path) -> Path:
    """A folder with what CHANGES expects."""
    top.mkdir(exist_ok=True)
    for change in CHANGES:
        if change.before is not None:
            (top / change.path).write_bytes(change.before)
    return top


def contents(top: Path) -> dict[str, str]:
    """All files and links below a folder."""
    return {
        path.relative_to(top).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_text(encoding="utf-8")
        for path in top.rglob("*")
        if ".git" not in path.parts and (path.is_symlink() or path.is_file())
    }


AFTER = {
    "new/deep/file.json": '{"a": 1}\n',
    "there.md": "one\n2\nthree\nfour",
    "here/link": "../new/deep",
    "same.md": "y\n",
}


def test_the_diff_is_what_git_applies_and_what_we_do(empty_repo: GitRepo, tmp_path: Path) -> None:
    ours = before(tmp_path / "ours")
    before(empty_repo.path)

    assert filechange.diff(CHANGES) == DIFF
    empty_repo.git("apply", "-", input=DIFF)
    done = filechange.apply(str(ours), CHANGES)

    assert done == ["new/deep/file.json", "there.md", "gone.md", "here/link"]
    assert contents(ours) == contents(empty_repo.path) == AFTER


def test_the_inverse_leaves_nothing_behind(tmp_path: Path) -> None:
    top = before(tmp_path / "top")
    was = contents(top)
    filechange.apply(str(top), CHANGES)
    back = [FileChange(c.path, c.after, c.before, c.link) for c in reversed(CHANGES)]

    filechange.apply(str(top), back)

    assert contents(top) == was
    assert sorted(path.name for path in top.iterdir()) == ["gone.md", "same.md", "there.md"]


LINES = st.text(st.sampled_from("ab\n\r\x0c\u2028"), max_size=12)


@given(st.none() | LINES, st.none() | LINES)
def test_any_diff_says_every_line(old: str | None, new: str | None) -> None:
    before, after = (None if text is None else text.encode() for text in (old, new))
    diff = filechange.diff([FileChange("a", before, after)])
    body = [line for line in diff.split("\n") if line]
    shown = {mark: [line[1:] for line in body if line[0] in f" {mark}"] for mark in "+-"}

    for mark, text in (("-", old), ("+", new)):
        lines = [line for line in (text or "").split("\n") if line]
        assert old == new or all(line in shown[mark] for line in lines)
    assert bool(diff) == (old != new)


def test_what_was_changed_meanwhile_stops_all_of_it(tmp_path: Path) -> None:
    top = before(tmp_path / "top")
    (top / "gone.md").write_text("theirs", encoding="utf-8")

    with pytest.raises(ChangedMeanwhile, match=r"gone\.md was changed"):
        filechange.apply(str(top), CHANGES)

    assert not (top / "new").exists()


@pytest.mark.parametrize("link", ["new", "new/deep", "new/deep/file.json"])
def test_nothing_is_read_or_written_through_a_link(tmp_path: Path, link: str) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (top / link).parent.mkdir(parents=True)
    (top / link).symlink_to(outside / "deep" if link == "new/deep" else outside)

    with pytest.raises(LeadsOutside):
        filechange.apply(str(top), CHANGES[:1])
    with pytest.raises(LeadsOutside):
        filechange.read(str(top), CHANGES[0].path)

    assert contents(outside) == {}


def test_a_link_that_is_a_change_is_never_followed(tmp_path: Path) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    outside.mkdir()
    top.mkdir()
    (top / "here").symlink_to(outside)

    with pytest.raises(LeadsOutside):
        filechange.apply(str(top), [FileChange("here/link", None, b"x", link=True)])

    (top / "here").unlink()
    filechange.apply(str(top), [FileChange("here", None, b"../outside", link=True)])
    filechange.apply(str(top), [FileChange("here", b"../outside", b"elsewhere", link=True)])
    assert str((top / "here").readlink()) == "elsewhere"


def test_a_folder_in_the_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "new/deep/file.json").mkdir(parents=True)

    with pytest.raises(NotAFile, match=r"file\.json: not a regular file"):
        filechange.apply(str(tmp_path), CHANGES[:1])


def test_a_file_keeps_its_mode_and_a_new_one_has_the_users(tmp_path: Path) -> None:
    top = before(tmp_path / "top")
    (top / "there.md").chmod(0o640)
    (top / "other").touch()

    filechange.apply(str(top), CHANGES)

    modes = [(top / name).stat().st_mode & 0o777 for name in ("there.md", "new/deep/file.json")]
    assert modes == [0o640, (top / "other").stat().st_mode & 0o777]


def test_where_there_are_no_links_it_is_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    filechange.apply(str(tmp_path), [CHANGES[0], CHANGES[3]])

    assert contents(tmp_path) == {
        "new/deep/file.json": '{"a": 1}\n',
        "here/link/file.json": '{"a": 1}\n',
    }
