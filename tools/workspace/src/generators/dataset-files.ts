/** The files of a new dataset: a contract that compiles and runs, for its author to replace line by line. */
import { datasetTest, type Example } from "./dataset-test.ts"
import { spell } from "./names.ts"
import {
  type Delivers,
  referenceDataset,
  referenceExample,
  referenceKpis,
  referenceModel,
  referenceRule,
  referenceRules,
} from "./reference-files.ts"

export interface DatasetNames {
  /** In any spelling: `till-openings`. */
  readonly name: string
  /** What one row is: `till-opening`. */
  readonly row: string
  /** Of the workspace's libraries, which are released together. */
  readonly version: string
  /** Makes it reference data, where given. */
  readonly delivers?: Delivers
}

const pascal = (constant: string): string => `${constant.charAt(0).toUpperCase()}${constant.slice(1)}`

const CONDITIONS = (path: string) => ({
  "@pos/source": `./src/${path}.ts`,
  types: `./dist/src/${path}.d.ts`,
  default: `./dist/src/${path}.js`,
})

const packageJson = (file: string, kpis: string, version: string) => ({
  name: `@pos/${file}`,
  version,
  private: true,
  type: "module",
  exports: {
    ".": CONDITIONS("index"),
    "./model": CONDITIONS("model/index"),
    "./rules": CONDITIONS("rules/index"),
    "./kpis": CONDITIONS(kpis),
    "./internal/*": null,
    "./package.json": "./package.json",
  },
  files: ["dist/src"],
  dependencies: { "@pos/contract": version, effect: "4.1.0" },
  nx: { name: file, tags: ["type:lib", "scope:pos", "pure"] },
})

const tsconfig = `{
  "extends": "../../../tsconfig.base.json",
  "compilerOptions": { "rootDir": ".", "outDir": "dist" },
  "include": ["src", "test", "vitest.config.ts"],
  "references": [
    {
      "path": "../../platform/contract"
    }
  ]
}
`

/** Tests read the sources of the workspace's own libraries. */
export const vitestConfig = `import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  test: { include: ["test/**/*.test.ts"] },
})
`

const model = (type: string) => `import {
  atLeast,
  atMostCharacters,
  Decimal,
  Integer,
  noControlCharacters,
  noInvisibleCharacters,
  notBlank,
  Text,
  Timestamp,
} from "@pos/contract"
import { BigDecimal, Schema } from "effect"

/** What one row is. */
export const ${type} = Schema.Struct({
  store_id: Integer.check(atLeast(1n)).annotate({ description: "The store.", examples: [12n] }),
  reference: Text.check(notBlank, noControlCharacters, noInvisibleCharacters, atMostCharacters(64)).annotate({
    description: "Names the row within its store.",
    examples: ["A-1001"],
  }),
  recorded_at: Timestamp.annotate({ description: "When it happened.", examples: [1_767_225_600] }),
  amount: Decimal(18, 4).annotate({
    description: "How much.",
    unit: "currency of the store",
    examples: [BigDecimal.fromStringUnsafe("19.98")],
  }),
})

export type ${type} = typeof ${type}.Type
`

const rule = (type: string, row: string, snake: string) => `import { Expr, rule } from "@pos/contract"
import { ${type} } from "../model/index.ts"

export const negativeAmount = rule(${type}, {
  id: "${snake}_negative_amount",
  severity: "error",
  column: "amount",
  violatedWhen: (${row}) => Expr.lt(${row}.amount, 0),
  message: "{column} is {value}: an amount can't be negative.",
  meaning: "The amount is below zero.",
  remedy: "Send the amount without a sign.",
})
`

const rules = `import type { Rule } from "@pos/contract"
import { negativeAmount } from "./negative-amount.ts"

/** Every rule of the contract. Where two are about the same column, the first that is broken speaks. */
export const rules: ReadonlyArray<Rule> = [negativeAmount]
`

