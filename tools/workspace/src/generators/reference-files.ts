/** What differs in the files of a new dataset of reference data: no business date, and no KPIs. */
import type { Example } from "./dataset-test.ts"

/** What one file of reference data is: all rows that there are, or new and changed ones only. */
export type Delivers = "wholeList" | "changes"

export const referenceModel = (type: string): string => `import {
  atLeast,
  atMostCharacters,
  Day,
  Integer,
  noControlCharacters,
  noInvisibleCharacters,
  notBlank,
  Text,
} from "@pos/contract"
import { Schema } from "effect"

/** What one row describes. */
export const ${type} = Schema.Struct({
  id: Integer.check(atLeast(1n)).annotate({ description: "What it is called elsewhere.", examples: [12n] }),
  name: Text.check(notBlank, noControlCharacters, noInvisibleCharacters, atMostCharacters(200)).annotate({
    description: "What people call it.",
    examples: ["Number twelve"],
  }),
  first_day: Day.annotate({ description: "The first day on which it counts.", examples: ["2026-01-01"] }),
  last_day: Schema.optionalKey(
    Day.annotate({ description: "The last day on which it counts; empty while it does.", examples: ["2026-12-31"] }),
  ),
})

export type ${type} = typeof ${type}.Type
`

export const referenceRule = (
  type: string,
  row: string,
  snake: string,
): string => `import { Expr, rule } from "@pos/contract"
import { ${type} } from "../model/index.ts"

export const endsTooEarly = rule(${type}, {
  id: "${snake}_ends_too_early",
  severity: "error",
  column: "last_day",
  violatedWhen: (${row}) => Expr.lt(Expr.coalesce(${row}.last_day, ${row}.first_day), ${row}.first_day),
  detail: (${row}) => ${row}.first_day,
  message: "{column} is {value}, but the first day is {detail}.",
  meaning: "The last day is before the first.",
  remedy: "Correct the day that is wrong.",
})
`

export const referenceRules = `import type { Rule } from "@pos/contract"
import { endsTooEarly } from "./ends-too-early.ts"

/** Every rule of the contract. Where two are about the same column, the first that is broken speaks. */
export const rules: ReadonlyArray<Rule> = [endsTooEarly]
`

export const referenceKpis = `import type { Kpi } from "@pos/contract"

/** None: reference data have no business dates that a figure could be of. */
export const kpis: ReadonlyArray<Kpi> = []
`

export const referenceDataset = (
  names: { readonly type: string; readonly constant: string; readonly file: string; readonly snake: string },
  delivers: Delivers,
): string => `import { dataset } from "@pos/contract"
import { ${names.type} } from "./model/index.ts"
import { rules } from "./rules/index.ts"

/** The contract between those who send the rows and everybody who uses them. */
export const ${names.constant} = dataset({
  name: "pos-${names.file}",
  version: "1.0.0",
  description: "What these rows are, and who sends them.",
  kind: "reference",
  delivers: "${delivers}",
  row: ${names.type},
  table: "${names.snake}",
  key: ["id"],
  policies: {
    fileTolerance: 0,
    unexpectedColumn: "warning",
    largestFile: {
      plain: 100_000_000,
      gzip: 20_000_000,
      decompressed: 200_000_000,
      rows: 1_000_000,
      columns: 1_000,
    },
  },
  rules,
})
`

export const referenceExample = (snake: string): Example => ({
  row: '{ id: "12", name: "Number twelve", first_day: "2026-01-01", last_day: "" }',
  broken: [
    ['{ last_day: "2025-12-31" }', `error ${snake}_ends_too_early of last_day`],
    ['{ first_day: "yesterday" }', "error not_a_date of first_day"],
  ],
  hasKpis: false,
})
