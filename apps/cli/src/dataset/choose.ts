/** Which dataset a file is of, by what is known of it. Pure. */
import type { Headers } from "./headers.ts"

/** A dataset as far as its files tell it. */
export interface KnownDataset {
  readonly name: string
  readonly columns: ReadonlyArray<{ readonly name: string; readonly required: boolean }>
}

/** What has told the dataset of a file. `others`: all others have the same. `default`: nothing has, and nothing could. */
export type ToldBy = "flag" | "header" | "folder" | "others" | "default"

export type Choice =
  | { readonly dataset: string; readonly by: ToldBy }
  /** It names columns, and these are all the datasets that they may be of. */
  | { readonly between: ReadonlyArray<string> }

/** Names of columns without what people vary: case, spaces, underscores, dashes and quotation marks. */
const plain = (name: string): string => name.replaceAll(/[\s_"'`-]+/g, "").toLowerCase()

const hasRequired = ({ columns }: KnownDataset, { candidates, has }: Headers): boolean => {
  const required = columns.filter((column) => column.required)
  if (has !== undefined) return required.every(({ name }) => has(name))
  return candidates.some((names) => required.every(({ name }) => names.includes(name)))
}

const inCommon = ({ columns }: KnownDataset, { candidates, has }: Headers): number => {
  if (has !== undefined) return columns.filter(({ name }) => has(name)).length
  const wanted = new Set(columns.map(({ name }) => plain(name)))
  const counts = candidates.map((names) => new Set(names.map(plain).filter((name) => wanted.has(name))).size)
  return Math.max(0, ...counts)
}

const best = (datasets: ReadonlyArray<KnownDataset>, score: (dataset: KnownDataset) => number) => {
  const scores = datasets.map((dataset) => [dataset.name, score(dataset)] as const)
  const highest = Math.max(...scores.map(([, value]) => value))
  return { highest, names: scores.flatMap(([name, value]) => (value === highest ? [name] : [])) }
}

/**
 * The only dataset whose required columns the file has; else the one whose name a folder of its path has, the innermost
 * first; else the one of whose columns it has most, which is what a file is meant to be that lacks one. The first dataset,
 * which is the default, is that of files that name no columns: only a verdict can say what is wrong with them.
 */
export const choose = (
  path: string,
  headers: Headers,
  datasets: readonly [KnownDataset, ...ReadonlyArray<KnownDataset>],
): Choice => {
  const complete = datasets.filter((dataset) => hasRequired(dataset, headers))
  const [only] = complete
  if (only !== undefined && complete.length === 1) return { dataset: only.name, by: "header" }
  const named = path
    .split("/")
    .slice(0, -1)
    .findLast((folder) => datasets.some(({ name }) => name === folder))
  if (named !== undefined) return { dataset: named, by: "folder" }
  if (complete.length > 1) return { between: complete.map(({ name }) => name) }
  if (headers.candidates.length === 0 && headers.has === undefined) return { dataset: datasets[0].name, by: "default" }
  const { highest, names } = best(datasets, (dataset) => inCommon(dataset, headers))
  const [closest] = names
  if (closest !== undefined && names.length === 1 && highest > 0) return { dataset: closest, by: "header" }
  return { between: highest === 0 ? datasets.map(({ name }) => name) : names }
}
