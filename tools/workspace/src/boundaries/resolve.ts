/** From the name in an import to the file that it means. Pure. */
import { posix } from "node:path"

/** One import: the names that it may mean, the most special first; `level` is Python's number of leading dots. */
export interface Module {
  readonly line: number
  readonly names: ReadonlyArray<string>
  readonly level: number
}

export type Resolve = (from: string, module: Module) => string | undefined

interface Package {
  readonly name?: string
  readonly exports?: Readonly<Record<string, { readonly "@pos/source"?: string } | string | null>>
}

/** `@pos/sales/rules` → `libs/pos/sales/src/rules/index.ts`, as package.json says. */
const packageEntries = (packages: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> =>
  new Map(
    [...packages].flatMap(([path, content]) => {
      const { name = "", exports = {} } = content as Package
      return Object.entries(exports).flatMap(([key, target]) =>
        typeof target === "object" && target?.["@pos/source"] !== undefined
          ? [[posix.join(name, key), posix.join(posix.dirname(path), target["@pos/source"])] as const]
          : [],
      )
    }),
  )

const sharedFolders = (left: string, right: string): number => {
  const [a, b] = [left.split("/"), right.split("/")]
  const differs = a.findIndex((part, index) => part !== b[index])
  return differs === -1 ? a.length : differs
}

/** The dotted names that a Python file may be imported by: `a/src/pos_x/y.py` by `pos_x.y`, a test's helper by its own. */
const pythonNames = (path: string): ReadonlyArray<string> => {
  const folders = path.replace(/(\/__init__)?\.py$/, "").split("/")
  return folders.map((_, index) => folders.slice(index).join("."))
}

/** Resolves imports among `paths`; `packages` are the package.json files, by their path. */
export const resolver = (paths: ReadonlyArray<string>, packages: ReadonlyMap<string, unknown>): Resolve => {
  const known = new Set(paths)
  const entries = packageEntries(packages)
  const byName = new Map<string, Array<string>>()
  for (const path of paths.filter((one) => one.endsWith(".py")))
    for (const name of pythonNames(path)) byName.set(name, [...(byName.get(name) ?? []), path])
  /** Where several files have the name, the one that lies nearest. */
  const python = (from: string, name: string): string | undefined =>
    byName.get(name)?.toSorted((a, b) => sharedFolders(from, b) - sharedFolders(from, a))[0]

  return (from, { names, level }) => {
    if (!from.endsWith(".py")) {
      const [name = ""] = names
      const path = name.startsWith(".") ? posix.join(posix.dirname(from), name) : entries.get(name)
      return path !== undefined && known.has(path) ? path : undefined
    }
    const base = level === 0 ? "" : from.split("/").slice(0, -level).join(".")
    return names.map((name) => python(from, [base, name].filter((part) => part !== "").join("."))).find((path) => path)
  }
}
