/** A table for people: aligned columns, numbers to the right, no lines. */
import { stripVTControlCharacters } from "node:util"
import { dim } from "./style.ts"

export interface Column {
  readonly title: string
  readonly align?: "left" | "right"
}

const width = (text: string) => [...stripVTControlCharacters(text)].length

const pad = (text: string, to: number, align: Column["align"]) => {
  const space = " ".repeat(Math.max(0, to - width(text)))
  return align === "right" ? space + text : text + space
}

/** Lines of text, the titles first. Cells must not contain line breaks. */
export const table = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<string>>): Array<string> => {
  const widths = columns.map(({ title }, at) => Math.max(width(title), ...rows.map((row) => width(row[at] ?? ""))))
  const line = (cells: ReadonlyArray<string>) =>
    columns
      .map((column, at) => pad(cells[at] ?? "", widths[at] ?? 0, column.align))
      .join("  ")
      .trimEnd()
  return [dim(line(columns.map(({ title }) => title))), ...rows.map(line)]
}
