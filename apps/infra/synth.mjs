/**
 * `cdk synth`, into a fresh folder that replaces the assembly when all went well: what is there is always whole, and holds
 * only what its template deploys. `--to FOLDER` is where it goes, `cdk.out` by default; other arguments go to cdk
 * (`--context stage=dev`).
 */
import { spawnSync } from "node:child_process"
import { renameSync, rmSync } from "node:fs"
import { parseArgs } from "node:util"

const { tokens } = parseArgs({ options: { to: { type: "string" } }, strict: false, tokens: true })
const to = tokens.findLast(({ kind, name }) => kind === "option" && name === "to")
const given = process.argv.slice(2)
if (to !== undefined) given.splice(to.index, to.inlineValue ? 1 : 2)
const assembly = to?.value ?? "cdk.out"

const fresh = `dist/assembly-of-${assembly}`
rmSync(fresh, { recursive: true, force: true })
const { status } = spawnSync("cdk", ["synth", "--quiet", "--output", fresh, ...given], { stdio: "inherit" })
if (status === 0) {
  rmSync(assembly, { recursive: true, force: true })
  renameSync(fresh, assembly)
}
process.exitCode = status ?? 1