const kpi = (type: string, row: string, snake: string) => `import { kpi } from "@pos/contract"
import { ${type} } from "../model/index.ts"

export const totalPerStorePerDay = kpi(${type}, {
  name: "${snake}_per_store_per_day",
  description: "What each store comes to on each business date.",
  by: ["store_id"],
  measures: (${row}, { count, sum }) => ({
    row_count: count().describe("Rows"),
    total_amount: sum(${row}.amount).describe("Amounts added up"),
  }),
})
`

const kpis = `import { totalPerStorePerDay } from "./total-per-store-per-day.ts"

export { totalPerStorePerDay }

/** Every KPI that is computed. Adding one here creates its table at the next deployment and fills it at the next run. */
export const kpis = [totalPerStorePerDay] as const
`

const dataset = (names: {
  type: string
  constant: string
  file: string
  snake: string
}) => `import { dataset, everywhere } from "@pos/contract"
import { ${names.type} } from "./model/index.ts"
import { rules } from "./rules/index.ts"

/** The contract between those who send the rows and everybody who uses them. */
export const ${names.constant} = dataset({
  name: "pos-${names.file}",
  version: "1.0.0",
  description: "What these rows are, and who sends them.",
  kind: "facts",
  row: ${names.type},
  table: "${names.snake}",
  key: ["store_id", "reference"],
  // A reference that comes again within so many days is the same row, whatever its business date. For tills that begin
  // their numbers anew each day: perBusinessDate.
  unique: everywhere(400),
  eventTime: { column: "recorded_at", storedAs: "event_time" },
  businessDate: { timeZone: "UTC", cutoffHour: 0 },
  policies: {
    fileTolerance: 0,
    unexpectedColumn: "warning",
    acrossFiles: "keepFirst",
    largestFile: {
      plain: 8_000_000_000,
      gzip: 1_000_000_000,
      decompressed: 20_000_000_000,
      rows: 200_000_000,
      columns: 10_000,
    },
  },
  rules,
})
`

const factsExample = (snake: string): Example => ({
  row: '{ store_id: "12", reference: "A-1001", recorded_at: "2026-01-31T18:05:00+01:00", amount: "19.98" }',
  broken: [
    ['{ amount: "-1" }', `error ${snake}_negative_amount of amount`],
    ['{ recorded_at: "yesterday" }', "error not_a_timestamp of recorded_at"],
  ],
  hasKpis: true,
})

const index = (constant: string, kpis: string) => `export { ${constant} as dataset } from "./dataset.ts"
export { kpis } from "./${kpis}.ts"
`

/** Path below the dataset's folder → text. */
export const datasetFiles = ({ name, row, version, delivers }: DatasetNames): Readonly<Record<string, string>> => {
  const { constant, file, snake } = spell(name)
  const one = spell(row)
  const type = pascal(one.constant)
  const names = { type, constant, file, snake }
  const kpisPath = delivers === undefined ? "kpis/index" : "kpis"
  return {
    "package.json": `${JSON.stringify(packageJson(file, kpisPath, version), null, 2)}\n`,
    "tsconfig.json": tsconfig,
    "vitest.config.ts": vitestConfig,
    "src/index.ts": index(constant, kpisPath),
    "src/model/index.ts": `export { ${type} } from "./${one.file}.ts"\n`,
    ...(delivers === undefined
      ? {
          "src/dataset.ts": dataset(names),
          [`src/model/${one.file}.ts`]: model(type),
          "src/rules/index.ts": rules,
          "src/rules/negative-amount.ts": rule(type, one.constant, one.snake),
          "src/kpis/index.ts": kpis,
          "src/kpis/total-per-store-per-day.ts": kpi(type, one.constant, snake),
          [`test/${file}.test.ts`]: datasetTest(constant, factsExample(one.snake)),
        }
      : {
          "src/dataset.ts": referenceDataset(names, delivers),
          [`src/model/${one.file}.ts`]: referenceModel(type),
          "src/rules/index.ts": referenceRules,
          "src/rules/ends-too-early.ts": referenceRule(type, one.constant, one.snake),
          "src/kpis.ts": referenceKpis,
          [`test/${file}.test.ts`]: datasetTest(constant, referenceExample(one.snake)),
        }),
  }
}
