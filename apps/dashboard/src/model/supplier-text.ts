/** What a supplier is told about a file, as plain text that can be put into a mail. */
import type { FileReport, Reason, Run } from "../api.ts"
import { visible } from "./words.ts"

const SAMPLES = 5

const place = (line: number | null, column: string | null): string =>
  [line === null ? undefined : `line ${line}`, column === null ? undefined : `column ${column}`]
    .filter((part) => part !== undefined)
    .join(", ")

/** Samples that say where, or what: a fault of a whole file has none. */
export const placed = (samples: Reason["samples"]): Reason["samples"] =>
  samples.filter(({ line, column, value }) => line !== null || column !== null || value !== null)

/** One line whatever the value holds: a line break in it would look like the next fault. */
const quoted = (value: string | null): string => (value === null ? "nothing" : `"${visible(value)}"`)

export const supplierText = ({ key, verdict, rows, reasons }: FileReport, help: Run["help"]): string => {
  const faults = reasons.map(({ code, count, message, samples }) =>
    [
      `- ${visible(message)}`,
      ...(count > 1 ? [`  Rows concerned: ${count}.`] : []),
      ...placed(samples)
        .slice(0, SAMPLES)
        .map(({ line, column, value }) => [place(line, column), quoted(value)].filter((part) => part !== "").join(": "))
        .map((text) => `  ${text}`),
      ...(help[code] === undefined ? [] : [`  What to do: ${help[code].remedy}`]),
    ].join("\n"),
  )
  const counted = rows.total === 0 ? [] : [`Rows: ${rows.total}, of which ${rows.invalid} are invalid.`]
  return [
    `Your file ${visible(key)} was ${verdict === "valid" ? "accepted" : verdict}.`,
    ...counted,
    "",
    ...faults,
    "",
    verdict === "rejected" ? "Nothing of this file was loaded. Please correct it, and send it again." : "",
  ]
    .join("\n")
    .trim()
}
