/** A repair in plain words. Pure: a report in, lines out. */
import type { RepairReport } from "@pos/pipeline"
import { bold, dim, green, red, yellow } from "../output/style.ts"
import { count, counted } from "../output/text.ts"
import { visible } from "../output/visible.ts"

const SHOWN = 20

const shown = (value: unknown): string => visible(String(value))

/** `others`: the datasets that were not looked into. */
export const renderRepair = (report: RepairReport, others: ReadonlyArray<string> = []): Array<string> => [
  ...renderFindings(report),
  ...others.map((name) => dim(`Not looked into: ${name}. See: pos repair --dataset ${name}`)),
]

const renderFindings = (report: RepairReport): ReadonlyArray<string> => {
  const of = report.dataset === undefined ? "" : ` in ${report.dataset}`
  const kpis = report.mode === "apply" ? report.kpisAfter : report.kpis
  const lines = [...renderRows(report), ...kpis.flatMap(renderKpi)]
  if (lines.length === 0)
    return [`${green(`Nothing to mend${of}:`)} every row is within the contract's bounds, every KPI up to date.`]
  return [...lines, ...renderNext(report)]
}

const renderRows = ({
  rows,
  columns,
  dates,
  datesTouched,
  samples,
  quarantine,
}: RepairReport): ReadonlyArray<string> => {
  if (rows.found === 0) return []
  const which = Object.entries(columns).map(([column, times]) => `${column} in ${count(times)}`)
  const where = `${dates.slice(0, SHOWN).join(", ")}${datesTouched > SHOWN ? ", …" : ""}`
  return [
    `${bold(counted(rows.found, "row"))} outside of the contract's bounds (${which.join(", ")}), on ${where}:`,
    ...samples.map((row) => {
      // The table's first column, which is the first of its key.
      const [name] = Object.values(row).map(shown)
      return `  ${shown(row["date"])}  ${name ?? ""}  ${shown(row["broken_column"])} ${red(shown(row["broken_value"]))}`
    }),
    ...(rows.found > samples.length ? [dim(`  … and ${count(rows.found - samples.length)} more`)] : []),
    ...(rows.moved === 0 ? [] : [`${green("Moved out of the table")}, into:`]),
    ...quarantine.map((uri) => `  ${uri}`),
  ]
}

const renderKpi = ({ name, stale, staleDates, behind }: RepairReport["kpis"][number]): Array<string> => {
  if (staleDates > 0) {
    const dates = `${stale.slice(0, SHOWN).join(", ")}${staleDates > SHOWN ? ", …" : ""}`
    return [`${name}: the figures of ${counted(staleDates, "date")} are ${yellow("stale")} (${dates})`]
  }
  return behind ? [`${name}: is ${yellow("behind")} the rows that it is computed from`] : []
}

const renderNext = ({ dataset, mode, rows }: RepairReport): Array<string> => {
  if (mode === "apply") return []
  const moves = rows.found === 0 ? "" : "moves these rows into a Parquet file in the results bucket, and "
  const command = `pos repair --apply${dataset === undefined ? "" : ` --dataset ${dataset}`}`
  return [`Nothing was changed. To mend it: ${bold(command)}`, dim(`It ${moves}computes the KPIs again.`)]
}
