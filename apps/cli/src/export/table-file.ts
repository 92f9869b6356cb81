/** A file that is being exported: rows go in batch by batch, in the order in which they are read. */
import type { Effect } from "effect"
import type { InvalidRequest, Unavailable } from "../errors.ts"
import type { Json } from "../output/json.ts"

/** `type` as DuckDB spells it: `DECIMAL(18,4)`, `BIGINT`, `VARCHAR`, `DATE`, `BOOLEAN`. */
export interface ExportedColumn {
  readonly name: string
  readonly type: string
}

export interface TableFile {
  readonly add: (rows: ReadonlyArray<ReadonlyArray<Json>>) => Effect.Effect<void, Unavailable>
  /** After the last row; what of the values the file holds in another way than the table. */
  readonly finish: Effect.Effect<Changed, Unavailable | InvalidRequest>
}

/** What had to be written in another way, because of what the format or its readers do to it. */
export interface Changed {
  /** Cells that a spreadsheet would have taken for a formula. */
  readonly guarded: number
  /** Columns of numbers that are texts in the file, as a spreadsheet would have cut their digits. */
  readonly asText: ReadonlyArray<string>
}

export const unchanged: Changed = { guarded: 0, asText: [] }
