/** Lakes for tests: KPI tables of typed rows, in a folder that is removed afterwards. */
import { createHash } from "node:crypto"
import { DuckDBInstance } from "@duckdb/node-api"
import { type Field, fieldsOf, type Kpi, PERIOD_COLUMN } from "@pos/contract"
import { Array, Effect, FileSystem, Layer, Path, Schema } from "effect"
import { LakeUnavailable } from "./errors.ts"
import { typedKpi } from "./kpi.ts"
import { kpiJson } from "./kpi-json.ts"
import { type Access, Lake } from "./lake.ts"
import { identifier, literal } from "./location.ts"
import { attempt } from "./reading.ts"
import { typeName } from "./statement.ts"
import { firstLine } from "./unreadable.ts"
import type { Json } from "./values.ts"

/** A table, and what it holds. */
export interface TestTable {
  readonly path: string
  readonly fields: ReadonlyArray<Field>
  readonly partition: string
  /** As `pos kpi --json` prints them. */
  readonly lines: Effect.Effect<ReadonlyArray<Readonly<Record<string, Json>>>, Error>
}

/** A KPI with these rows. Ratios are computed where it is read, so they are left out. */
export const kpiOf = <Out, Ratios extends string>(
  kpi: Kpi<Out, Ratios>,
  rows: ReadonlyArray<Omit<Out, Ratios>>,
): TestTable => ({
  path: typedKpi(kpi).table.path,
  fields: fieldsOf(kpi.stored),
  partition: PERIOD_COLUMN[kpi.grain],
  lines: Schema.encodeEffect(Schema.Array(kpiJson(kpi)))(rows as unknown as ReadonlyArray<Out>),
})

const deltaType = ({ column }: Field): string => {
  switch (column.kind) {
    case "integer":
      return column.digits === undefined ? "long" : `decimal(${column.digits},0)`
    case "decimal":
      return `decimal(${column.precision},${column.scale})`
    case "date":
    case "boolean":
      return column.kind
    default:
      return "string"
  }
}

/** A Delta table of one commit, whose data lie in a file for each period. */
const write = Effect.fnUntraced(function* (folder: string, { fields, lines, partition, path: place }: TestTable) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = path.join(folder, place)
  yield* fs.makeDirectory(path.join(root, "_delta_log"), { recursive: true })
  const periods = Object.entries(Array.groupBy(yield* lines, (line) => String(line[partition])))
  const stored = fields.filter(({ name }) => name !== partition)
  const connection = yield* Effect.acquireRelease(
    attempt(
      async () => (await DuckDBInstance.create(":memory:")).connect(),
      (error) => error,
    ),
    (opened) => Effect.sync(() => opened.closeSync()),
  )
  const added = yield* Effect.forEach(periods, ([period, rows]) =>
    Effect.gen(function* () {
      const file = `${partition}=${period}/${createHash("sha256").update(period).digest("hex")}.parquet`
      yield* fs.makeDirectory(path.join(root, path.dirname(file)), { recursive: true })
      const columns = stored.map((field) => `${literal(field.name)}: ${literal(typeName(field.column))}`)
      const json = path.join(folder, "rows.json")
      yield* fs.writeFileString(json, rows.map((row) => JSON.stringify(row)).join("\n"))
      yield* attempt(
        () =>
          connection.run(
            `COPY (SELECT ${stored.map(({ name }) => identifier(name)).join(", ")} FROM read_json(${literal(json)},
              format = 'newline_delimited', columns = {${columns.join(", ")}})) TO ${literal(path.join(root, file))} (FORMAT parquet)`,
          ),
        (error) => error,
      )
      const { size } = yield* fs.stat(path.join(root, file))
      return {
        add: {
          path: file,
          partitionValues: { [partition]: period },
          size: Number(size),
          modificationTime: 0,
          dataChange: true,
        },
      }
    }),
  )
  const schema = {
    type: "struct",
    fields: fields.map((field) => ({ name: field.name, type: deltaType(field), nullable: true, metadata: {} })),
  }
  const log = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: place,
        format: { provider: "parquet", options: {} },
        schemaString: JSON.stringify(schema),
        partitionColumns: [partition],
        configuration: {},
      },
    },
    ...added,
  ]
  yield* fs.writeFileString(
    path.join(root, "_delta_log", `${"0".repeat(20)}.json`),
    log.map((action) => JSON.stringify(action)).join("\n"),
  )
}, Effect.scoped)

/** A lake that has these tables. */
export const testLake = (tables: ReadonlyArray<TestTable>, access: Access) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped({ prefix: "lake-" })
      for (const table of tables) yield* write(folder, table)
      return Lake.layer({ uri: folder }, access)
    }).pipe(
      Effect.mapError(
        (cause) =>
          new LakeUnavailable({ problem: `The test's lake is not made: ${firstLine(cause)}`, remedy: "", cause }),
      ),
    ),
  )
