/** The datasets that a stack takes. Pure. */
import { InvalidRequest } from "../errors.ts"
import type { Target } from "./target.ts"

/** Those that it tells of; none, where it is too old to tell, and takes the default one alone. */
export const datasetsTaken = ({ Datasets: named }: Pick<Target["outputs"], "Datasets">): ReadonlyArray<string> =>
  named === undefined ? [] : named.split(",")

/** Why files of these datasets can't be sent there; undefined when they can. */
export const notTaken = (
  { local, name, outputs }: Pick<Target, "local" | "name" | "outputs">,
  datasets: ReadonlyArray<string>,
  byDefault: string,
): InvalidRequest | undefined => {
  const taken = new Set([byDefault, ...datasetsTaken(outputs)])
  const unknown = datasets.find((dataset) => !taken.has(dataset))
  return unknown === undefined
    ? undefined
    : new InvalidRequest({
        problem: `${name} takes no files of ${unknown}: it was deployed before there was such a dataset.`,
        remedy: local ? "Run: pos start" : "Deploy the stack again.",
      })
}
