/** How long a table keeps the next run busy. Pure. */

/** Rows a second that one KPI is computed of, on two cores: a third of what docs/performance.md measures, as S3 is not a disk. */
const ROWS_PER_SECOND = 1_000_000
/** Bytes a second that a job reads from S3. */
const BYTES_PER_SECOND = 50_000_000

/** Minutes that a KPI's table takes to be computed of a curated table, to a tenth. */
export const minutesToRebuild = ({ rows, bytes }: { readonly rows: number; readonly bytes: number }): number =>
  Math.ceil(((rows / ROWS_PER_SECOND + bytes / BYTES_PER_SECOND) / 60) * 10) / 10
