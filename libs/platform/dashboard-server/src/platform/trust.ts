/** What speaks against the figures of a period. Pure. */
import { businessDay } from "@pos/contract"
import type { DatasetPage, KpiPage } from "@pos/pages"
import type { Trust } from "../api/figures.ts"
import type { RecentRun } from "./recent-runs.ts"

interface Asked {
  readonly page: KpiPage
  readonly dataset: DatasetPage
  /** The first and the last day of the period. */
  readonly first: string
  readonly last: string
  /** Milliseconds since 1970. */
  readonly now: number
}

const DAY = 86_400_000

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${count === 1 ? one : `${one}s`}`

/** Whether the last day of a period is over where its rows are; in UTC, where the contract does not say. */
const isOver = ({ dataset, last, now }: Asked): boolean =>
  businessDay(BigInt(now) * 1000n, dataset.businessDay ?? { timeZone: "UTC", cutoffHour: 0 }) >
  Date.parse(`${last}T00:00:00Z`) / DAY

const touches = ({ first, last }: Asked, { dates }: RecentRun): boolean =>
  dates.some((date) => date >= first && date <= last)

/** Deliveries of a day come on it or on the day after. */
const isDelivery = ({ first, last }: Asked, { report }: RecentRun): boolean => {
  const started = Date.parse(report.started)
  return started >= Date.parse(`${first}T00:00:00Z`) && started < Date.parse(`${last}T00:00:00Z`) + 2 * DAY
}

/** A file that was sent again under its name, and taken, is missing no more. */
const stillRejected = (runs: ReadonlyArray<RecentRun>, from: number) => {
  const later = new Set(
    runs
      .slice(0, from)
      .flatMap(({ report }) => report.files.filter(({ verdict }) => verdict === "valid").map(({ key }) => key)),
  )
  return (runs[from]?.report.files ?? []).filter(({ key, verdict }) => verdict === "rejected" && !later.has(key))
}

/** `runs` are all of the dataset that are known, the newest first. */
export const trustOf = (asked: Asked, runs: ReadonlyArray<RecentRun>): Trust => {
  const about = runs.map((run, at) => ({ run, at })).filter(({ run }) => touches(asked, run) || isDelivery(asked, run))
  const rejected = about.flatMap(({ at }) => stillRejected(runs, at))
  const rows = rejected.reduce((sum, file) => sum + file.rows.total, 0)
  const conflicts = about
    .filter(({ run }) => touches(asked, run))
    .reduce((sum, { run }) => sum + (run.report.rows?.conflicts ?? 0), 0)
  const running = runs.filter(({ report }) => report.status === "RUNNING")
  const failed = about.filter(
    ({ run: { report } }) =>
      !["RUNNING", "SUCCEEDED"].includes(report.status) && report.files.some(({ verdict }) => verdict === "valid"),
  )
  const [newest] = runs.filter(({ report }) => report.tables.length > 0 || report.stale.length > 0)
  const stale = (newest?.report.stale ?? []).filter(
    ({ date, table }) => table === asked.page.name && date >= asked.first && date <= asked.last,
  )
  const doubts = [
    ...stale.map(({ date, problem }) => `${date} could not be computed and shows what it showed before: ${problem}`),
    ...failed.map(
      ({ run: { report } }) =>
        `Run ${report.runId} failed, so its rows may be missing: ${report.failure?.reason ?? report.status}`,
    ),
  ]
  const provisional = [
    ...(isOver(asked) ? [] : ["The period is not over."]),
    ...(running.length > 0 ? ["A run is loading rows at the moment."] : []),
    ...(rejected.length > 0
      ? [
          `${counted(rejected.length, "file")} with ${counted(rows, "row")} ${rejected.length === 1 ? "was" : "were"} rejected: what is right in ${rejected.length === 1 ? "it" : "them"} is missing until it is sent again.`,
        ]
      : []),
    ...(conflicts > 0
      ? [
          `${counted(conflicts, "row")} came with an id that is known with other values, and ${conflicts === 1 ? "was" : "were"} kept out.`,
        ]
      : []),
  ]
  return {
    level: doubts.length > 0 ? "doubtful" : provisional.length > 0 ? "provisional" : "complete",
    sentences: [...doubts, ...provisional],
  }
}
