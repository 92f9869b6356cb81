/**
 * Things that a build makes and commands need: the plan, the synthesized stack. Built when missing or older than
 * what they are made of, so that nobody has to remember a build command.
 */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect, FileSystem } from "effect"
import { Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { buildErrors } from "./build-errors.ts"
import { runToEnd } from "./run.ts"
import { Workspace } from "./workspace.ts"

export interface Artefact {
  /** In words, for progress and errors: `the plan`. */
  readonly name: string
  /** The file whose time stands for all that the target writes. */
  readonly output: string
  /** Folders and files of the workspace that it is made from. */
  readonly sources: ReadonlyArray<string>
  /** The Nx target that makes it. */
  readonly target: string
}

export const PLAN: Artefact = {
  name: "the plan",
  output: "apps/plan/dist/plan.json",
  sources: ["libs/pos", "libs/platform/contract/src", "libs/platform/sql/src", "apps/plan/src"],
  target: "plan:build",
}

/** The page that people open. Its other files lie beside it. */
export const PAGE: Artefact = {
  name: "the page",
  output: "apps/dashboard/dist/page/index.html",
  sources: ["apps/dashboard/src", "apps/dashboard/index.html"],
  target: "dashboard:build",
}

/** The same as one file, for reports. */
export const REPORT: Artefact = { ...PAGE, output: "apps/dashboard/dist/report/index.html" }

/** The path of the artefact, which is now up to date. */
export const ensure = Effect.fn("Artefact.ensure")(
  function* (artefact: Artefact) {
    const fs = yield* FileSystem.FileSystem
    const workspace = yield* Workspace
    const output = workspace.path(artefact.output)
    if (yield* isFresh(artefact)) return output
    yield* build(artefact)
    if (!(yield* fs.exists(output))) {
      return yield* new Unavailable({
        problem: `nx run ${artefact.target} made no ${artefact.output}.`,
        remedy: "Run: npm run setup",
      })
    }
    // Nx leaves an unchanged output alone: without a new time stamp each call would ask it again.
    const now = new Date()
    yield* fs.utimes(output, now, now)
    return output
  },
  Effect.catchTag("PlatformError", (cause) => new Unavailable({ problem: cause.message, remedy: "", cause })),
)

const isFresh = Effect.fnUntraced(function* ({ output, sources }: Artefact) {
  const workspace = yield* Workspace
  return yield* isNewer(workspace.path(output), sources)
})

/** Whether a file exists and nothing in these folders of the workspace is newer. */
export const isNewer = Effect.fnUntraced(function* (file: string, sources: ReadonlyArray<string>) {
  const workspace = yield* Workspace
  const made = statSync(file, { throwIfNoEntry: false })
  return made !== undefined && sources.every((source) => newest(workspace.path(source)) <= made.mtimeMs)
})

const IGNORED = new Set([
  "node_modules",
  "__pycache__",
  "dist",
  "dist-shell",
  "test",
  "tests",
  "test-results",
  "coverage",
])

/**
 * Time of the newest file under a path, in milliseconds; 0 when there is none. Read at one go, because every command asks:
 * some hundred files take 3 ms.
 */
const newest = (path: string): number => {
  try {
    const stat = statSync(path)
    if (!stat.isDirectory()) return stat.mtimeMs
    const inside = readdirSync(path).filter((name) => !IGNORED.has(name) && !/^(\.|cdk\.out)/.test(name))
    return Math.max(0, ...inside.map((name) => newest(join(path, name))))
  } catch {
    return 0
  }
}

const build = Effect.fnUntraced(function* ({ name, target }: Artefact) {
  const progress = yield* Progress
  const workspace = yield* Workspace
  yield* progress.step(`Building ${name} (nx run ${target}) …`)
  // One stream for everything: Nx reports failures on standard output.
  const { complaints, code } = yield* runToEnd({
    program: "/bin/sh",
    args: ["-c", `exec "$0" run "$@" --output-style=static 1>&2`, workspace.path("node_modules/.bin/nx"), target],
    cwd: workspace.root,
    env: { NX_TUI: "false", FORCE_COLOR: "0", PATH: `${workspace.path("node_modules/.bin")}:${process.env.PATH}` },
    progress: (line) => `Building ${name}: ${line}`,
  })
  if (code !== 0) {
    return yield* new Unavailable({
      problem: `Building ${name} failed:\n${buildErrors(complaints, workspace.root).join("\n")}`,
      remedy: `All that was said: npx nx run ${target}`,
    })
  }
})
