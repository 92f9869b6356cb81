import type { TableDialect } from "../dialect.ts"
import { duckdb } from "../dialects/duckdb.ts"
import { spark } from "../dialects/spark.ts"

/** What the transformation's statements need of a dialect beyond what all compilers do. */
export interface TransformDialect extends TableDialect {
  /** The JOIN that keeps the left rows that have a partner, and the one that keeps those that have none. */
  readonly semiJoin: string
  readonly antiJoin: string
  /** A 64-bit hash of the expressions. */
  readonly hash: (expressions: ReadonlyArray<string>) => string
  /** An entry of the key index: 48 bits of a hash of the key, then 16 bits of the days from 1970 to the date. */
  readonly keyEntry: (key: ReadonlyArray<string>, date: string) => string
  /** The remainder, never negative, of a hash. */
  readonly remainder: (hash: string, parts: string) => string
  /** A table's type, as Hive and Delta spell it, in the dialect's words. */
  readonly storedType: (type: string) => string
  /** Groups of many millions of rows spill to disk by themselves. Elsewhere one part of the rows is grouped at a time. */
  readonly spillsGroups: boolean
  /** Whether the engine lets a table take over files that it did not write. */
  readonly adoptsParts: boolean
  /**
   * Whether it pays to keep a few counts, and to take those of parts from `spans`. Elsewhere that is a job of its own, which a
   * small run would rather go without.
   */
  readonly keepsCounts: boolean
}

const STORED_TYPES: Readonly<Record<string, string>> = { string: "VARCHAR", timestamp: "TIMESTAMPTZ" }

/** The dialects that the statements are compiled for. An engine of the job asks the plan for one of them, by its name. */
export const transformDialects: Readonly<Record<string, TransformDialect>> = {
  duckdb: {
    ...duckdb,
    semiJoin: "SEMI JOIN",
    antiJoin: "ANTI JOIN",
    hash: (expressions) => `hash(${expressions.join(", ")})`,
    keyEntry: (key, date) =>
      `(hash(${key.join(", ")}) & CAST(18446744073709486080 AS UBIGINT)) | CAST((${date} - DATE '1970-01-01') & 65535 AS UBIGINT)`,
    remainder: (hash, parts) => `${hash} % ${parts}`,
    storedType: (type) => STORED_TYPES[type] ?? type.toUpperCase(),
    spillsGroups: false,
    adoptsParts: true,
    keepsCounts: true,
  },
  spark: {
    ...spark,
    semiJoin: "LEFT SEMI JOIN",
    antiJoin: "LEFT ANTI JOIN",
    hash: (expressions) => `xxhash64(${expressions.join(", ")})`,
    keyEntry: (key, date) => `(xxhash64(${key.join(", ")}) & -65536L) | (datediff(${date}, DATE '1970-01-01') & 65535)`,
    // Spark's hashes are signed.
    remainder: (hash, parts) => `pmod(${hash}, ${parts})`,
    storedType: (type) => type.toUpperCase(),
    spillsGroups: true,
    adoptsParts: true,
    keepsCounts: false,
  },
}
