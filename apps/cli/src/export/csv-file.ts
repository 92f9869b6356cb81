/** CSV for spreadsheets: a text that one of them would take for a formula stays a text. */
import { Effect } from "effect"
import type { FileHandle } from "node:fs/promises"
import { csvLine } from "../output/csv.ts"
import type { Json } from "../output/json.ts"
import { writing } from "./problems.ts"
import type { ExportedColumn, TableFile } from "./table-file.ts"

/**
 * What a formula begins with, also in the wide forms that a Japanese or Chinese spreadsheet takes for the same: at the start of a
 * text, and behind what other spreadsheets take for the end of a cell. See OWASP, "CSV Injection".
 */
const AT_THE_START = /^(?=[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])/
const BEHIND_AN_END = /([;|\t\r\n])(?=[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])/g

export const csvFile = (handle: FileHandle, columns: ReadonlyArray<ExportedColumn>): TableFile => {
  let guarded = 0
  // A number is a number, also a negative one: only texts can be a formula.
  const isText = columns.map(({ type }) => type === "VARCHAR")
  const cell = (value: Json, at: number): Json => {
    if (isText[at] !== true || typeof value !== "string") return value
    const text = value.replaceAll(BEHIND_AN_END, "$1'").replace(AT_THE_START, "'")
    if (text !== value) guarded += 1
    return text
  }
  const header = `${csvLine(columns.map(({ name }) => name))}\r\n`
  const write = (text: string) => writing(() => handle.appendFile(text))
  let isBegun = false
  const begin = () => {
    const text = isBegun ? "" : header
    isBegun = true
    return text
  }
  return {
    add: (rows) => write(begin() + rows.map((row) => `${csvLine(row.map(cell))}\r\n`).join("")),
    finish: Effect.map(
      Effect.suspend(() => write(begin())),
      () => ({ guarded, asText: [] }),
    ),
  }
}
