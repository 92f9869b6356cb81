/** Which dataset the files of a call are of: by `--dataset`, by their headers, or by the folders that they lie in. */
import { Array, Effect } from "effect"
import { InvalidRequest } from "../errors.ts"
import { bold } from "../output/style.ts"
import { counted } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import type { LocalFile } from "../workspace/folder.ts"
import { type CliPlan, datasetsOf } from "../workspace/plan.ts"
import { choose, type Choice, type ToldBy } from "./choose.ts"
import { readHeaders } from "./headers.ts"

/** A file, where its content can be read, and whose it is. */
export interface OfDataset<F extends LocalFile = LocalFile> {
  readonly file: F
  readonly dataset: string
  readonly by: ToldBy
}

const AT_ONCE = 16

/** The dataset of that name, which a flag gives. */
export const datasetNamed = Effect.fnUntraced(function* (plan: CliPlan, name: string) {
  if (Object.hasOwn(plan.datasets, name)) return name
  return yield* new InvalidRequest({
    problem: `There is no dataset ${name}.`,
    remedy: `Datasets: ${Object.keys(plan.datasets).join(", ")}.`,
  })
})

/** The dataset of each file, in their order. `open` gives the path that a file's content is read from. */
export const findDatasets = Effect.fn("findDatasets")(function* <F extends LocalFile>(
  plan: CliPlan,
  files: ReadonlyArray<F>,
  given: string | undefined,
  open: (file: F, at: number) => string | Buffer = ({ path, raw }) => raw ?? path,
) {
  if (given !== undefined) {
    const dataset = yield* datasetNamed(plan, given)
    return files.map((file): OfDataset<F> => ({ file, dataset, by: "flag" }))
  }
  const datasets = datasetsOf(plan)
  const [only] = datasets
  if (datasets.length === 1) return files.map((file): OfDataset<F> => ({ file, dataset: only.name, by: "default" }))
  const choices = yield* Effect.forEach(
    files,
    (file, at) =>
      Effect.promise(() => readHeaders(open(file, at))).pipe(
        Effect.map((headers) => ({ file, choice: choose(file.path, headers, datasets) })),
      ),
    { concurrency: AT_ONCE },
  )
  const others = agreed(choices.map(({ choice }) => choice))
  return yield* Effect.forEach(choices, ({ choice, file }) => {
    if ("dataset" in choice) return Effect.succeed<OfDataset<F>>({ file, ...choice })
    if (others !== undefined) return Effect.succeed<OfDataset<F>>({ file, dataset: others, by: "others" })
    return undecided(
      file,
      choice.between,
      datasets.map(({ name }) => name),
    )
  })
})

/** The one dataset of all files that say theirs. */
const agreed = (choices: ReadonlyArray<Choice>): string | undefined => {
  const told = new Set(
    choices.flatMap((choice) => ("dataset" in choice && choice.by !== "default" ? [choice.dataset] : [])),
  )
  const [only] = told
  return told.size === 1 ? only : undefined
}

const undecided = ({ path }: LocalFile, between: ReadonlyArray<string>, all: ReadonlyArray<string>) =>
  Effect.fail(
    new InvalidRequest({
      problem:
        between.length < all.length
          ? `The header of ${path} fits ${between.join(" and ")} alike: say which it is by --dataset.`
          : `The header of ${path} is of none of the datasets ${all.join(", ")}: say which it is meant for by --dataset.`,
      remedy: "",
    }),
  )

const WORDS: Readonly<Record<ToldBy, string>> = {
  flag: "as --dataset says",
  header: "by the header",
  folder: "by the folder",
  others: "as all others",
  default: "the default",
}

/** Which datasets were found and by what, a line each. */
export const renderFound = (found: ReadonlyArray<OfDataset>): ReadonlyArray<string> => {
  const groups = Object.values(Array.groupBy(found, ({ by, dataset }) => JSON.stringify([dataset, by])))
  return groups.map(([first, ...others]) => {
    const files = others.length === 0 ? first.file.path : counted(others.length + 1, "file")
    return `Dataset ${bold(first.dataset)}, ${WORDS[first.by]}: ${visible(files)}`
  })
}
