/**
 * The contract's own reading of rows, a request a line: for whoever holds another program to it.
 * in:  {"rows": [{column: text}]}
 * out: [{"rules": [rule, …], "values": {column: text or null}}]
 */
import { createInterface } from "node:readline"
import { referenceAt } from "../test/support/reference.ts"

interface Request {
  readonly rows: ReadonlyArray<Readonly<Record<string, string>>>
}

const reference = referenceAt(Number(process.argv[2]))

for await (const line of createInterface({ input: process.stdin })) {
  const { rows } = JSON.parse(line) as Request
  process.stdout.write(`${JSON.stringify(rows.map((row) => reference(row, "text")))}\n`)
}
