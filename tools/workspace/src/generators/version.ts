/** A changed contract needs a higher version than the released one: the generators that change it raise it. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import type { Tree } from "@nx/devkit"

const workspace = join(import.meta.dirname, "../../../..")
const VERSION = /^(\s*version: ")([^"]*)(",)$/m

/** As `plan:check` computes it; in a process of its own, since TypeScript can't compile an import across projects here. */
const requiredVersion = (released: string, today: string, release: "minor" | "major"): string =>
  execFileSync(
    join(workspace, "node_modules/.bin/node"),
    [join(import.meta.dirname, "next-version.mjs"), released, today, release],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  )

const releasedVersion = (tree: Tree, root: string): string | undefined => {
  const text = tree.read(`${root}/contract.lock.json`, "utf8")
  if (text === null) return undefined
  const { version } = JSON.parse(text) as { readonly version?: unknown }
  return typeof version === "string" ? version : undefined
}

/**
 * Raises the version in a dataset's `dataset.ts` to the least that the release may have, and returns it; `undefined` where
 * it is high enough already, or nothing was released. The lock stays: it says what was released.
 */
export const raiseVersion = (tree: Tree, root: string, release: "minor" | "major"): string | undefined => {
  const path = `${root}/src/dataset.ts`
  const source = tree.read(path, "utf8") ?? ""
  const [, before = "", version = "", after = ""] = VERSION.exec(source) ?? []
  const released = releasedVersion(tree, root)
  if (released === undefined || version === "") return undefined
  const needed = requiredVersion(released, version, release)
  if (needed === "") return undefined
  tree.write(path, source.replace(VERSION, `${before}${needed}${after}`))
  return needed
}

/** What a generator prints when it has raised a version. */
export const raisedText = (root: string, version: string | undefined): string =>
  version === undefined
    ? ""
    : `${root}/src/dataset.ts: version ${version}, since the contract changes. When you are done: npx nx run plan:release\n`

/** The version of the workspace's libraries: they are released together. */
export const versionOfLibraries = (tree: Tree): string => {
  const text = tree.read("libs/platform/contract/package.json", "utf8")
  if (text === null) throw new Error("libs/platform/contract/package.json is missing: it says the libraries' version.")
  return (JSON.parse(text) as { readonly version: string }).version
}
