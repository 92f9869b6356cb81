import { Option } from "effect"
import type { Datasets } from "../artefacts/datasets.ts"
import { type Settings, SettingsError } from "./settings.ts"

/** Whether the settings agree with the datasets that there are. Throws `SettingsError`. */
export const checkDatasets = (
  { expectedHours, suppliers }: Pick<Settings, "expectedHours" | "suppliers">,
  { names }: Pick<Datasets, "names">,
): void => {
  const known = new Set<string>(names)
  const unknown = expectedHours.flatMap(({ dataset }) => Option.toArray(dataset)).find((dataset) => !known.has(dataset))
  if (unknown !== undefined) {
    throw new SettingsError({
      message: `expectDataBy names ${unknown}, and there is no such dataset: there are ${names.join(", ")}.`,
    })
  }
  const taken = suppliers.find(({ name }) => known.has(name))
  if (taken !== undefined) {
    throw new SettingsError({
      message: `suppliers: ${taken.name} is the name of a dataset, whose files lie below incoming/${taken.name}/: give the supplier another name.`,
    })
  }
}
