/** Which datasets another contract can touch. Pure. */
import type { PlanView } from "./plans.ts"

export interface Chosen {
  /** Whose files are judged again: contracts that differ, and those whose KPIs read their tables or are read with them. */
  readonly judged: ReadonlyArray<string>
  readonly unchanged: ReadonlyArray<string>
  /** Those that only one of the plans has. */
  readonly notCompared: ReadonlyArray<string>
}

/** Pairs of datasets of which one's KPIs read the other's table. */
const links = ({ datasets }: PlanView): ReadonlyArray<readonly [string, string]> =>
  Object.entries(datasets).flatMap(([dataset, { tables }]) =>
    tables.kpis.flatMap(({ references = [] }) => references.map(({ name }) => [dataset, name] as const)),
  )

export const chooseDatasets = (deployed: PlanView, today: PlanView): Chosen => {
  const names = [...new Set([...Object.keys(today.datasets), ...Object.keys(deployed.datasets)])]
  const common = names.filter((name) => deployed.datasets[name] !== undefined && today.datasets[name] !== undefined)
  const judged = new Set(common.filter((name) => deployed.datasets[name]?.hash !== today.datasets[name]?.hash))
  const linked = [...links(deployed), ...links(today)].filter((pair) => pair.every((name) => common.includes(name)))
  for (let before = -1; before !== judged.size;) {
    before = judged.size
    for (const pair of linked) if (pair.some((name) => judged.has(name))) pair.forEach((name) => judged.add(name))
  }
  return {
    judged: common.filter((name) => judged.has(name)),
    unchanged: common.filter((name) => !judged.has(name)),
    notCompared: names.filter((name) => !common.includes(name)),
  }
}
