/** What DuckDB does not tell of a Delta table: its key, its partitions, and which columns must have a value. */
import type { DuckDBValue } from "@duckdb/node-api"
import { Effect, Option, Schema } from "effect"
import { literal } from "./location.ts"

export interface Metadata {
  readonly nullable?: ReadonlyMap<string, boolean>
  readonly partitionBy?: ReadonlyArray<string>
  readonly key?: ReadonlyArray<string>
}

/** The property that the loads write; see the transformation job's table_specs.py. */
const KEY = "pos.key"

const Found = Schema.fromJsonString(
  Schema.Struct({
    schemaString: Schema.fromJsonString(
      Schema.Struct({ fields: Schema.Array(Schema.Struct({ name: Schema.String, nullable: Schema.Boolean })) }),
    ),
    partitionColumns: Schema.Array(Schema.String),
    configuration: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.NullOr(Schema.String)))),
  }),
)
const decode = Schema.decodeUnknownOption(Found)

const described = (text: string): Metadata => {
  const found = Option.getOrUndefined(decode(text))
  if (found === undefined) return {}
  const key = found.configuration?.[KEY]
  return {
    nullable: new Map(found.schemaString.fields.map(({ name, nullable }) => [name, nullable])),
    partitionBy: found.partitionColumns,
    ...(typeof key === "string" && { key: key.split(", ") }),
  }
}

type Rows<E> = (sql: string) => Effect.Effect<ReadonlyArray<ReadonlyArray<DuckDBValue>>, E>

const versionOf = (file: string): number => Number(/(\d{20})\.[^/]*$/.exec(file)?.[1] ?? Number.NaN)

/** The metadata in the newest of these files that has any. */
const newest = <E>(rows: Rows<E>, source: string) =>
  Effect.map(
    rows(
      `SELECT CAST(to_json("metaData") AS VARCHAR) FROM ${source} WHERE "metaData" IS NOT NULL ORDER BY filename DESC LIMIT 1`,
    ),
    ([row]) => (typeof row?.[0] === "string" ? row[0] : undefined),
  )

const list = (files: ReadonlyArray<string>): string => `[${files.map(literal).join(", ")}]`

/** Of the table at a place: what was written since the last checkpoint, or else what that has. Empty where neither tells. */
export const readMetadata = Effect.fn("readMetadata")(function* <E>(rows: Rows<E>, place: string) {
  const files = (yield* rows(`SELECT file FROM glob(${literal(`${place}/_delta_log/*`)})`)).map(([file]) =>
    String(file),
  )
  const checkpoints = files.filter((file) => /\d{20}\.checkpoint\.[^/]*parquet$/.test(file))
  const last = Math.max(-1, ...checkpoints.map(versionOf))
  const commits = files.filter((file) => /\/\d{20}\.json$/.test(file) && versionOf(file) > last)
  const since =
    commits.length === 0
      ? undefined
      : yield* newest(
          rows,
          `read_json(${list(commits)}, format = 'newline_delimited', columns = {'metaData': 'JSON'}, filename = true)`,
        )
  const own = checkpoints.filter((file) => versionOf(file) === last)
  const text =
    since ??
    (own.length === 0
      ? undefined
      : yield* newest(rows, `read_parquet(${list(own)}, filename = true, union_by_name = true)`))
  return text === undefined ? {} : described(text)
})
