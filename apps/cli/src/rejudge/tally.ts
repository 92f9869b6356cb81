/** What is known so far, dataset by dataset. */
import type { StaleDate } from "@pos/pipeline"
import type { Flip, OfDataset } from "./document.ts"

export class Tally {
  private readonly datasets = new Map<string, OfDataset>()
  private readonly stale = new Map<string, ReadonlyArray<StaleDate>>()
  private readonly shown: Array<Flip> = []
  private readonly limit: number

  /** `limit`: how many verdicts are kept, 0 all. */
  constructor(limit: number) {
    this.limit = limit
  }

  get flips(): ReadonlyArray<Flip> {
    return this.shown
  }

  /** A dataset's sums; none where it had no run. */
  of(dataset: string): OfDataset {
    return (
      this.datasets.get(dataset) ?? {
        dataset,
        runs: 0,
        files: 0,
        gone: 0,
        newlyRejected: 0,
        newlyAccepted: 0,
        rows: { newlyInvalid: 0, newlyValid: 0 },
      }
    )
  }

  /** Adds a run. */
  add(dataset: string, more: Omit<OfDataset, "dataset" | "runs">, flips: ReadonlyArray<Flip>): void {
    const { files, gone, newlyAccepted, newlyRejected, rows, runs } = this.of(dataset)
    this.datasets.set(dataset, {
      dataset,
      runs: runs + 1,
      files: files + more.files,
      gone: gone + more.gone,
      newlyRejected: newlyRejected + more.newlyRejected,
      newlyAccepted: newlyAccepted + more.newlyAccepted,
      rows: {
        newlyInvalid: rows.newlyInvalid + more.rows.newlyInvalid,
        newlyValid: rows.newlyValid + more.rows.newlyValid,
      },
    })
    this.shown.push(...(this.limit > 0 ? flips.slice(0, Math.max(0, this.limit - this.shown.length)) : flips))
  }

  /** What the last run said of the dates that were not computed: it knows all that there are of its dataset. */
  leaves(side: string, dataset: string, stale: ReadonlyArray<StaleDate>): void {
    this.stale.set(JSON.stringify([side, dataset]), stale)
  }

  /** Dates of a KPI that one of the two could not compute. */
  staleDates(kpi: string): number {
    const dates = [...this.stale.values()].flat().filter(({ table }) => table === kpi)
    return new Set(dates.map(({ date }) => date)).size
  }
}
