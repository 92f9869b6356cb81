/** Declared leniency compared: what files may look like, each form by itself. */
import { formsFor, type Leniency } from "@pos/contract"
import { Change } from "../change.ts"
import type { Lock, LockedForms } from "../lock.ts"

interface Form {
  readonly words: string
  /** Whether texts that are read without the form are read otherwise with it, or refused. */
  readonly retakes: boolean
}

/** Signs that stand for something else in the contract's own way of writing. */
const retakes = (written: NonNullable<LockedForms["written"]>): boolean => {
  if (typeof written === "string") return /,[05]$/.test(written) && written.includes("4,5")
  // Digits alone are epoch seconds, and days are read as yyyy-MM-dd.
  return /^[yMdHmsS]+$/.test(written.pattern) || /^yyyy-(?:d+-M+|M+-d+)$/.test(written.pattern)
}

const patternWords = ({ pattern, zone, twice }: Exclude<NonNullable<LockedForms["written"]>, string>): string =>
  [
    pattern,
    ...(zone === undefined ? [] : [`in ${zone}`]),
    ...(twice === undefined ? [] : [`${twice} if it came twice`]),
  ].join(", ")

const columnForms = (name: string, kind: string | undefined, forms: LockedForms): ReadonlyArray<Form> => [
  ...(forms.alsoCalled ?? []).map((other) => ({ words: `${other} as the name of ${name}`, retakes: false })),
  ...(forms.missing ?? []).map((word) => ({ words: `"${word}" for a missing ${name}`, retakes: kind === "text" })),
  ...(forms.written === undefined
    ? []
    : [
        {
          words: `${name} written ${typeof forms.written === "string" ? `like ${forms.written}` : `as ${patternWords(forms.written)}`}`,
          retakes: retakes(forms.written),
        },
      ]),
]

/** What files below a prefix may look like, by words. That a trailer row may be left out is a form, too. */
const formsOf = ({ columns, leniency = {} }: Lock, prefix: string): ReadonlyMap<string, Form> => {
  const { columns: lenient = {}, trailer } = formsFor(leniency as Leniency, prefix)
  const all = [
    ...Object.entries(lenient).flatMap(([name, forms]) =>
      columnForms(name, columns.find((column) => column.name === name)?.type.kind, forms),
    ),
    ...(trailer === undefined ? [] : [{ words: `the trailer row ${trailer.cells.join(";")}`, retakes: false }]),
    ...(trailer?.required ? [] : [{ words: "without a trailer row", retakes: false }]),
  ]
  return new Map(all.map((form) => [form.words, form]))
}

const prefixesOf = ({ leniency }: Lock): ReadonlyArray<string> => Object.keys(leniency?.from ?? {})

const without = (one: ReadonlyMap<string, Form>, other: ReadonlyMap<string, Form>): ReadonlyArray<Form> =>
  [...one.values()].filter(({ words }) => !other.has(words))

export const leniencyChanges = (released: Lock, today: Lock): ReadonlyArray<Change> => {
  const prefixes = [...new Set([...prefixesOf(released), ...prefixesOf(today)])].toSorted()
  const told = new Set<string>()
  return ["", ...prefixes].flatMap((below) => {
    const [before, now] = [formsOf(released, below), formsOf(today, below)]
    const changes = [
      ...without(now, before).map(({ words, retakes: again }) =>
        Change.cases.LeniencyAdded.make({ below, form: words, retakes: again }),
      ),
      ...without(before, now).map(({ words }) => Change.cases.LeniencyRemoved.make({ below, form: words })),
    ]
    // What holds for all files is not told again for each prefix.
    const fresh = changes.filter(({ _tag, form }) => !told.has(`${_tag} ${form}`))
    if (below === "") for (const { _tag, form } of changes) told.add(`${_tag} ${form}`)
    return fresh
  })
}
