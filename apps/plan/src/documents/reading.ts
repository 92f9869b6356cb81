/** How the cells of a dataset are read, in words: a line for each kind of column that it has. */
import type { Column, Dataset } from "@pos/contract"

type Kind = Column["kind"]

const NUMBERS: ReadonlyArray<Kind> = ["decimal", "epochSeconds"]

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

const decimals = (scale: number): string => `${SMALL[scale] ?? scale} ${scale === 1 ? "decimal" : "decimals"}`

/** "four decimals", or each column's own where they differ. */
const storedDecimals = ({ fields }: Dataset): string => {
  const own = fields.flatMap(({ name, column }) => (column.kind === "decimal" ? [{ name, scale: column.scale }] : []))
  const scales = new Set(own.map(({ scale }) => scale))
  const [first] = own
  return first !== undefined && scales.size === 1
    ? decimals(first.scale)
    : own.map(({ name, scale }) => `${decimals(scale)} (\`${name}\`)`).join(", ")
}

const rounding = (data: Dataset): string =>
  data.fields.some(({ column }) => column.kind === "decimal")
    ? ` Amounts are stored with ${storedDecimals(data)}; more are rounded (half away from zero), with a warning
  (\`precision_lost\`) whenever the number that is stored isn't exactly the one that was written.`
    : ""

/** What the documents say about a kind of column, in this order. */
const lines = (data: Dataset): ReadonlyArray<readonly [kinds: ReadonlyArray<string>, line: string]> => [
  [
    ["integer"],
    "Whole numbers: digits, with a sign if needed. Spaces or tabs around, a plus and leading zeros are accepted; `1.5`, `3.0`, `1e3`, `1,000` are not.",
  ],
  [
    NUMBERS,
    `Other numbers: a point as decimal separator, an exponent if needed (\`12.5\`, \`.5\`, \`1.25e2\`). No thousands separators, no currency
  signs, no \`NaN\` or \`Infinity\`.${rounding(data)}`,
  ],
  [
    ["timestamp"],
    "Times: ISO 8601 with a time zone, such as `2026-01-31T18:05:00+01:00` or `2026-01-31T17:05:00Z`. Without a zone nobody knows the moment. Digits beyond the microsecond are cut off.",
  ],
  [
    ["epochSeconds"],
    "Moments are stored in whole microseconds; finer ones are rounded in the same way, without a warning: no till's clock is that exact.",
  ],
  [["date"], "Days: year, month and day, such as `2026-01-31`."],
  [
    ["boolean"],
    "Yes or no: `true` or `false`; a CSV may also have `TRUE`, `FALSE`, `True` and `False`. Not `yes`, `no`, `1` or `0`.",
  ],
  [
    ["text", "oneOf"],
    `Texts are kept as they are sent, and two texts are the same only if they have the same characters: \`é\` as one character is
  not \`é\` as a letter and an accent.${invisible(data)}`,
  ],
]

const invisible = ({ fields, key }: Dataset): string =>
  fields.some(({ name, column }) => key.includes(name) && column.kind === "text")
    ? " A key must not contain characters that nobody sees, such as zero width spaces."
    : ""

export const howValuesAreRead = (data: Dataset): string => {
  const kinds = new Set<string>(data.fields.map(({ column }) => column.kind))
  const own = lines(data).filter(([of]) => of.some((kind) => kinds.has(kind)))
  return ["An empty cell is a missing value.", ...own.map(([, line]) => line)].map((line) => `- ${line}`).join("\n")
}
