/** `main.ts build` writes the plan and what derives from it to dist/; `main.ts docs` writes the repository's documents. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { artefacts, documents } from "./artefacts.ts"

const project = join(import.meta.dirname, "..")

const write = (folder: string, files: Readonly<Record<string, string>>) =>
  Effect.sync(() => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
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
