/**
 * `cdk synth`, into a fresh folder that replaces `cdk.out` when all went well: what is there is always whole, and holds
 * only what its template deploys. Arguments go to cdk (`--context stage=dev`).
 */
import { spawnSync } from "node:child_process"
import { renameSync, rmSync } from "node:fs"

const fresh = "dist/assembly"
rmSync(fresh, { recursive: true, force: true })
const { status } = spawnSync("cdk", ["synth", "--quiet", "--output", fresh, ...process.argv.slice(2)], {
  stdio: "inherit",
})
if (status === 0) {
  rmSync("cdk.out", { recursive: true, force: true })
  renameSync(fresh, "cdk.out")
}
process.exitCode = status ?? 1
