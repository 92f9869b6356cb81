import { execFile } from "node:child_process"
import { join } from "node:path"
import { Effect } from "effect"

const root = join(import.meta.dirname, "..", "..", "..", "..")

/** Runs a script of this folder under one of the workspace's Python environments; JSON in, JSON out. */
export const python = <Answer>(environment: string, script: string, request: unknown): Effect.Effect<Answer, Error> =>
  Effect.callback((resume) => {
    const program = join(root, ".venv", environment, "bin", "python")
    const options = { maxBuffer: 1 << 28 }
    const child = execFile(program, [join(import.meta.dirname, script)], options, (error, stdout) =>
      resume(error === null ? Effect.sync(() => JSON.parse(stdout) as Answer) : Effect.fail(error)),
    )
    child.stdin?.end(JSON.stringify(request))
  })
