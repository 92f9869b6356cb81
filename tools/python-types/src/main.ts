/** `nx run python-types:generate`: writes the Python modules that are made from TypeScript. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { constants } from "./constants.ts"
import { pythonOf, target } from "./generate.ts"
import { modules } from "./modules.ts"

for (const module of modules) writeFileSync(join(target, `${module.name}.py`), pythonOf(module))
writeFileSync(join(target, "constants.py"), constants())
