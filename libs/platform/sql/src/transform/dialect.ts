import type { TableDialect } from "../dialect.ts"
import { duckdb } from "../dialects/duckdb.ts"
import { spark } from "../dialects/spark.ts"

/** What the transformation's statements need of a dialect beyond what all compilers do. */
export interface TransformDialect extends Pick<
  TableDialect,
  "identifier" | "textLiteral" | "asText" | "timestamp" | "businessDate"
> {
  /** The JOIN that keeps the left rows that have a partner, and the one that keeps those that have none. */
  readonly semiJoin: string
  readonly antiJoin: string
  /** A 64-bit hash of the expressions. */
  readonly hash: (expressions: ReadonlyArray<string>) => string
  /** The remainder, never negative, of a hash. */
  readonly remainder: (hash: string, parts: string) => string
}

export const transformDialects = {
  duckdb: {
    ...duckdb,
    semiJoin: "SEMI JOIN",
    antiJoin: "ANTI JOIN",
    hash: (expressions) => `hash(${expressions.join(", ")})`,
    remainder: (hash, parts) => `${hash} % ${parts}`,
  },
  spark: {
    ...spark,
    semiJoin: "LEFT SEMI JOIN",
    antiJoin: "LEFT ANTI JOIN",
    hash: (expressions) => `xxhash64(${expressions.join(", ")})`,
    // Spark's hashes are signed.
    remainder: (hash, parts) => `pmod(${hash}, ${parts})`,
  },
} as const satisfies Record<string, TransformDialect>
