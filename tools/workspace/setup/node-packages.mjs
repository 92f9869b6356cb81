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

/** The lock file pins a Node for Linux only: the registry has none of that version for macOS. */
const pinned = process.platform === "linux" && ["x64", "arm64"].includes(process.arch)

/** The Node that the workspace runs on: the pinned one, or where there is none the one that runs the set-up. */
export const workspaceNode = () => (pinned ? join(root, "node_modules", ".bin", "node") : process.execPath)

/** Checks the Node that runs the set-up. */
export const requireNode = () => {
  const major = Number(process.versions.node.split(".")[0])
  const needed = pinned ? 20 : 24
  if (major < needed) {
    throw new SetupError(`Node ${process.versions.node} is too old. Install Node ${needed} or newer.`)
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
  writeFileSync(marker, wanted)
}

/** Writes the workspace's own libraries into the lock file and links them; what is installed stays. */
export const relock = async () => {
  await step("The lock file", () =>
    run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], {
      hint: "Check the package.json files of the workspace, then run the same command again.",
    }),
  )
  writeFileSync(marker, lockHash())
}
