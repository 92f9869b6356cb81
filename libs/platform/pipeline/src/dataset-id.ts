import { Schema } from "effect"
import { incomingPrefix } from "./layout.ts"

/** A dataset's name among all: that of its curated table. */
export const DatasetId = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]*$/u, { expected: "the name of a dataset, such as sales" }),
).annotate({ identifier: "DatasetId" })
export type DatasetId = typeof DatasetId.Type

/** Where files of a dataset may be put that nothing else tells apart. */
export const datasetPrefix = (dataset: DatasetId): string => `${incomingPrefix}${dataset}/`

/**
 * The dataset of an object below `incoming/`: the one whose prefix the key has, and the first of `datasets`, which is the
 * default, for every other key.
 */
export const datasetOfKey = (key: string, datasets: readonly [DatasetId, ...ReadonlyArray<DatasetId>]): DatasetId =>
  datasets.find((dataset) => key.startsWith(datasetPrefix(dataset))) ?? datasets[0]
