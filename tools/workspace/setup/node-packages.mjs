import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { probe, root, run, SetupError } from "./process.mjs"
import { step } from "./steps.mjs"

const marker = join(root, "node_modules", ".pos-lock")
const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex")

/** Checks the Node that started the set-up; the workspace then runs on the Node that its lock file pins. */
export const requireNode = () => {
  const major = Number(process.versions.node.split(".")[0])
  if (major < 20) {
    throw new SetupError(`Node ${process.versions.node} is too old to start the set-up. Install Node 20 or newer.`)
  }
  if (probe("npm", ["--version"]) === undefined) {
    throw new SetupError("npm was not found on the PATH. Install Node together with npm.")
  }
}

/** Installs what package-lock.json names, unless that very lock is installed already. */
export const installNodePackages = async () => {
  const wanted = lockHash()
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return
  await step("Node packages", () =>
    run("npm", ["ci", "--no-audit", "--no-fund"], {
      hint: "Check the network and the npm registry, then run the same command again.",
    }),
  )
  const node = probe(join(root, "node_modules", ".bin", "node"), ["--version"])
  if (node === undefined) {
    throw new SetupError(
      `The lock file pins no Node for ${process.platform}-${process.arch}. Linux and macOS on x64 and arm64 are supported.`,
    )
  }
  writeFileSync(marker, wanted)
}
