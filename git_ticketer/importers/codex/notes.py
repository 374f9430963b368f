"""Codex' kinds of records that say nothing of the conversation, or say it a second time.

Facts: codex-rs/protocol and codex-rs/rollout/policy.rs, 2025 and 2026. What is not named here is
counted as unknown.
"""

NOISE = {
    *("compaction", "context_compaction", "compaction_trigger", "compaction_summary", "other"),
    *("ghost_snapshot", "additional_tools", "world_state", "inter_agent_communication_metadata"),
    *("state", "session_state", "tool_search_output"),
}
"""Response items and whole lines."""

QUIET = {
    *("token_count", "task_started", "task_complete", "turn_started", "turn_complete"),
    *("context_compacted", "compaction_checkpoint", "session_configured", "turn_diff"),
    *("agent_reasoning_section_break", "plan_update", "shutdown_complete", "undo_started"),
    *("undo_completed", "background_event", "entered_review_mode", "exited_review_mode"),
    *("thread_goal_updated", "thread_settings_applied", "sub_agent_activity", "raw_response_item"),
    *("item_started", "web_search_begin", "web_search_end", "patch_apply_begin", "hook_started"),
    *("patch_apply_updated", "exec_command_begin", "exec_command_output_delta", "hook_completed"),
    *("terminal_interaction", "mcp_tool_call_begin", "mcp_startup_update", "model_reroute"),
    *("mcp_startup_complete", "image_generation_begin", "image_generation_end", "plan_delta"),
    *("view_image_tool_call", "model_verification", "guardian_assessment", "guardian_warning"),
    *("exec_approval_request", "apply_patch_approval_request", "request_user_input"),
    *("request_permissions", "elicitation_request", "dynamic_tool_call_request"),
    *("dynamic_tool_call_response", "turn_moderation_metadata", "safety_buffering"),
    *("agent_message_delta", "agent_reasoning_delta", "agent_message_content_delta"),
    *("reasoning_content_delta", "reasoning_raw_content_delta", "deprecation_notice"),
    *("agent_reasoning_raw_content_delta", "list_skills_response", "mcp_list_tools_response"),
    *("skills_update_available", "get_history_entry_response", "list_custom_prompts_response"),
}
"""Events."""

QUIET_GROUPS = ("collab_", "realtime_")
TROUBLE = {"error", "warning", "stream_error"}
"""Events whose message is worth a note."""

CALLS = {"function_call", "custom_tool_call", "mcp_tool_call", "mcp_call"}
OUTPUTS = {"function_call_output", "custom_tool_call_output", "mcp_tool_call_output"}
