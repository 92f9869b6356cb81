/** What speaks against the figures of a period. Pure. */
import { businessDay } from "@pos/contract"
import type { DatasetPage, KpiPage } from "@pos/pages"
import type { Trust } from "../api/figures.ts"
import type { ListedRun, RecentRun } from "./recent-runs.ts"

/** The first and the last day of a period. */
interface Span {
  readonly first: string
  readonly last: string
}

interface Asked extends Span {
  readonly page: KpiPage
  readonly dataset: DatasetPage
  /** Milliseconds since 1970. */
  readonly now: number
}

const DAY = 86_400_000

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${count === 1 ? one : `${one}s`}`

/** Whether the last day of a period is over where its rows are; in UTC, where the contract does not say. */
const isOver = ({ dataset, last, now }: Asked): boolean =>
  businessDay(BigInt(now) * 1000n, dataset.businessDay ?? { timeZone: "UTC", cutoffHour: 0 }) >
  Date.parse(`${last}T00:00:00Z`) / DAY

type Dated = Pick<ListedRun, "report" | "dates">

/** Whether a run has loaded rows of a period, as far as it tells its dates. */
export const touches = ({ first, last }: Span, { dates }: Dated): boolean =>
  dates.some((date) => date >= first && date <= last)

/** Deliveries of a day come on it or on the day after. */
const isDelivery = ({ first, last }: Span, { report }: Dated): boolean => {
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

const isAbout = (span: Span, run: Dated): boolean => touches(span, run) || isDelivery(span, run)

/** Whether a run may have kept a file out, or failed with files that were right. */
const mayLack = ({ counts, report }: ListedRun): boolean =>
  counts === null || counts.rejected > 0 || report.status !== "SUCCEEDED"

/**
 * How many of these runs, the newest first, are looked at with their files: a file that was kept out of a run about the period
 * may have been taken in any later one.
 */
export const withFilesFor = (span: Span, runs: ReadonlyArray<ListedRun>): number =>
  runs.findLastIndex((run) => isAbout(span, run) && mayLack(run)) + 1

/** `runs` are all of the dataset that are known, the newest first; with their files, as far as `withFilesFor` says. */
export const trustOf = (asked: Asked, runs: ReadonlyArray<RecentRun>): Trust => {
  const about = runs.map((run, at) => ({ run, at })).filter(({ run }) => isAbout(asked, run))
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
