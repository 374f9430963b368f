"""The skill and the block in AGENTS.md: put in, brought up to date, taken out without a trace."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.agents.hooks import claude
from git_ticketer.cli.app import COMMANDS
from git_ticketer.install import filechange, skill
from git_ticketer.install.skill import BEGIN, END, BrokenBlock, NotOurs, NotText
from git_ticketer.storage.inside import LeadsOutside

PLUGIN = Path(__file__).parents[2] / "docs/claude-plugin"
BLOCK = skill.text("agents-block.md")


def install(top: Path) -> list[str]:
    return filechange.apply(str(top), skill.plan(str(top)))


def uninstall(top: Path) -> list[str]:
    return filechange.apply(str(top), skill.plan_removal(str(top)))


def test_it_is_installed_once_and_removed_without_a_trace(tmp_path: Path) -> None:
    assert install(tmp_path) == [skill.SKILL, skill.LINK, "AGENTS.md"]
    assert (tmp_path / skill.SKILL).read_bytes() == skill.text("SKILL.md")
    assert str((tmp_path / skill.LINK).readlink()) == "../../.agents/skills/git-ticket"
    assert (tmp_path / skill.LINK / "SKILL.md").read_bytes() == skill.text("SKILL.md")
    assert (tmp_path / "AGENTS.md").read_bytes() == BEGIN + b"\n" + BLOCK + END + b"\n"
    assert install(tmp_path) == []

    assert uninstall(tmp_path) == [skill.LINK, skill.SKILL, "AGENTS.md"]
    assert list(tmp_path.iterdir()) == []
    assert uninstall(tmp_path) == []


def test_what_others_have_there_stays(tmp_path: Path) -> None:
    for name in (".agents/skills/other/SKILL.md", ".claude/settings.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("theirs", encoding="utf-8")

    install(tmp_path)
    uninstall(tmp_path)

    left = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert left == [".agents/skills/other/SKILL.md", ".claude/settings.json"]


TEXTS = st.text(st.sampled_from("a#- \n\r\té"), max_size=30).map(str.encode)


@given(TEXTS | st.none())
def test_every_other_byte_of_the_file_stays(old: bytes | None) -> None:
    merged = skill.with_block(old, BLOCK)

    assert (old or b"") in merged
    assert skill.with_block(merged, BLOCK) == merged
    assert skill.without_block(merged) == old


@given(TEXTS, TEXTS, TEXTS)
def test_what_was_written_around_the_block_later_stays(old: bytes, more: bytes, new: bytes) -> None:
    merged = skill.with_block(old, BLOCK) + more
    updated = skill.with_block(merged, new)

    assert skill.without_block(merged) == old + more
    assert skill.without_block(updated) == old + more
    assert skill.with_block(updated, BLOCK) == merged


def test_a_file_with_windows_line_ends_keeps_them_throughout() -> None:
    merged = skill.with_block(b"# Us\r\n", BLOCK)

    assert merged.count(b"\r\n") == merged.count(b"\n")
    assert skill.without_block(merged) == b"# Us\r\n"


def test_an_older_block_and_skill_are_brought_up_to_date(tmp_path: Path) -> None:
    install(tmp_path)
    agents, own = tmp_path / "AGENTS.md", tmp_path / skill.SKILL
    agents.write_bytes(b"# Us\n" + BEGIN + b"\nold\n" + END + b"\nmore\n")
    own.write_bytes(own.read_bytes().replace(b"## Rules", b"## Old"))

    assert install(tmp_path) == [skill.SKILL, "AGENTS.md"]
    assert agents.read_bytes() == b"# Us\n" + BEGIN + b"\n" + BLOCK + END + b"\nmore\n"


@pytest.mark.parametrize(
    "text",
    [BEGIN + b"\n", END + b"\n", END + b"\n" + BEGIN + b"\n", 2 * (BEGIN + b"\nx\n" + END + b"\n")],
    ids=["no end", "no begin", "turned", "twice"],
)
def test_marks_that_are_no_pair_are_an_error(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "AGENTS.md").write_bytes(text)

    for plan in (skill.plan, skill.plan_removal):
        with pytest.raises(BrokenBlock, match=r"^AGENTS\.md: not one pair of"):
            plan(str(tmp_path))


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_bytes("# Us\n".encode("utf-16"))

    with pytest.raises(NotText):
        skill.plan(str(tmp_path))


def test_another_skill_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / skill.SKILL).parent.mkdir(parents=True)
    (tmp_path / skill.SKILL).write_text("---\nname: git-ticket\n---\n", encoding="utf-8")

    for plan in (skill.plan, skill.plan_removal):
        with pytest.raises(NotOurs):
            plan(str(tmp_path))


def test_a_link_beside_it_is_followed_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("# Us\n", encoding="utf-8")
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    assert "CLAUDE.md" in install(tmp_path)
    uninstall(tmp_path)
    assert (tmp_path / "CLAUDE.md").read_text(encoding="utf-8") == "# Us\n"

    (tmp_path / "AGENTS.md").unlink()
    for target in (".git/config", "../outside.md", "/etc/hostname", "src/AGENTS.md"):
        (tmp_path / "AGENTS.md").symlink_to(target)
        with pytest.raises(LeadsOutside):
            skill.plan(str(tmp_path))
        (tmp_path / "AGENTS.md").unlink()
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    (tmp_path / "CLAUDE.md").unlink()
    (tmp_path / "CLAUDE.md").symlink_to("/etc/hostname")
    with pytest.raises(LeadsOutside):
        skill.plan(str(tmp_path))


@pytest.mark.parametrize("folder", [".agents", ".claude", ".agents/skills", ".claude/skills"])
def test_a_folder_that_leads_elsewhere_is_not_written_to(tmp_path: Path, folder: str) -> None:
    outside, top = tmp_path / "outside", tmp_path / "top"
    outside.mkdir()
    (top / folder).parent.mkdir(parents=True)
    (top / folder).symlink_to(outside)

    with pytest.raises(LeadsOutside):
        install(top)

    assert list(outside.iterdir()) == []


def test_one_folder_of_skills_for_all_agents_needs_no_link(tmp_path: Path) -> None:
    (tmp_path / ".agents/skills").mkdir(parents=True)
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/skills").symlink_to("../.agents/skills")

    assert install(tmp_path) == [skill.SKILL, "AGENTS.md"]
    assert uninstall(tmp_path) == [skill.SKILL, "AGENTS.md"]


def test_a_copy_is_brought_up_to_date_and_removed(tmp_path: Path) -> None:
    copy = tmp_path / skill.LINK / "SKILL.md"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(skill.text("SKILL.md").replace(b"## Rules", b"## Old"))

    assert install(tmp_path) == [skill.SKILL, f"{skill.LINK}/SKILL.md", "AGENTS.md"]
    assert copy.read_bytes() == skill.text("SKILL.md")
    uninstall(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_git_checked_out_as_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / skill.LINK).parent.mkdir(parents=True)
    (tmp_path / skill.LINK).write_bytes(skill.TARGET)

    assert install(tmp_path) == [skill.SKILL, "AGENTS.md"]
    uninstall(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_link_of_somebody_elses_stays(tmp_path: Path) -> None:
    (tmp_path / skill.LINK).parent.mkdir(parents=True)
    (tmp_path / skill.LINK).symlink_to("elsewhere")

    install(tmp_path)
    uninstall(tmp_path)

    assert str((tmp_path / skill.LINK).readlink()) == "elsewhere"


def frontmatter() -> dict[str, object]:
    head = skill.text("SKILL.md").decode().split("---\n")[1]
    values = yaml.safe_load(head)
    assert isinstance(values, dict)
    return values


def test_the_skill_is_as_its_specification_wants_it() -> None:
    """The agentskills.io specification of August 2026."""
    values = frontmatter()

    assert set(values) <= {"name", "description", "license", "compatibility", "metadata"}
    assert values["name"] == Path(skill.SKILL).parent.name
    assert 1 <= len(str(values["description"])) <= 1024
    assert len(str(values["compatibility"])) <= 500


def test_every_command_that_the_texts_name_is_there() -> None:
    texts = skill.text("SKILL.md").decode() + BLOCK.decode()
    named = {text.split()[0].strip("`,.)") for text in texts.split("`git ticket ")[1:]}

    assert {"attach", "context", "todo", "why", "save"} <= named
    assert named - {"COMMAND"} <= set(COMMANDS) | {"--version"}


def read(path: str) -> dict[str, object]:
    values = json.loads((PLUGIN / path).read_text(encoding="utf-8"))
    assert isinstance(values, dict)
    return values


def test_the_plugin_has_the_skill_the_hooks_and_the_server() -> None:
    """Claude Code's plugins reference, August 2026: what lies where."""
    assert read(".claude-plugin/plugin.json")["name"] == "git-ticket"
    assert (PLUGIN / "skills/git-ticket/SKILL.md").read_bytes() == skill.text("SKILL.md")
    assert read("hooks/hooks.json")["hooks"] == {
        event: [entry] for event, entry in claude.hooks().entries.items()
    }
    server = {"command": "git", "args": ["ticket", "mcp"]}
    assert read(".mcp.json") == {"mcpServers": {"git-ticket": server}}


def test_the_plugins_version_is_ours() -> None:
    from git_ticketer import __version__

    assert read(".claude-plugin/plugin.json")["version"] == __version__
