/** Verdicts in plain words. Pure: reports in, lines out. */
import { bold, dim, green, red, yellow } from "../output/style.ts"
import { count, counted, quoted } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import { fits, wrap } from "../output/wrap.ts"
import type { FileReason } from "@pos/pipeline"
import type { FileReport } from "@pos/runs/report"

/** What the contract says about a reason code: the words come from the plan, never from here. */
export type Remedies = Readonly<Record<string, { readonly remedy: string }>>

/** The same for the dataset that a file is of; the default one's, where it names none. */
export type RemediesOf = (dataset: string | undefined) => Remedies

const SAMPLES_SHOWN = 3

const MARK = { valid: green("✔"), rejected: red("✘"), skipped: yellow("–") } as const

export const renderReports = (reports: ReadonlyArray<FileReport>, remediesOf: RemediesOf): Array<string> =>
  reports.length === 0
    ? ["There are no verdicts."]
    : [...reports.flatMap((report) => renderReport(report, remediesOf(report.dataset))), "", renderTotals(reports)]

export const renderReport = (report: FileReport, remedies: Remedies): Array<string> => [
  ...head(report),
  ...report.reasons.toSorted(bySeverity).flatMap((reason) => renderReason(reason, remedies)),
]

/** A path may hold spaces, and stays in one piece. */
const head = (report: FileReport): Array<string> => {
  const [file, words] = [`${MARK[report.verdict]} ${bold(visible(report.file))}`, verdictWords(report)]
  return fits(`${file}  ${words}`) ? [`${file}  ${words}`] : [file, `    ${words}`]
}

const verdictWords = ({ verdict, rows }: FileReport): string => {
  if (verdict === "skipped") return dim("skipped: an earlier run has dealt with this version of the file")
  if (verdict === "valid") return `${green("valid")}, ${counted(rows.total, "row")}`
  if (rows.invalid === 0) return red("rejected")
  return `${red("rejected")}, ${count(rows.invalid)} of ${counted(rows.total, "row")} ${rows.invalid === 1 ? "is" : "are"} wrong`
}

const bySeverity = (a: FileReason, b: FileReason) => Number(a.severity === "warning") - Number(b.severity === "warning")

const renderReason = (reason: FileReason, remedies: Remedies): Array<string> =>
  reason.severity === "error" ? renderError(reason, remedies) : renderWarning(reason)

const renderError = (reason: FileReason, remedies: Remedies): Array<string> => {
  const lines = wrap(
    `    ${red("error")}   ${visible(reason.message)}${times(reason)}  ${dim(`[${reason.code}]`)}`,
    BELOW,
  )
  const samples = reason.samples.slice(0, SAMPLES_SHOWN).flatMap(renderSample)
  if (samples.length > 0) lines.push(...below(`${samples.join(" · ")}${more(reason)}`, BELOW))
  const remedy = remedies[reason.code]?.remedy
  if (remedy) lines.push(...below(`→ ${remedy}`, BELOW + 2))
  return lines
}

/** Where the message of a reason begins. */
const BELOW = 12

const below = (text: string, hanging: number) => wrap(" ".repeat(BELOW) + text, hanging).map((line) => dim(line))

/** Short: nothing has to be done about it at once, and --json has the rest. */
const renderWarning = (reason: FileReason): Array<string> => {
  const line = reason.samples[0]?.line
  const where = line === null || line === undefined ? "" : dim(`  line ${count(line)}${reason.count > 1 ? ", …" : ""}`)
  return wrap(
    `    ${yellow("warning")} ${visible(reason.message)}${times(reason)}  ${dim(`[${reason.code}]`)}${where}`,
    BELOW,
  )
}

const times = ({ count: often }: FileReason) => (often > 1 ? ` (${count(often)} times)` : "")

const renderSample = ({ line, column, value }: FileReason["samples"][number]): Array<string> => {
  const place = line === null ? [] : [`line ${count(line)}`]
  const name = visible(column ?? "")
  const found = value === null ? name : `${name === "" ? "" : `${name} `}${quoted(value)}`
  const parts = [...place, ...(found === "" ? [] : [found])]
  return parts.length === 0 ? [] : [parts.join(": ")]
}

const more = ({ count: total, samples }: FileReason): string => {
  const hidden = total - Math.min(samples.length, SAMPLES_SHOWN)
  return hidden > 0 ? ` · ${count(hidden)} more` : ""
}

/** `3 files: 2 valid, 1 rejected; 8,000 rows, 12 of them wrong.` */
export const renderTotals = (reports: ReadonlyArray<FileReport>): string => {
  const of = (verdict: FileReport["verdict"]) => reports.filter((report) => report.verdict === verdict).length
  const verdicts = (["valid", "rejected", "skipped"] as const)
    .filter((verdict) => of(verdict) > 0)
    .map((verdict) => `${count(of(verdict))} ${verdict}`)
  const rows = reports.reduce((sum, report) => sum + report.rows.total, 0)
  const wrong = reports.reduce((sum, report) => sum + report.rows.invalid, 0)
  const wrongs = wrong === 0 ? "" : `, ${count(wrong)} of them wrong`
  return `${counted(reports.length, "file")}: ${verdicts.join(", ")}; ${counted(rows, "row")}${wrongs}.`
}
