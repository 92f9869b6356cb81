/** What the plan says about files in another form. */
import { Schema } from "effect"

const Names = Schema.Array(Schema.String)

/**
 * How files may be sent beside the contract's own way. Cells are rewritten to that way before anything is asked about
 * them; reports show them as they were sent.
 */
export const LeniencyPlan = Schema.Struct({
  /** Columns of numbers and booleans that some files may write in another way: in JSON, texts are told from values. */
  scalars: Names,
  /** DuckDB: SELECT … FROM `sent`, for files of which nothing is declared, and for those that know types. */
  asSent: Schema.String,
  /** The first whose prefix the file's key has; the last is for all files. */
  files: Schema.Array(
    Schema.Struct({
      prefix: Schema.String,
      /** By another name of a column: its own. */
      names: Schema.Record(Schema.String, Schema.String),
      /** For polars: how a text is rewritten, or set to missing. */
      columns: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          /** Texts that say that there is no value; `trim`: spaces and tabs around them don't matter. */
          missing: Names,
          trim: Schema.Boolean,
          /** In JSON, a text is read where a number belongs. */
          texts: Schema.Boolean,
          /** The first that a text matches; `${1}` is a group. */
          rewrites: Schema.Array(
            Schema.Struct({
              matches: Schema.String,
              steps: Schema.Array(
                Schema.Struct({ find: Schema.String, replace: Schema.String }).annotate({ identifier: "RewriteStep" }),
              ),
            }).annotate({ identifier: "Rewrite" }),
          ),
          /** What is left is a time on the clocks of a zone, if it matches `time`; `seconds`: it becomes epoch seconds. */
          clock: Schema.optionalKey(
            Schema.Struct({
              time: Schema.String,
              zone: Schema.String,
              twice: Schema.optionalKey(Schema.Literals(["earlier", "later"])),
              seconds: Schema.Boolean,
            }).annotate({ identifier: "ZoneClock" }),
          ),
        }).annotate({ identifier: "LenientColumn" }),
      ),
      /** DuckDB: SELECT … FROM `sent`. */
      exact: Schema.String,
      /** Numbers may have a decimal comma. */
      comma: Schema.optionalKey(Schema.Literal(true)),
      /** The last line of a CSV that is no row. */
      trailer: Schema.optionalKey(
        Schema.Struct({ cells: Names, required: Schema.optionalKey(Schema.Literal(true)) }).annotate({
          identifier: "Trailer",
        }),
      ),
    }).annotate({ identifier: "LenientFiles" }),
  ),
}).annotate({ identifier: "Leniency" })
export type LeniencyPlan = typeof LeniencyPlan.Type
