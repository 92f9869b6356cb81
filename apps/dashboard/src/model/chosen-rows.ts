/** Rows searched, ordered and cut in the browser: in a report, which has no server to ask. */
import type { Row, Rows, Value } from "../api.ts"
import { compare, isNumeric } from "./decimal.ts"

const valueOf = (row: Row, name: string): Value | undefined =>
  name === "label" ? row.label : (row.values[name] ?? row.key[name])

/** What has no value comes last, whichever way the others go. */
const inOrder = (a: Value | undefined, b: Value | undefined, descending: boolean): number => {
  const [x, y] = [a ?? null, b ?? null]
  if (x === null || y === null) return Number(x === null) - Number(y === null)
  const order = isNumeric(x) && isNumeric(y) ? compare(x, y) : String(x) < String(y) ? -1 : Number(x !== y)
  return descending ? -order : order
}

/** The query is the server's: `search`, `order`, `direction`, `offset`, `limit`. */
export const chosenRows = ({ rows }: Rows, query: URLSearchParams): Rows => {
  const search = (query.get("search") ?? "").toLowerCase()
  const order = query.get("order") ?? ""
  const descending = query.get("direction") !== "ascending"
  const found = rows.filter(({ key, label }) =>
    [label, ...Object.values(key)].some((one) =>
      String(one ?? "")
        .toLowerCase()
        .includes(search),
    ),
  )
  const sorted =
    order === "" ? found : found.toSorted((a, b) => inOrder(valueOf(a, order), valueOf(b, order), descending))
  const offset = Number(query.get("offset") ?? 0)
  return { total: found.length, rows: sorted.slice(offset, offset + Number(query.get("limit") ?? sorted.length)) }
}
