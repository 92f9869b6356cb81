/** A run in plain words. Pure: a report in, lines out. */
import type { RunReport } from "@pos/runs/report"
import { bold, dim, green, red, yellow } from "../output/style.ts"
import { table } from "../output/table.ts"
import { count, counted, seconds } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import { wrap } from "../output/wrap.ts"
import { Array as Grouping } from "effect"
import { combine } from "../runs/combine.ts"
import { renderConflicts } from "./conflicts.ts"

const ENDS: Record<RunReport["status"], string> = {
  RUNNING: yellow("is running"),
  SUCCEEDED: green("succeeded"),
  FAILED: red("failed"),
  TIMED_OUT: red("took too long and was ended"),
  ABORTED: red("was stopped"),
  PENDING_REDRIVE: yellow("waits to be started again"),
}

/** What became of the runs of one call: of each dataset, all together. */
export const renderRuns = (run: RunReport & { readonly runs?: ReadonlyArray<RunReport> }): Array<string> => {
  const byDataset = Object.values(Grouping.groupBy(run.runs ?? [run], ({ dataset }) => dataset ?? ""))
  if (byDataset.length < 2) return renderRun(run)
  return byDataset.flatMap((runs, at) => [...(at === 0 ? [] : [""]), ...renderRun(combine(runs))])
}

/** What became of the run, its rows and the tables; the verdicts on files are rendered elsewhere. */
export const renderRun = (run: RunReport): Array<string> => [
  `Run ${bold(run.runId)}${run.dataset === null ? "" : ` of ${run.dataset}`} ${ENDS[run.status]} ${dim(`after ${seconds(run.seconds)}`)}`,
  ...renderFailure(run),
  ...renderRows(run),
  ...renderConflicts(run),
  ...renderTables(run),
  ...renderStale(run),
]

const renderFailure = ({ failure }: RunReport): Array<string> =>
  failure === null
    ? []
    : [
        ...failure.reason.split("\n").flatMap((line) => wrap(`  ${visible(line)}`, 2).map((part) => red(part))),
        // Places and commands, to be copied: a terminal wraps them by itself.
        ...failure.evidence.map((evidence) => dim(`    ${visible(evidence)}`)),
        ...(failure.next === "" ? [] : [`  Next: ${visible(failure.next)}`]),
      ]

const renderRows = ({ rows, outcome }: RunReport): Array<string> => {
  if (rows === null) return []
  const parts = [`${counted(rows.total, "row")} read`, `${count(rows.valid)} valid`]
  if (rows.repeated > 0) parts.push(`${count(rows.repeated)} repeated in their file`)
  if (rows.appended !== null) parts.push(`${bold(count(rows.appended))} new`)
  if (rows.duplicates) parts.push(`${count(rows.duplicates)} in the tables already`)
  if (rows.conflicts) parts.push(yellow(`${count(rows.conflicts)} known under the same id with other values`))
  if (rows.superseded) parts.push(`${count(rows.superseded)} older than what was sent since`)
  if (rows.updated) parts.push(`${count(rows.updated)} replaced by newer values`)
  return [...wrap(`  ${parts.join(" · ")}`, 4), ...renderOutcome(rows, outcome)]
}

/** What the counts mean, where they mean that rows were not loaded. */
const renderOutcome = (rows: NonNullable<RunReport["rows"]>, outcome: RunReport["outcome"]): Array<string> => {
  const conflicts = rows.conflicts ?? 0
  if (conflicts > 0) {
    const nothing = outcome === "nothing-new" ? "Nothing was loaded: " : ""
    const [were, ids] = conflicts === 1 ? ["was", "its id"] : ["were", "their ids"]
    const words = `  ${nothing}${counted(conflicts, "row")} ${were} kept out, because the tables know ${ids} with other values. What stood there first stays.`
    return wrap(words, 2).map((line) => yellow(line))
  }
  if (outcome !== "nothing-new") return []
  const why = rows.superseded ? "the tables hold what was sent later" : "every row stood in the tables already"
  return [`  ${bold("Nothing new:")} ${why}.`]
}

const renderTables = ({ tables }: RunReport): Array<string> =>
  tables.length === 0
    ? []
    : table(
        [
          { title: "  table" },
          { title: "inserted", align: "right" },
          { title: "updated", align: "right" },
          { title: "deleted", align: "right" },
          { title: "version", align: "right" },
        ],
        tables.map(({ name, inserted, updated, deleted, version }) => [
          `  ${name}`,
          count(inserted),
          count(updated),
          count(deleted),
          count(version),
        ]),
      )

const STALE_SHOWN = 5

const renderStale = ({ stale }: RunReport): Array<string> => {
  const hidden = stale.length - STALE_SHOWN
  return [
    ...stale
      .slice(0, STALE_SHOWN)
      .flatMap(({ table: name, date, problem }) =>
        wrap(`  ${name} of ${date} could not be computed and shows what it showed before: ${visible(problem)}`, 4),
      ),
    ...(hidden > 0 ? [`  and ${count(hidden)} more such dates; --json has them`] : []),
  ].map((line) => yellow(line))
}

/** Where the time went, the longest first. */
export const renderTimings = ({ timings }: RunReport): Array<string> =>
  (["validation", "transformation"] as const).flatMap((job) => {
    const parts = Object.entries(timings[job] ?? {}).toSorted(([, a], [, b]) => b - a)
    return parts.length === 0
      ? []
      : wrap(`  ${job}: ${parts.map(([part, took]) => `${part} ${seconds(took)}`).join(" · ")}`, 4).map((line) =>
          dim(line),
        )
  })
