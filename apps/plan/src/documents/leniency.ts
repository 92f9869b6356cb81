/** What files may have beside the contract's own way of writing, for whoever sends them. */
import { type Dataset, type Field, type Forms, formWords, prefixesOf, type Trailer } from "@pos/contract"

const code = (text: string): string => `\`${text}\``

const trailerWords = ({ cells, required }: Trailer): string => {
  const sample = cells.map((cell) => ({ "{rows}": "123", "{any}": "…" })[cell] ?? cell).join(";")
  const counts = cells.includes("{rows}") ? " The number in it must be that of the rows." : ""
  const must = required ? "must end" : "may end"
  return `A CSV ${must} with a row such as ${code(sample)}, whatever its separator.${counts}`
}

const fieldLines = (field: Field, { columns = {} }: Forms): ReadonlyArray<string> => {
  const { alsoCalled = [], missing = [], ...forms } = columns[field.name] ?? {}
  const words = formWords(field, forms)
  const comma =
    typeof forms.written === "string" && field.column.kind === "decimal" && forms.written.endsWith(",5")
      ? " A point is no decimal point."
      : ""
  return [
    ...(alsoCalled.length === 0 ? [] : [`may be called ${alsoCalled.map(code).join(" or ")}.`]),
    ...(words === undefined ? [] : [`${words}.${comma}`]),
    ...(missing.length === 0 ? [] : [`${missing.map(code).join(", ")} for a missing value.`]),
  ].map((line) => `- ${code(field.name)}: ${line}`)
}

const lines = (data: Dataset, forms: Forms): ReadonlyArray<string> => [
  ...data.fields.flatMap((field) => fieldLines(field, forms)),
  ...(forms.trailer === undefined ? [] : [`- ${trailerWords(forms.trailer)}`]),
]

/** The section of the data contract; empty where nothing is declared. */
export const leniencySection = (data: Dataset): string => {
  const { leniency } = data
  if (leniency === undefined) return ""
  const all = lines(data, leniency)
  const parts = [
    ...(all.length === 0 ? [] : [["From everybody:", ...all]]),
    ...prefixesOf(leniency)
      .toSorted()
      .map((prefix) => [`Below ${code(prefix)}:`, ...lines(data, leniency.from?.[prefix] ?? {})]),
  ]
  return `
## Also accepted

Beside what stands above, and only where it is said here. Other names of columns hold in every format; the rest is about text: cells of a
CSV, and values in quotation marks in JSON lines. Parquet has types of its own.

${parts.map(([head, ...rest]) => `${head}\n\n${rest.join("\n")}`).join("\n\n")}
`
}
