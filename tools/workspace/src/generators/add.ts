import type { Tree } from "@nx/devkit"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { collect, type spell } from "./names.ts"

/** What no two definitions may share, and where it is taken already. */
interface Taken {
  /** Sources that may hold it. */
  readonly within: ReadonlyArray<string>
  /** The text that would be there. */
  readonly text: string
}

const sourcesBelow = (tree: Tree, folder: string): ReadonlyArray<string> =>
  tree.children(folder).flatMap((name) => {
    const path = `${folder}/${name}`
    if (name === "node_modules" || name === "dist") return []
    return tree.isFile(path) ? (path.endsWith(".ts") ? [path] : []) : sourcesBelow(tree, path)
  })

/** The file that holds the text, if there is one. */
export const takenBy = (tree: Tree, { within, text }: Taken): string | undefined =>
  within
    .flatMap((folder) => (tree.isFile(folder) ? [folder] : sourcesBelow(tree, folder)))
    .find((path) => (tree.read(path, "utf8") ?? "").includes(text))

/**
 * Writes a definition into its folder and lists it there, in `index.ts` unless told otherwise; never over what is there. What it returns
 * formats both, once Nx has written them.
 */
export const addDefinition = (
  tree: Tree,
  folder: string,
  { file, constant }: ReturnType<typeof spell>,
  text: string,
  listed = "index.ts",
): (() => void) => {
  const path = `${folder}/${file}.ts`
  const index = `${folder}/${listed}`
  const list = tree.read(index, "utf8")
  if (list === null) throw new Error(`${index} is missing: it lists what there is.`)
  if (tree.exists(path)) throw new Error(`${path} exists already. Choose another name, or delete the file first.`)
  if (new RegExp(`\\b${constant}\\b`).test(list))
    throw new Error(`${index} has a ${constant} already. Choose another name.`)
  tree.write(path, text)
  tree.write(index, collect(list, { constant, file }))
  return () => {
    execFileSync(join(tree.root, "node_modules/.bin/oxfmt"), [path, index], { cwd: tree.root, stdio: "ignore" })
  }
}
