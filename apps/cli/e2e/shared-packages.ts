/** All platforms of a run of tests share the jobs' installed wheels: 200 MB that each would unpack anew. */
import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { states } from "./pos.ts"

const folder = mkdtempSync(join(states, "packages-"))

export const setup = (): void => {
  process.env["POS_LOCAL_AWS_PACKAGES"] = folder
}

export const teardown = (): void => rmSync(folder, { recursive: true, force: true })
