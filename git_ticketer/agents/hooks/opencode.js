// Written by `git ticket agent install opencode`, which also takes it away: uninstall.
// Tells git-ticket of sessions and prompts; without git-ticket it does nothing.
import { spawn } from "node:child_process"

const run = (event, payload) =>
  new Promise((resolve) => {
    const options = { stdio: ["pipe", "pipe", "ignore"] }
    const child = spawn("git-ticket", ["agent", "hook", "opencode", event], options)
    const timer = setTimeout(() => child.kill(), 10000)
    let said = ""
    child.on("error", () => {
      clearTimeout(timer)
      resolve({})
    })
    child.stdin.on("error", () => {})
    child.stdout.on("data", (data) => (said += data))
    child.on("close", () => {
      clearTimeout(timer)
      try {
        resolve(JSON.parse(said))
      } catch {
        resolve({})
      }
    })
    child.stdin.end(JSON.stringify(payload))
  })

export const GitTicket = async ({ client, directory }) => {
  const contexts = new Map()
  const roots = new Map()

  // A subagent's session is part of the one that started it.
  const root = async (id) => {
    if (!roots.has(id)) {
      let parent
      try {
        parent = (await client.session.get({ path: { id } })).data?.parentID
      } catch {}
      roots.set(id, parent ? await root(parent) : id)
    }
    return roots.get(id)
  }

  const tell = (event, id, more = {}) => run(event, { session_id: id, cwd: directory, ...more })

  return {
    "chat.message": async (input, output) => {
      const id = input.sessionID
      if ((await root(id)) !== id) return
      const source = contexts.has(id) ? "compact" : "startup"
      contexts.set(id, (await tell("session-start", id, { source })).context)
      const texts = output.parts.filter((part) => part.type === "text" && !part.synthetic)
      await tell("prompt", id, { prompt: texts.map((part) => part.text).join("\n") })
    },
    "experimental.chat.system.transform": async (input, output) => {
      const context = contexts.get(input.sessionID)
      if (context) output.system.push(context)
    },
    "shell.env": async (input, output) => {
      if (input.sessionID) output.env.OPENCODE_SESSION_ID = await root(input.sessionID)
    },
    event: async ({ event }) => {
      const id = event.properties?.sessionID ?? event.properties?.info?.id
      if (!contexts.has(id)) return
      if (event.type === "session.idle") await tell("stop", id)
      if (event.type === "session.deleted") await tell("session-end", id)
    },
  }
}
