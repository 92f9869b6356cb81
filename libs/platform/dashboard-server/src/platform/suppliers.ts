/** How well each supplier's files do. A supplier is the folder that its files come in. Pure. */
import type { Suppliers } from "../api/platform.ts"
import type { ListedRun, RecentRun } from "./recent-runs.ts"

type File = RecentRun["report"]["files"][number]

interface Sent {
  readonly file: File
  readonly dataset: string | null
  readonly started: string
}

const INCOMING = "incoming/"

/** `incoming/berlin/2026/a.csv` → `berlin/`; a file that lies directly below has none. */
const folderOf = (key: string): string => {
  const [folder, ...rest] = (key.startsWith(INCOMING) ? key.slice(INCOMING.length) : key).split("/")
  return rest.length === 0 || folder === undefined ? "" : `${folder}/`
}

const middleOf = (values: ReadonlyArray<string>): string => values.toSorted()[Math.floor((values.length - 1) / 2)] ?? ""

/** The reason that most of the files have. */
const commonReason = (files: ReadonlyArray<Sent>) => {
  const often = new Map<string, number>()
  for (const { file } of files)
    for (const code of new Set(file.reasons.filter(({ severity }) => severity === "error").map(({ code }) => code)))
      often.set(code, (often.get(code) ?? 0) + 1)
  const [first] = [...often].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b))
  return first === undefined ? null : { code: first[0], files: first[1] }
}

const scoreOf = (folder: string, sent: ReadonlyArray<Sent>): Suppliers["suppliers"][number] => {
  const times = sent.map(({ started }) => started)
  const sum = (of: (file: File) => number) => sent.reduce((total, { file }) => total + of(file), 0)
  const datasets = new Set(sent.map(({ dataset }) => dataset))
  return {
    folder,
    dataset: datasets.size === 1 ? (sent[0]?.dataset ?? null) : null,
    files: sent.length,
    rejected: sum(({ verdict }) => (verdict === "rejected" ? 1 : 0)),
    rows: sum(({ rows }) => rows.total),
    invalid: sum(({ rows }) => rows.invalid),
    last: times.toSorted().at(-1) ?? "",
    days: new Set(times.map((time) => time.slice(0, 10))).size,
    usualTime: middleOf(times.map((time) => time.slice(11, 16))),
    reason: commonReason(sent),
  }
}

/** Those of some runs that began in the last `days`. */
export const lately = <A extends Pick<ListedRun, "report">>(
  runs: ReadonlyArray<A>,
  days: number,
  now: number,
): ReadonlyArray<A> => {
  const since = new Date(now - days * 86_400_000).toISOString()
  return runs.filter(({ report }) => report.started >= since)
}

/** Those with the largest share of rejected files first. */
export const suppliersOf = (runs: ReadonlyArray<RecentRun>, days: number, now: number): Suppliers => {
  const recent = lately(runs, days, now)
  const byFolder = new Map<string, Array<Sent>>()
  for (const { report } of recent)
    for (const file of report.files.filter(({ verdict }) => verdict !== "skipped")) {
      const folder = folderOf(file.key)
      const sent: Sent = { file, dataset: report.dataset, started: report.started }
      const others = byFolder.get(folder)
      if (others === undefined) byFolder.set(folder, [sent])
      else others.push(sent)
    }
  const suppliers = [...byFolder].map(([folder, sent]) => scoreOf(folder, sent))
  return {
    days,
    runs: recent.length,
    suppliers: suppliers.toSorted(
      (a, b) => b.rejected / b.files - a.rejected / a.files || b.files - a.files || a.folder.localeCompare(b.folder),
    ),
  }
}
