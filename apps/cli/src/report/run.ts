/** A run in plain words. Pure: a report in, lines out. */
import { bold, dim, green, red, yellow } from "../output/style.ts"
import { table } from "../output/table.ts"
import { count, counted, seconds } from "../output/text.ts"
import type { RunReport } from "../runs/run-report.ts"

const ENDS: Record<RunReport["status"], string> = {
  RUNNING: yellow("is running"),
  SUCCEEDED: green("succeeded"),
  FAILED: red("failed"),
  TIMED_OUT: red("took too long and was ended"),
  ABORTED: red("was stopped"),
  PENDING_REDRIVE: yellow("waits to be started again"),
}

/** What became of the run, its rows and the tables; the verdicts on files are rendered elsewhere. */
export const renderRun = (run: RunReport): Array<string> => [
  `Run ${bold(run.runId)} ${ENDS[run.status]} ${dim(`after ${seconds(run.seconds)}`)}`,
  ...renderFailure(run),
  ...renderRows(run),
  ...renderTables(run),
]

const renderFailure = ({ failure }: RunReport): Array<string> =>
  failure === null
    ? []
    : [
        `  ${red(failure.reason)}`,
        ...failure.evidence.map((evidence) => dim(`    ${evidence}`)),
        ...(failure.next === "" ? [] : [`  Next: ${failure.next}`]),
      ]

const renderRows = ({ rows, outcome }: RunReport): Array<string> => {
  if (rows === null) return []
  const parts = [`${counted(rows.total, "row")} read`, `${count(rows.valid)} valid`]
  if (rows.repeated > 0) parts.push(`${count(rows.repeated)} repeated in their file`)
  if (rows.appended !== null) parts.push(`${bold(count(rows.appended))} new`)
  if (rows.duplicates) parts.push(`${count(rows.duplicates)} in the tables already`)
  if (rows.conflicts) parts.push(yellow(`${count(rows.conflicts)} known under the same id with other values`))
  if (rows.updated) parts.push(`${count(rows.updated)} replaced by newer values`)
  const nothing = outcome === "nothing-new" ? [`  ${bold("Nothing new:")} every row stood in the tables already.`] : []
  return [`  ${parts.join(" · ")}`, ...nothing]
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

/** Where the time went, the longest first. */
export const renderTimings = ({ timings }: RunReport): Array<string> =>
  (["validation", "transformation"] as const).flatMap((job) => {
    const parts = Object.entries(timings[job] ?? {}).toSorted(([, a], [, b]) => b - a)
    return parts.length === 0
      ? []
      : [dim(`  ${job}: ${parts.map(([part, took]) => `${part} ${seconds(took)}`).join(" · ")}`)]
  })
