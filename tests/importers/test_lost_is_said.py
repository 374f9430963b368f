"""What a person may have said and no importer can read is said when it is archived."""

from pathlib import Path

from tests.support import transcripts
from tests.support.git import GitRepo
from tests.support.transcripts import user


def test_a_message_without_known_text_is_a_warning(repo: GitRepo, tmp_path: Path) -> None:
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "One", "--no-parent").code == 0
    odd: tuple[str, object] = ("user", "")
    chat = transcripts.write(tmp_path / "chat.jsonl", user("Begin"), odd)

    done = repo.ticket("archive", str(chat), "--ticket", "PROJ-1")

    warning = "messages of the person were found in which no text is known: see `skipped`"
    assert (done.code, f"warning: {warning}\n" in done.err) == (0, True)
    assert "user without text" in done.out
