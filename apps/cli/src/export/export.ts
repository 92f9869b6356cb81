/** Writes the rows of a query into a file. The file is there when all of it is, or not at all. */
import { Effect, Stream } from "effect"
import { randomUUID } from "node:crypto"
import { existsSync, statSync } from "node:fs"
import { link, mkdtemp, open, rename, rm, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { InvalidRequest } from "../errors.ts"
import type { QueryResult } from "../lake.ts"
import { Progress } from "../output/progress.ts"
import { counted } from "../output/text.ts"
import { Workspace } from "../workspace/workspace.ts"
import type { Exported, Format } from "./document.ts"
import { writing } from "./problems.ts"
import type { ExportedColumn, TableFile } from "./table-file.ts"

export interface Wanted {
  readonly kpi: string
  readonly format: Format
  readonly file: string
  /** Whether a file that is there may be replaced. */
  readonly overwrite: boolean
}

/** Only what may be done: a folder that is there, and no file in the way. */
export const checkPlace = Effect.fnUntraced(function* ({ file, overwrite }: Pick<Wanted, "file" | "overwrite">) {
  if (!existsSync(dirname(resolve(file))))
    return yield* new InvalidRequest({
      problem: `The folder of ${file} does not exist.`,
      remedy: "Make it, or choose another with --out FILE.",
    })
  const there = statSync(file, { throwIfNoEntry: false })
  if (there === undefined) return undefined
  if (!there.isFile())
    return yield* new InvalidRequest({
      problem: `${file} is ${there.isDirectory() ? "a folder" : "no ordinary file"}, which is not replaced.`,
      remedy: "Choose another name with --out FILE.",
    })
  if (!overwrite) return yield* inTheWay(file)
  return undefined
})

const inTheWay = (file: string) =>
  new InvalidRequest({
    problem: `${file} exists already.`,
    remedy: "Choose another name with --out FILE, or replace it: --overwrite",
  })

interface Working {
  /** A folder beside the file, on the same disk. */
  readonly scratch: string
  readonly file: string
}

const working = (wanted: Wanted) =>
  Effect.acquireRelease(
    writing(() => mkdtemp(join(dirname(resolve(wanted.file)), ".pos-export-"))),
    (scratch) => Effect.promise(() => rm(scratch, { recursive: true, force: true })),
  ).pipe(Effect.map((scratch): Working => ({ scratch, file: join(scratch, `${randomUUID()}.${wanted.format}`) })))

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
    Effect.flatMap(({ extensionFile }) => extensionFile(workspace.path(".venv/duckdb-extensions"), "excel")),
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

/** Without `overwrite` a file that has come meanwhile stays. */
const putInPlace = Effect.fnUntraced(function* (from: string, { file, overwrite }: Wanted) {
  if (overwrite) return yield* writing(() => rename(from, file))
  if (existsSync(file)) return yield* inTheWay(file)
  return yield* writing(() => place(from, file))
})

const place = async (from: string, to: string) => {
  try {
    await link(from, to)
  } catch (error) {
    // A file system without links, such as that of a memory stick.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error
    await rename(from, to)
  }
}

export const exportRows = Effect.fn("exportRows")(function* (rows: QueryResult, wanted: Wanted) {
  const { clear } = yield* Progress
  const at = yield* working(wanted)
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
