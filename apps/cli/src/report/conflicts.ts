/** Both versions of rows that were kept out, in plain words. Pure. */
import type { Conflict, RunReport } from "@pos/runs/report"
import { bold, dim } from "../output/style.ts"
import { table } from "../output/table.ts"
import { count, quoted } from "../output/text.ts"
import { wrap } from "../output/wrap.ts"

const SHOWN = 5

const advice = (dataset: RunReport["dataset"]): string =>
  "Is what was sent right? Then send it under a new id, or let the contract say that the latest wins " +
  `(acrossFiles, in ${dataset === null ? "the dataset's folder in libs/pos" : `libs/pos/${dataset.replaceAll("_", "-")}`}).`

type Value = Conflict["kept"][string]

/** The first conflicts: the id, and each column that differs with the value that stays and the one that was sent. */
export const renderConflicts = ({
  conflicts,
  dataset,
  rows,
}: Pick<RunReport, "conflicts" | "dataset" | "rows">): Array<string> => {
  if (conflicts.length === 0) return []
  const hidden = (rows?.conflicts ?? conflicts.length) - Math.min(SHOWN, conflicts.length)
  return [
    ...conflicts.slice(0, SHOWN).flatMap(renderConflict),
    ...(hidden > 0 ? [dim(`    and ${count(hidden)} more; --json has the first 20 of a run`)] : []),
    ...wrap(`    ${advice(dataset)}`, 4).map((line) => dim(line)),
  ]
}

const renderConflict = ({ key, differs, kept, sent }: Conflict): Array<string> => [
  `    ${Object.entries(key)
    .map(([name, value]) => `${name} ${bold(shown(value))}`)
    .join(" · ")}`,
  ...table(
    [{ title: "     " }, { title: "in the tables" }, { title: "sent" }],
    differs.map((name) => [`      ${name}`, shown(kept[name] ?? null), shown(sent[name] ?? null)]),
  ),
]

const shown = (value: Value): string =>
  value === null ? "(none)" : typeof value === "string" ? quoted(value) : String(value)
