/**
 * DuckDB's binding reads texts with a decoder that drops a byte order mark at their start, so that two keys would be
 * shown as one. Importing this module gives it a decoder that drops nothing.
 */
import { createRequire } from "node:module"

const accessors: { textDecoder: InstanceType<typeof TextDecoder> } = createRequire(import.meta.url)(
  "@duckdb/node-api/lib/vectors/dataAccessors.js",
)
accessors.textDecoder = new TextDecoder("utf-8", { ignoreBOM: true })
