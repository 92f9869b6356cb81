/** The files of a new app: it reads a KPI, adds one figure up, prints it, and has a test. For its author to replace line by line. */
import { vitestConfig } from "./dataset-files.ts"
import type { spell } from "./names.ts"

/** A KPI as an app finds it. */
export interface KpiRow {
  /** What it is exported as: `storeSalesPerDay`. */
  readonly constant: string
  readonly name: string
  /** The column with the first day of what a row stands for. */
  readonly period: string
  /** Measures that add up. */
  readonly sums: ReadonlyArray<string>
  readonly columns: ReadonlyArray<{
    readonly name: string
    readonly kind: string
    readonly required: boolean
    readonly values: ReadonlyArray<string>
  }>
}

export interface AppNames {
  readonly app: ReturnType<typeof spell>
  /** The package of the dataset: `@pos/sales`. */
  readonly library: string
  /** Of the workspace's libraries, which are released together. */
  readonly version: string
  /** Its folder: `libs/pos/sales`. */
  readonly folder: string
  readonly kpi: KpiRow
  /** The measure that is added up. */
  readonly measure: string
}

const packageJson = ({ app, library, version }: AppNames) => ({
  name: `@pos/${app.file}`,
  version: "0.0.0",
  private: true,
  type: "module",
  exports: { "./package.json": "./package.json" },
  dependencies: Object.fromEntries(
    [
      ["@effect/platform-node", "4.1.0"],
      ["@pos/lake", version],
      [library, version],
      ["effect", "4.1.0"],
    ].toSorted(([a = ""], [b = ""]) => a.localeCompare(b)),
  ),
  nx: {
    name: app.file,
    tags: ["type:app"],
    targets: {
      start: {
        command: "../../node_modules/.bin/node --conditions=@pos/source src/main.ts",
        options: { cwd: "{projectRoot}" },
        cache: false,
      },
    },
  },
})

const tsconfig = ({ folder }: AppNames) => ({
  extends: "../../tsconfig.base.json",
  compilerOptions: { rootDir: ".", outDir: "dist" },
  include: ["src", "test", "vitest.config.ts"],
  references: [{ path: "../../libs/platform/lake" }, { path: `../../${folder}` }],
})

const isExact = ({ kpi, measure }: AppNames): boolean =>
  kpi.columns.some(({ kind, name }) => name === measure && kind === "decimal")

const figures = (names: AppNames): string => {
  const { kpi, library, measure } = names
  const [type, zero, sum] = isExact(names)
    ? ["BigDecimal.BigDecimal", "BigDecimal.fromBigInt(0n)", "BigDecimal.sum(total, row.MEASURE)"]
    : ["bigint", "0n", "total + row.MEASURE"]
  return `/** The figures of the app: questions to the lake, and what follows from their rows. */
import { lake } from "@pos/lake"
import { ${kpi.constant} } from "${library}/kpis"
import { ${isExact(names) ? "BigDecimal, " : ""}Stream } from "effect"

/** \`${measure}\` of each ${kpi.period}, the newest first; read row by row, so that a long history needs no large memory. */
export const totals = lake
  .kpi(${kpi.constant})
  .orderBy("${kpi.period}", "descending")
  .stream.pipe(
    Stream.runFold(
      () => new Map<string, ${type}>(),
      (all, row) => {
        const total = all.get(row.${kpi.period}) ?? ${zero}
        return all.set(row.${kpi.period}, ${sum.replace("MEASURE", measure)})
      },
    ),
  )
`
}

