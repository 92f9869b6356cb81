/** Questions to the lake, with errors that the page can show. */
import { columnsOf, nameTables, type OpenLake, type Query, queryAll, type TableView } from "@pos/lake"
import { Effect } from "effect"
import { NotAnswered } from "./api/api.ts"

interface Told {
  readonly problem: string
  readonly remedy: string
}

export const notAnswered = ({ problem, remedy }: Told) => new NotAnswered({ problem, remedy })

/** Whether there is a table of this name. It is known to the lake by it from then on. */
export const isThere = Effect.fnUntraced(function* (lake: OpenLake, table: TableView) {
  yield* nameTables(lake, [table])
  return (yield* columnsOf(lake, table)).length > 0
}, Effect.mapError(notAnswered))

/** The rows of one statement, as objects. */
export const ask = (lake: OpenLake, request: Query) => Effect.mapError(queryAll(lake, request), notAnswered)
