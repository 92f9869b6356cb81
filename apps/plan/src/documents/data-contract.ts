/** `data-contract.md`: what a supplier has to send, in words. */
import { type Dataset, type Field, type GroupRule, type Rule, windowOf } from "@pos/contract"
import { expectation, type DatasetContent } from "@pos/sql"
import { BigDecimal } from "effect"
import { leniencySection } from "./leniency.ts"
import { howValuesAreRead } from "./reading.ts"
import { byScope, cell, reasonTable } from "./reason-codes.ts"

/** As a file has it. */
const example = ({ column, examples: [first] }: Field): string => {
  if (first === undefined) return "…"
  if (BigDecimal.isBigDecimal(first)) return BigDecimal.format(first)
  return isTimestamp(column.kind) ? new Date(Number(first) * 1000).toISOString().replace(".000Z", "Z") : String(first)
}

const isTimestamp = (kind: string): boolean => kind === "timestamp"

/** The kinds that JSON has no texts for. */
const BARE: ReadonlySet<string> = new Set(["integer", "decimal", "epochSeconds", "boolean"])

const json = (field: Field): string =>
  `"${field.name}": ${BARE.has(field.column.kind) ? example(field) : JSON.stringify(example(field))}`

const columnRow = (field: Field): string => {
  const unit = field.unit === undefined ? "" : ` Unit: ${field.unit}.`
  const personal = field.personal ? " Personal." : ""
  const needed = field.required ? "yes" : "no"
  return `| \`${field.name}\` | ${needed} | ${cell(field.description + unit + personal)} | ${cell(expectation(field))} | \`${example(field)}\` |`
}

/** A rule about groups says which rows of a file it compares. */
const ruleLine = (rule: Rule | GroupRule): string => {
  const among = "groupBy" in rule ? ` (among the rows of a file with the same \`${rule.groupBy.join("`, `")}\`)` : ""
  return `- \`${rule.id}\`${among}: ${rule.words.meaning} ${rule.words.remedy}`
}

const rulesOf = (data: Dataset, severity: Rule["severity"], title: string): ReadonlyArray<string> => {
  const rules = [...data.rules, ...(data.groupRules ?? [])].filter((rule) => rule.severity === severity)
  return rules.length === 0 ? [] : [title, rules.map(ruleLine).join("\n")]
}

const rulesSection = (data: Dataset): string => {
  const parts = [
    ...rulesOf(data, "error", "A row that breaks one of these is invalid:"),
    ...rulesOf(data, "warning", "These are only counted and reported:"),
  ]
  return parts.length === 0 ? "Beside what the columns say, there are no rules." : parts.join("\n\n")
}

const tolerance = (share: number): string =>
  share === 0
    ? "One invalid row rejects its file. Nothing of a rejected file is loaded; correct it and send it again, under any name."
    : `A file is accepted while at most ${share * 100} % of its rows are invalid: these are set aside, the others load. ` +
      "Above that the file is rejected and nothing of it loads."

/** Within what the key names one row, in files and in the table alike. */
const scopeOf = (data: Dataset, key: string): string => {
  const days = windowOf(data)
  if (days === undefined) return "The key holds the business date."
  if (data.unique === undefined)
    return (
      "In one file a key may stand once, whatever the dates. Keys of several files are compared within one business date: " +
      `the same ${key} on another business date is another row there, and both count.`
    )
  if (days === 0)
    return (
      "Keys are compared within one business date, in a file as in the table: the same " +
      `${key} on another business date is another row, and both count.`
    )
  return (
    `That holds on every business date: the same ${key} up to ${days} days before or after is the same row, in a file as in ` +
    `the table. Further apart it is another row.${
      data.policies.acrossFiles === "latestWins"
        ? " A correction may change the business date: the row moves, and the figures of both dates are computed anew."
        : ""
    }`
  )
}

