/** Builds the plan and the documents that derive from it: `node --conditions=@pos/source src/main.ts [folder]`. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { artefacts } from "./artefacts.ts"

const folder = process.argv[2] ?? join(import.meta.dirname, "..", "dist")
mkdirSync(folder, { recursive: true })
for (const [name, text] of Object.entries(await Effect.runPromise(artefacts))) writeFileSync(join(folder, name), text)
