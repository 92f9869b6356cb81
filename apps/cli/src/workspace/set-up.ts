/** What `npm start` leaves out, set up when it is needed. */
import { Effect } from "effect"
import { Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { runToEnd } from "./run.ts"
import { Workspace } from "./workspace.ts"

/** Runs the set-up, which does only what is missing. */
export const setUp = Effect.fn("setUp")(
  function* (what: string) {
    const progress = yield* Progress
    const workspace = yield* Workspace
    yield* progress.step(`Setting up ${what} …`)
    const { code, complaints } = yield* runToEnd({
      program: process.execPath,
      args: [workspace.path("tools/workspace/setup/main.mjs"), "setup"],
      env: {},
      progress: (line) => `Setting up ${what}: ${line}`,
    })
    if (code === 0) return
    return yield* new Unavailable({
      problem: `${what} was not set up: ${complaints.at(-1) ?? `exit code ${code}`}`,
      remedy: "All that was said: npm run setup",
    })
  },
  Effect.catchTag(
    "PlatformError",
    (cause) => new Unavailable({ problem: cause.message, remedy: "Run: npm run setup", cause }),
  ),
)
