/**
 * `main.ts build` writes the plan and what derives from it to dist/; `main.ts docs` writes the repository's documents;
 * `main.ts check` compares the contracts with what was released of them, and `main.ts release` writes that down.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"

const project = join(import.meta.dirname, "..")
const root = join(project, "..", "..")

const write = (folder: string, files: Readonly<Record<string, string>>) =>
  Effect.sync(() => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
  })

/** A broken contract throws while it is imported, so it is imported where the error can be reported. */
const load = {
  artefacts: () => import("./artefacts.ts"),
  check: async () => ({ ...(await import("./check.ts")), ...(await import("@pos/datasets")) }),
}

const review = async (command: "check" | "release", args: ReadonlyArray<string>): Promise<number> => {
  const { check, checkOptions, datasets } = await load.check()
  const { text, exitCode } = await Effect.runPromise(check(root, datasets, checkOptions(command, args)))
  process.stdout.write(text)
  return exitCode
}

const commands: Readonly<Record<string, (args: ReadonlyArray<string>) => Promise<number>>> = {
  build: async () => {
    const { artefacts } = await load.artefacts()
    await Effect.runPromise(Effect.flatMap(artefacts, (files) => write(join(project, "dist"), files)))
    return 0
  },
  docs: async () => {
    const { documents } = await load.artefacts()
    await Effect.runPromise(Effect.flatMap(documents, (files) => write(join(root, "docs"), files)))
    return 0
  },
  check: (args) => review("check", args),
  release: (args) => review("release", args),
}

const isWrongUse = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")

/** Our own errors, and wrong arguments, are sentences; anything else is a bug and prints its stack. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return "_tag" in error || isWrongUse(error) ? error.message : (error.stack ?? error.message)
}

const [name = "build", ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command === undefined) {
  process.stderr.write(`unknown command "${name}": ${Object.keys(commands).join(", ")}\n`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await command(args)
  } catch (error) {
    process.stderr.write(`${textOf(error)}\n`)
    process.exitCode = isWrongUse(error) ? 2 : 1
  }
}
