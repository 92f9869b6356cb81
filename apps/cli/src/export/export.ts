/** Writes the rows of a query into a file. The file is there when all of it is, or not at all. */
import { Effect, Stream } from "effect"
import { open, stat } from "node:fs/promises"
import type { QueryResult } from "../lake.ts"
import { Progress } from "../output/progress.ts"
import { counted } from "../output/text.ts"
import { Workspace } from "../workspace/workspace.ts"
import type { Exported, Format } from "./document.ts"
import { type Place, putInPlace, type Working, working } from "./place.ts"
import { writing } from "./problems.ts"
import type { ExportedColumn, TableFile } from "./table-file.ts"

export interface Wanted extends Place {
  readonly kpi: string
  readonly format: Format
}

const handleOf = (file: string) =>
  Effect.acquireRelease(
    writing(() => open(file, "wx")),
    (handle) => Effect.promise(() => handle.close()),
  )

/** The writers are loaded when they are asked for: Arrow's is as large as all the rest. */
const fileFor = Effect.fnUntraced(function* (
  { format, kpi }: Wanted,
  place: Working,
  columns: ReadonlyArray<ExportedColumn>,
) {
  if (format === "csv") {
    const { csvFile } = yield* Effect.promise(() => import("./csv-file.ts"))
    return csvFile(yield* handleOf(place.file), columns)
  }
  if (format === "arrow") {
    const { arrowFile } = yield* Effect.promise(() => import("./arrow-file.ts"))
    return arrowFile(yield* handleOf(place.file), columns)
  }
  const { parquetFile, xlsxFile } = yield* Effect.promise(() => import("./staged-file.ts"))
  if (format === "parquet") return yield* parquetFile(place, columns)
  const workspace = yield* Workspace
  const extension = yield* Effect.promise(() => import("../lake.ts")).pipe(
    Effect.flatMap(({ EXTENSIONS, extensionFile }) => extensionFile(workspace.path(EXTENSIONS), "excel")),
  )
  return yield* xlsxFile({ ...place, extension, title: kpi }, columns)
})

const fill = Effect.fnUntraced(function* ({ batches }: QueryResult, file: TableFile) {
  const { step } = yield* Progress
  const rows = yield* Stream.runFoldEffect(
    batches,
    () => 0,
    (count, batch) =>
      file
        .add(batch)
        .pipe(
          Effect.andThen(step(`Exporting: ${counted(count + batch.length, "row")}`)),
          Effect.as(count + batch.length),
        ),
  )
  yield* step(`Writing the file: ${counted(rows, "row")}`)
  return { rows, ...(yield* file.finish) }
})

export const exportRows = Effect.fn("exportRows")(function* (rows: QueryResult, wanted: Wanted) {
  const { clear } = yield* Progress
  const at = yield* working(wanted, wanted.format)
  const written = yield* Effect.flatMap(fileFor(wanted, at, rows.columns), (file) => fill(rows, file)).pipe(
    Effect.scoped,
    Effect.ensuring(clear),
  )
  const { size } = yield* writing(() => stat(at.file))
  yield* putInPlace(at.file, wanted)
  const { file, format, kpi } = wanted
  const columns = rows.columns.map(({ name }) => name)
  return { kpi, format, file, bytes: size, columns, ...written } satisfies Exported
}, Effect.scoped)
