"""What Claude Code writes beside the conversation: names of lines that say nothing of it.

Facts: transcripts of versions 1.0.0 to 2.1. What is not named here is counted as unknown.
"""

from git_ticketer.importers.json_values import decoded_size, fields_of, kind_of, text_of
from git_ticketer.model.transcript import SYSTEM, USER

NOISE = {
    *("progress", "file-history-snapshot", "file-history-delta", "last-prompt", "mode"),
    *("permission-mode", "agent-name", "agent-color", "agent-setting", "tag", "task-summary"),
    *("worktree-state", "content-replacement", "attribution-snapshot", "speculation-accept"),
    *("marble-origami-commit", "marble-origami-snapshot", "bridge-session", "relocated"),
    *("result", "stream_event", "rate_limit_event", "tool_progress", "started", "fork-context-ref"),
}
"""Lines: progress, snapshots, settings; and what the stream of `claude -p` adds."""

QUIET = {
    *("stop_hook_summary", "turn_duration", "microcompact_boundary", "api_error", "init"),
    *("bridge_status", "status", "memory_saved", "file_snapshot", "task_started", "task_progress"),
    *("task_notification", "hook_started", "hook_progress", "hook_response", "agents_killed"),
    *("permission_retry", "api_metrics", "thinking", "away_summary", "session_state_changed"),
    *("scheduled_task_fire", "snip_boundary", "snip_marker", "files_persisted"),
}
"""System lines: measurements, hooks, and errors that were tried again."""

TITLES = {
    "summary": (0, "summary"),
    "ai-title": (1, "aiTitle", "title"),
    "custom-title": (2, "customTitle", "title"),
}
"""Lines that name the session, by rank, and the key of the name."""

FILES = {"file", "image", "pdf_reference", "edited_image_file"}


def attachment_of(given: dict[str, object]) -> tuple[str, int] | None:
    """Name and size of a file that the person gave; None for what the system adds."""
    if kind_of(given) not in FILES:
        return None
    content = fields_of(given.get("content"))
    file = fields_of(content.get("file")) or content
    name = text_of(given.get("filename")) or text_of(file.get("filePath")) or "file"
    return name, _size(given, file)


def _size(given: dict[str, object], file: dict[str, object]) -> int:
    source = fields_of(file.get("source")) or file
    if data := text_of(source.get("base64")) or text_of(source.get("data")):
        return decoded_size(data)
    if text := text_of(file.get("content")):
        return len(text.encode("utf-8", "surrogatepass"))
    known = given.get("fileSize") or file.get("originalSize")
    return known if isinstance(known, int) and known > 0 else 0


def origin_of(given: dict[str, object]) -> str:
    """Whether the person queued a command, or the system or another agent did."""
    kind = fields_of(given.get("origin")).get("kind")
    mode = given.get("commandMode")
    return SYSTEM if "task-notification" in (kind, mode) else USER
