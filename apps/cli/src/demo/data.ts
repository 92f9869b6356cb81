/** The demo's files, written once and kept in the state directory. */
import { Effect, FileSystem, Path, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { isNewer } from "../workspace/artefact.ts"
import { findFiles } from "../workspace/files.ts"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"

const Product = Schema.Struct({
  product_id: Schema.Int,
  total_sales: Schema.String,
  units_sold: Schema.Int,
  transactions: Schema.Int,
})

/** What the generator computed from the source records, with plain decimals and none of the pipeline's engines. */
export const Expected = Schema.Struct({
  first: Schema.String,
  last: Schema.String,
  files: Schema.Array(
    Schema.Struct({
      file: Schema.String,
      /** Null for a broken file. */
      rows: Schema.NullOr(Schema.Int),
      /** The reason codes to be found, all of severity error. */
      codes: Schema.Array(Schema.String),
    }),
  ),
  totals: Schema.Struct({
    rows: Schema.Int,
    revenue: Schema.String,
    discount: Schema.String,
    units: Schema.Int,
    kpi_rows: Schema.Int,
    top_products: Schema.Array(Product),
  }),
})
export type Expected = typeof Expected.Type

/** What the files are of. */
export const DATASET = "sales"

const SOURCES = "tools/demo-data/src"

export const demoData = Effect.fn("demoData")(
  function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { home } = yield* Workspace
    const folder = path.join(home, "demo")
    const document = path.join(folder, "expected.json")
    if (!(yield* isNewer(document, [SOURCES]))) yield* generate(folder)
    const text = yield* fs.readFileString(document)
    const expected = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Expected))(text)
    // As short as a user would name them.
    const named = path.relative(process.cwd(), folder)
    const shown = named.startsWith("..") ? folder : named
    const { files } = yield* findFiles([path.join(shown, "good"), path.join(shown, "broken")])
    return { folder: shown, expected, files, keys: path.join(folder, "keys.csv") }
  },
  Effect.catchTags({
    PlatformError: (cause) =>
      new Unavailable({ problem: `The demo data cannot be written: ${cause.message}`, remedy: "", cause }),
    SchemaError: (cause) =>
      new Unavailable({
        problem: `The demo data is damaged: ${cause.message}`,
        remedy: "Delete .pos/demo and try again.",
        cause,
      }),
  }),
)

const generate = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const workspace = yield* Workspace
  const progress = yield* Progress
  yield* progress.step("Writing two weeks of sales as files …")
  const python = yield* workspace.python("glue-spark")
  const fresh = `${folder}.new`
  yield* fs.remove(fresh, { recursive: true, force: true })
  const { code, complaints } = yield* runToEnd({
    program: python,
    args: ["-m", "pos_demo", "--out", fresh],
    env: { PYTHONPATH: workspace.path(SOURCES) },
    progress: (line) => line,
  })
  if (code !== 0) {
    return yield* new Unavailable({
      problem: `The demo data was not written: ${complaints.at(-1) ?? `exit code ${code}`}`,
      remedy: "Run: npm run setup",
    })
  }
  yield* fs.remove(folder, { recursive: true, force: true })
  yield* fs.rename(fresh, folder)
})