const main = (names: AppNames): string => {
  const { app, kpi, measure } = names
  return `/** \`npx nx run ${app.file}:start\`: the figures of the local AWS, or of a deployed stack with \`-- --stack NAME\`. */
import { join } from "node:path"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Lake, type LakeUnavailable, ofLocalAws, ofStack, type WrongStatement } from "@pos/lake"
import { ${isExact(names) ? "BigDecimal, " : ""}Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { totals } from "./figures.ts"

const workspace = join(import.meta.dirname, "../../..")

const show = Effect.gen(function* () {
  for (const [${kpi.period}, total] of yield* totals) yield* Console.log(\`\${${kpi.period}}  \${${isExact(names) ? "BigDecimal.format(total)" : "total"}}\`)
})

const told = ({ problem, remedy }: LakeUnavailable | WrongStatement) =>
  Effect.andThen(
    Console.error(\`\${problem}\\n\${remedy}\`),
    Effect.sync(() => {
      process.exitCode = 1
    }),
  )

const command = Command.make(
  "${app.file}",
  { stack: Flag.String("stack").pipe(Flag.withDescription("A deployed stack"), Flag.optional) },
  Effect.fn(function* ({ stack }) {
    const location = yield* Option.isSome(stack) ? ofStack(stack.value) : ofLocalAws(join(workspace, ".pos"))
    const opened = Lake.layer(location, { extensions: join(workspace, ".venv/duckdb-extensions") })
    yield* Effect.provide(show, opened)
  }, Effect.catch(told)),
).pipe(Command.withDescription("${measure} of ${kpi.name}, added up."))

command.pipe(Command.run({ version: "0.0.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
`
}

/** A value of the column, as TypeScript; of a dimension another one in each row. */
const sample = ({ kind, values }: KpiRow["columns"][number], at: number): string => {
  switch (kind) {
    case "integer":
      return `${at}n`
    case "decimal":
      return `BigDecimal.fromStringUnsafe("${at}.5")`
    case "boolean":
      return String(at % 2 === 1)
    case "date":
      return `"2026-01-0${at}"`
    case "oneOf":
      return JSON.stringify(values[at % values.length])
    default:
      return `"${at}"`
  }
}

const test = (names: AppNames): string => {
  const { app, kpi, library, measure } = names
  const row = (day: string, at: number) =>
    `{ ${kpi.columns.map((column) => `${column.name}: ${column.name === kpi.period ? `"${day}"` : sample(column, at)}`).join(", ")} }`
  const rows = [row("2026-01-01", 1), row("2026-01-01", 2), row("2026-02-01", 3)]
  const needsDecimals = rows.some((text) => text.includes("BigDecimal."))
  const [shown, expected] = isExact(names) ? ["BigDecimal.format(total)", ['"3.5"', '"4"']] : ["total", ["3n", "3n"]]
  return `import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { kpiOf, testLake } from "@pos/lake/testing"
import { ${kpi.constant} } from "${library}/kpis"
import { ${needsDecimals ? "BigDecimal, " : ""}Effect, Layer } from "effect"
import { totals } from "../src/figures.ts"

const rows = [
  ${rows.join(",\n  ")},
]
const opened = testLake([kpiOf(${kpi.constant}, rows)], {
  extensions: join(import.meta.dirname, "../../../.venv/duckdb-extensions"),
}).pipe(Layer.provideMerge(NodeServices.layer))

layer(opened, { timeout: "60 seconds" })("${app.words}", (it) => {
  it.effect("adds ${measure} up, the newest first", () =>
    Effect.gen(function* () {
      const found = [...(yield* totals)].map(([${kpi.period}, total]) => [${kpi.period}, ${shown}])
      assert.deepStrictEqual(found, [
        ["2026-02-01", ${expected[0]}],
        ["2026-01-01", ${expected[1]}],
      ])
    }),
  )
})
`
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Path below the app's folder → text. */
export const appFiles = (names: AppNames): Readonly<Record<string, string>> => ({
  "package.json": json(packageJson(names)),
  "tsconfig.json": json(tsconfig(names)),
  "vitest.config.ts": vitestConfig,
  "src/figures.ts": figures(names),
  "src/main.ts": main(names),
  "test/figures.test.ts": test(names),
})
