/** `nx run python-types:generate`: writes the Python modules that are made from TypeScript. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { constants } from "./constants.ts"
import { pythonOf, target } from "./generate.ts"
import { modules } from "./modules.ts"

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(target, path)), { recursive: true })
  writeFileSync(join(target, path), text)
}

for (const module of modules) for (const [path, text] of Object.entries(pythonOf(module))) write(path, text)
write("constants.py", constants())
