/** The local AWS as a process of its own, that outlives the command which starts it. */
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { closeSync, openSync } from "node:fs"
import { Effect, FileSystem, Option, Schedule } from "effect"
import { Unavailable } from "../errors.ts"
import { childEnvironment } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"
import { isOurs, type Whose } from "./identity.ts"
import { places } from "./places.ts"
import { isAlive, signal } from "./processes.ts"
import type { Engine } from "./state.ts"

export interface Daemon {
  readonly pid: number
  readonly port: number
  readonly endpoint: string
  /** What it proves itself with. */
  readonly secret: string
}

const SOURCES = "tools/local-aws/src"
const READY_WITHIN = "30 seconds"
const STOP_WITHIN = "20 seconds"
const LAST_LINES = 5

/** Starts it and waits until it answers. */
export const startDaemon = Effect.fn("Daemon.start")(function* (options: {
  readonly port: number
  readonly engine: Engine
  readonly iam: boolean
}) {
  const fs = yield* FileSystem.FileSystem
  const { data, logs, log } = yield* places
  yield* Effect.all([fs.makeDirectory(data, { recursive: true }), fs.makeDirectory(logs, { recursive: true })]).pipe(
    Effect.mapError(
      (cause) => new Unavailable({ problem: `Cannot write to ${data}: ${cause.message}`, remedy: "", cause }),
    ),
  )
  const daemon = yield* launch({ ...options, data, log })
  const ready = yield* isOurs(daemon).pipe(
    Effect.filterOrFail((answer) => answer),
    Effect.retry({ schedule: Schedule.spaced("50 millis"), while: () => isAlive(daemon.pid) }),
    Effect.timeoutOption(READY_WITHIN),
    Effect.orElseSucceed(() => Option.none()),
  )
  if (Option.isSome(ready)) return daemon
  signal(daemon.pid, "SIGTERM")
  const said = yield* fs.readFileString(log).pipe(Effect.orElseSucceed(() => ""))
  return yield* new Unavailable({
    problem: `The local AWS does not start:\n${said.trim().split("\n").slice(-LAST_LINES).join("\n")}`,
    remedy: `Its log: ${log}. When the port is taken: pos start --port PORT`,
  })
})

const launch = Effect.fnUntraced(function* ({
  port,
  engine,
  iam,
  data,
  log,
}: {
  readonly port: number
  readonly engine: Engine
  readonly iam: boolean
  readonly data: string
  readonly log: string
}) {
  const workspace = yield* Workspace
  const python = yield* workspace.python("local-aws")
  // What Glue itself has, where there is a Python 3.9 for it; else the environment that the jobs are tested in.
  const shell = yield* workspace.python("glue-python-shell", "glue-shell", "glue-spark")
  // Only that environment has Spark, as only Glue has it on AWS; the embedded engine travels with the job.
  const spark = yield* workspace.python(engine === "spark" ? "glue-6" : "glue-spark")
  const secret = randomBytes(32).toString("hex")
  // Effect's child processes end with their scope, and this one must not: hence Node's own spawn.
  const pid = yield* Effect.try({
    try: () => {
      const output = openSync(log, "w")
      const child = spawn(
        python,
        ["-m", "pos_local_aws", "serve", "--port", `${port}`, "--data", data, ...(iam ? ["--iam"] : [])],
        {
          cwd: workspace.root,
          detached: true,
          stdio: ["ignore", output, output],
          env: {
            ...childEnvironment(process.env),
            PYTHONPATH: workspace.path(SOURCES),
            POS_GLUE_SHELL_PYTHON: shell,
            POS_GLUE_SPARK_PYTHON: spark,
            POS_NODE: process.execPath,
            POS_LOCAL_AWS_SECRET: secret,
          },
        },
      )
      closeSync(output)
      child.unref()
      return child.pid
    },
    catch: (cause) =>
      new Unavailable({
        problem: `The local AWS does not start: ${String(cause)}`,
        remedy: "Run: npm run setup",
        cause,
      }),
  })
  if (pid === undefined) {
    return yield* new Unavailable({ problem: `${python} cannot be run.`, remedy: "Run: npm run setup" })
  }
  return { pid, port, endpoint: `http://127.0.0.1:${port}`, secret } satisfies Daemon
})

/** Ends what holds this data folder, giving it the time to write its state; whether there was anything to end. */
export const stopDaemon = Effect.fn("Daemon.stop")(function* (found: Whose) {
  if (found._tag === "Nobody" || found._tag === "Foreign") return false
  const { pid } = found
  if (pid === null) {
    const { data } = yield* places
    return yield* new Unavailable({
      problem: `A local AWS holds ${data}, but which process it is cannot be told.`,
      remedy: "Look for pos_local_aws among the processes (ps aux), and end it.",
    })
  }
  yield* Effect.sync(() => signal(pid, "SIGTERM"))
  const ended = yield* Effect.sync(() => isAlive(pid)).pipe(
    Effect.repeat({ schedule: Schedule.spaced("50 millis"), while: (alive) => alive }),
    Effect.timeoutOption(STOP_WITHIN),
  )
  if (Option.isSome(ended)) return true
  return yield* new Unavailable({
    problem: `The local AWS (process ${pid}) has not ended within ${STOP_WITHIN}.`,
    remedy: `It may still be writing. Ask again with: pos stop`,
  })
})
