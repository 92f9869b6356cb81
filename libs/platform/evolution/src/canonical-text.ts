/** JSON for people who compare two versions of it: keys in one order, and a line of its own for whatever is one thing. */

const WIDTH = 110

/** What a thing is called, before what it is: so a diff shows which one changed. */
const FIRST = ["format", "contract", "version", "name", "id", "op", "kind"]

const rank = (key: string): string => {
  const place = FIRST.indexOf(key)
  return `${place === -1 ? FIRST.length : place} ${key}`
}

const entriesOf = (value: object): ReadonlyArray<readonly [string, unknown]> =>
  Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))

const oneLine = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`
  const entries = entriesOf(value).map(([key, inner]) => `${JSON.stringify(key)}: ${oneLine(inner)}`)
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`
}

const lines = (value: unknown, indent: string, taken: number): string => {
  const short = oneLine(value)
  if (typeof value !== "object" || value === null || indent.length + taken + short.length <= WIDTH) return short
  const inside = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((inner: unknown) => lines(inner, inside, 0))
    : entriesOf(value).map(([key, inner]) => {
        const name = `${JSON.stringify(key)}: `
        return `${name}${lines(inner, inside, name.length)}`
      })
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"]
  return `${open}\n${parts.map((part) => `${inside}${part}`).join(",\n")}\n${indent}${close}`
}

/** The same text for the same value, whatever the order of its keys. */
export const canonicalText = (value: unknown): string => `${lines(value, "", 0)}\n`

/** The same on one line, for comparing. */
export const canonicalLine = (value: unknown): string => oneLine(value)

/** Whether two parts differ, of which either may be absent. */
export const differ = (one: unknown, other: unknown): boolean =>
  canonicalLine(one ?? null) !== canonicalLine(other ?? null)