const acrossFiles = (data: Dataset, key: string): string => {
  const { delivers, policies } = data
  if (delivers === "wholeList")
    return (
      `Each file is the whole list: the one that was sent last takes the place of all that were sent before, and a ${key} ` +
      "that it lacks is gone. An older file that arrives late changes nothing."
    )
  if (delivers === "changes")
    return `Of a ${key} the row that was sent last counts; a ${key} that a file lacks stays as it is.`
  const what =
    policies.acrossFiles === "keepFirst"
      ? `A ${key} that was loaded before is not loaded again; if it comes with other values, that is reported as a conflict and the first values stay.`
      : `A ${key} that comes again replaces the values that were loaded before: the file that arrived last wins.`
  return `${what} ${scopeOf(data, key)}`
}

/** A whole list in parts would be several lists, of which the last one counts. */
const inParts = ({ delivers }: Dataset): string => (delivers === "wholeList" ? "" : "; send more in parts")

const unexpected = (severity: "error" | "warning"): string =>
  severity === "warning" ? "Other columns are ignored, with a warning." : "Other columns reject the file."

const personal = ({ fields }: Dataset): string =>
  fields.some((field) => field.personal)
    ? "- Values of personal columns are shown in no report, message or log: look for them in the file, by the line.\n"
    : ""

const gigabytes = (bytes: number): string => `${bytes / 1e9} GB`

const businessDate = ({ businessDate: of, eventTime }: Dataset): string => {
  if (of === undefined) return "A row has no business date: it describes something that lasts."
  return "column" in of
    ? `A row belongs to the day in its \`${of.column}\`.`
    : `A row belongs to the day of its \`${eventTime?.column}\` in the time zone ${of.timeZone}; a day begins at ${hour(of.cutoffHour)}.`
}

const hour = (value: number): string => `${String(value).padStart(2, "0")}:00`

/** Another dataset's data contract. */
export interface Page {
  readonly title: string
  /** Beside this page. */
  readonly path: string
}

const seeAlso = (pages: ReadonlyArray<Page>): string =>
  pages.length === 0
    ? ""
    : `\nOther data that stores may send: ${pages.map(({ title, path }) => `[${title}](${path})`).join(", ")}.\n`

export const dataContract = (
  data: Dataset,
  plan: DatasetContent,
  others: ReadonlyArray<Page> = [],
): string => `<!-- Generated by \`nx run plan:docs\`. Change the contract, not this file. -->
# Data contract: ${data.name} ${data.version}

${data.description}
${seeAlso(others)}
## What to send

Files in any of these formats, plain or compressed with gzip, under any name:

- **CSV** with a header line. Separator comma, semicolon, tab or pipe; a value that contains the separator, a quotation mark or a
  line break stands in quotation marks ("), and a quotation mark inside is written twice. Lines end with LF or CRLF. Every row
  has as many cells as the header.
- **JSON lines**: one JSON object a line. Numbers are written as numbers, texts as texts; \`null\` or a missing key is a missing value.
- **Parquet**, with columns of the types that the values need.

Text files are UTF-8, with or without a byte order mark. Columns are found by name, so their order is free.
${unexpected(data.policies.unexpectedColumn)}
A file has at most ${gigabytes(data.policies.largestFile.plain)}, gzipped at most ${gigabytes(data.policies.largestFile.gzip)}${inParts(data)}.
Once unpacked it has at most ${gigabytes(data.policies.largestFile.decompressed)}, ${data.policies.largestFile.rows.toLocaleString("en-US")} rows and ${data.policies.largestFile.columns.toLocaleString("en-US")} columns.

## Columns

| column | required | meaning | accepted | example |
| --- | --- | --- | --- | --- |
${data.fields.map(columnRow).join("\n")}

\`\`\`csv
${data.fields.map((field) => field.name).join(",")}
${data.fields.map(example).join(",")}
\`\`\`

\`\`\`json
{${data.fields.map(json).join(", ")}}
\`\`\`

How values are read:

${howValuesAreRead(data)}
${personal(data)}
${leniencySection(data)}
## Rules

${rulesSection(data)}

${tolerance(data.policies.fileTolerance)}

## The same row twice

\`${data.key.join("`, `")}\` names a row. In one file, an exact repetition is dropped with a warning; the same key with other values is an error.
${acrossFiles(data, `\`${data.key.join("`, `")}\``)}

## Business date

${businessDate(data)}

## Reason codes

Check a file before you send it: \`npx pos validate FILE\` says what is wrong, on which line.

${reasonTable([...byScope(plan, "file"), ...byScope(plan, "row")])}
`
