/** `main.ts build` writes the plan and what derives from it to dist/; `main.ts docs` writes the repository's documents. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { artefacts, documents } from "./artefacts.ts"

const project = join(import.meta.dirname, "..")

const write = (folder: string, files: Readonly<Record<string, string>>) =>
  Effect.sync(() => {
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  })

const commands = {
  build: Effect.flatMap(artefacts, (files) => write(join(project, "dist"), files)),
  docs: Effect.flatMap(documents, (files) => write(join(project, "..", "..", "docs"), files)),
}

const command = process.argv[2] ?? "build"
if (command === "build" || command === "docs") {
  await Effect.runPromise(commands[command])
} else {
  process.stderr.write(`unknown command "${command}": build or docs\n`)
  process.exitCode = 2
}
