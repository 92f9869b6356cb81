/** The page with the figures, as a process beside the local AWS: it ends with it. */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { closeSync, openSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect, Schedule } from "effect"
import { Unavailable } from "../errors.ts"
import { PAGE, PLAN } from "../workspace/artefact.ts"
import { childEnvironment } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"
import { places } from "./places.ts"
import { freePort } from "./port.ts"
import { commandOf, isAlive, signal } from "./processes.ts"
import type { LocalState } from "./state.ts"

export type Page = NonNullable<LocalState["page"]>

/** Next to where the local AWS usually listens, and not where the emulators of this world do. */
const USUAL_PORT = 4580
const STOP_WITHIN = "2 seconds"
const LOOK_EVERY = "250 millis"

const LAUNCHER = "apps/cli/bin/pos.mjs"
/** What the process has read when it started, beside the stack: where one of them changes, it is started anew. */
const READ = [PAGE.output, join(dirname(PLAN.output), "pages.json"), "apps/cli/dist/bundle/inputs.json"]

export const addressOf = ({ port }: Pick<Page, "port">): string => `http://127.0.0.1:${port}/`

/** The page that a local AWS has beside it; undefined where none runs. */
export const runningPage = ({ page, pid }: Pick<LocalState, "page" | "pid">): Page | undefined =>
  page !== undefined && new RegExp(` --beside ${pid}\\b`).test(commandOf(page.pid) ?? "") ? page : undefined

/** Makes sure that a page of this stack runs, and does not wait until it answers. */
export const ensurePage = Effect.fn("Page.ensure")(function* (state: LocalState) {
  const workspace = yield* Workspace
  const made = createHash("sha256").update(state.deployed?.fingerprint ?? "")
  for (const file of READ) made.update(` ${statSync(workspace.path(file), { throwIfNoEntry: false })?.mtimeMs}`)
  const reads = made.digest("hex")
  const running = runningPage(state)
  if (running?.reads === reads) return running
  yield* endPage(state)
  if (statSync(workspace.path(PAGE.output), { throwIfNoEntry: false }) === undefined) {
    return yield* new Unavailable({ problem: "The page has not been built.", remedy: `Run: nx run ${PAGE.target}` })
  }
  const port = yield* freePort(state.page?.port ?? USUAL_PORT)
  const pid = yield* launch(port, state.pid)
  return { pid, port, reads } satisfies Page
})

const launch = Effect.fnUntraced(function* (port: number, beside: number) {
  const workspace = yield* Workspace
  const { pageLog } = yield* places
  const command = [workspace.path(LAUNCHER), "dashboard", "--port", `${port}`, "--beside", `${beside}`]
  // Node's own spawn, as for the local AWS: it outlives the command that starts it.
  return yield* Effect.tryPromise({
    try: () =>
      new Promise<number>((resolve, reject) => {
        const output = openSync(pageLog, "w")
        const child = spawn(process.execPath, command, {
          cwd: workspace.root,
          detached: true,
          stdio: ["ignore", output, output],
          env: { ...childEnvironment(process.env), POS_HOME: workspace.home, NO_COLOR: "1" },
        })
        closeSync(output)
        child.unref()
        child.on("error", reject)
        if (child.pid !== undefined) resolve(child.pid)
      }),
    catch: (cause) => new Unavailable({ problem: `Its process does not start: ${String(cause)}.`, remedy: "", cause }),
  })
})

/** Ends the page of a local AWS that is this folder's. It only reads, so that nothing is lost where it is killed. */
export const endPage = Effect.fn("Page.end")(function* (state: Pick<LocalState, "page" | "pid">) {
  const page = runningPage(state)
  if (page === undefined) return
  signal(page.pid, "SIGTERM")
  yield* untilEnded(page.pid, "20 millis").pipe(
    Effect.timeoutOrElse({ duration: STOP_WITHIN, orElse: () => Effect.sync(() => signal(page.pid, "SIGKILL")) }),
  )
})

/** Waits for the end of a process: the page asks so whether its local AWS lives. */
export const untilEnded = (pid: number, every: "20 millis" | typeof LOOK_EVERY = LOOK_EVERY) =>
  Effect.sync(() => isAlive(pid)).pipe(
    Effect.repeat({ schedule: Schedule.spaced(every), while: (alive) => alive }),
    Effect.asVoid,
  )
