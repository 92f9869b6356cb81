import type { Tree } from "@nx/devkit"

/** Where a dataset lives, and what its rows are called there. */
export interface DatasetFolder {
  readonly root: string
  /** The Schema of a row, as `model/index.ts` exports it: `Sale`. */
  readonly model: string
  /** A row in an expression: `sale`. */
  readonly row: string
}

const read = (tree: Tree, path: string): string => tree.read(path, "utf8") ?? ""

const known = (tree: Tree): ReadonlyArray<string> =>
  tree
    .children("libs/pos")
    .filter((name) => tree.exists(`libs/pos/${name}/src/model/index.ts`))
    .toSorted()

/** The registry's first dataset, as a folder: the default, where nothing names one. */
const first = (tree: Tree): string => {
  const constant = /registry\(\[(\w+)/.exec(read(tree, "libs/pos/datasets/src/index.ts"))?.[1]
  const list = read(tree, "libs/pos/datasets/src/list.ts")
  const folder = new RegExp(`export \\* as ${constant} from "@pos/([\\w-]+)"`).exec(list)?.[1]
  if (folder === undefined) throw new Error("libs/pos/datasets names no first dataset: say which one by --dataset.")
  return folder
}

/**
 * The folder of a dataset, named in any spelling (`declared_totals`, `declared-totals`), or of the registry's first one;
 * throws when there is none.
 */
export const datasetFolder = (tree: Tree, dataset = first(tree)): DatasetFolder => {
  const folder = dataset.toLowerCase().replaceAll("_", "-")
  const root = `libs/pos/${folder}`
  const model = /export \{ (\w+)/.exec(read(tree, `${root}/src/model/index.ts`))?.[1]
  if (model === undefined)
    throw new Error(`There is no dataset "${dataset}": libs/pos has ${known(tree).join(", ") || "none"}.`)
  return { root, model, row: `${model.charAt(0).toLowerCase()}${model.slice(1)}` }
}
