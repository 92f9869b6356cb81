/** What the jobs write is what the Schemas say, and what an earlier release wrote is still read: in both languages. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import {
  CanaryReport,
  CommitNote,
  FileLine,
  LogLine,
  MaintenanceReport,
  Manifest,
  MetricLine,
  metricUnits,
  RejectedReport,
  RepairReport,
  TableMaintenance,
  TransformationSummary,
  ValidationSummary,
} from "@pos/pipeline"
import { Schema } from "effect"

const root = join(import.meta.dirname, "..", "..", "..")
const python = (environment: string) => join(root, ".venv", environment, "bin", "python")
const support = join(import.meta.dirname, "support")

/** Which Schema a document has, by its place. */
const kinds: ReadonlyArray<readonly [place: RegExp, schema: Schema.Codec<unknown, unknown>]> = [
  [/\/manifest\.json$/, Manifest],
  [/\/validation\/(shards\/\d+\/)?summary\.json$/, ValidationSummary],
  [/\/validation\/(shards\/\d+\/)?files\.jsonl$/, FileLine],
  [/\/transformation\/summary\.json$/, TransformationSummary],
  [/\/transformation\/repair\.json$/, RepairReport],
  [/\.report\.json$/, RejectedReport],
  [/^log\.jsonl$/, MetricLine],
]

/** Which Schema an event of the maintenance job's log has. */
const events: Readonly<Record<string, Schema.Codec<unknown, unknown>>> = {
  maintained: TableMaintenance,
  done: MaintenanceReport,
  "canary-dropped": CanaryReport,
}

const documentsIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.jsonl?$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((place) => !place.startsWith("lake") && !["plan.json", "words.json"].includes(place))
    .toSorted()

const textsOf = (folder: string, place: string): ReadonlyArray<string> => {
  const text = readFileSync(join(folder, place), "utf8")
  const lines = text.split("\n").filter((line) => line !== "")
  return place === "log.jsonl" ? lines.filter((line) => line.includes("_aws")) : place.endsWith("l") ? lines : [text]
}

/** The notes in the commits of the lake's tables. */
const notesIn = (lake: string): ReadonlyArray<string> =>
  readdirSync(lake, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith(".json") && entry.parentPath.endsWith("_delta_log"))
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).commitInfo?.userMetadata)
    .filter((note) => note !== undefined)

const decodeNote = (note: string): CommitNote =>
  Schema.decodeUnknownSync(CommitNote)(JSON.parse(note), { onExcessProperty: "error", errors: "all" })

/** Decodes everything; fields that no Schema knows are errors. Returns how many documents there were of each kind. */
const decodeAll = (folder: string): ReadonlyMap<Schema.Codec<unknown, unknown>, number> => {
  const counts = new Map<Schema.Codec<unknown, unknown>, number>()
  for (const place of documentsIn(folder)) {
    const schema = kinds.find(([pattern]) => pattern.test(place))?.[1]
    assert.isDefined(schema, `no Schema knows ${place}`)
    if (schema === undefined) continue
    for (const text of textsOf(folder, place)) {
      try {
        Schema.decodeUnknownSync(schema)(JSON.parse(text), { onExcessProperty: "error", errors: "all" })
      } catch (cause) {
        throw new Error(`${place} is not what its Schema says: ${String(cause)}`, { cause })
      }
      counts.set(schema, (counts.get(schema) ?? 0) + 1)
    }
  }
  return counts
}

const decodedByPython = (environment: string, folder: string): number =>
  Number(
    execFileSync(python(environment), [join(support, "decode_documents.py"), folder], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(root, "libs/platform/job-runtime/src") },
    }),
  )

const run = (number: number, place: string) => join("results/runs", `20250601T000000000Z-00000000000${number}`, place)

describe("what the jobs write", () => {
  let folder = ""
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pos-documents-"))
    execFileSync(python("glue-spark"), [join(support, "write_documents.py"), root, folder], { stdio: "inherit" })
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("is what the Schemas say, to the last field", () => {
    const counts = decodeAll(folder)
    assert.deepStrictEqual(
      kinds.filter(([, schema]) => !counts.has(schema)).map(([place]) => String(place)),
      [],
      "each kind was written",
    )
  })

  it("has conflicts, stale dates, partly valid and skipped files, and a repair's rows", () => {
    const read = (place: string) => JSON.parse(readFileSync(join(folder, place), "utf8"))
    assert.isAbove(read(run(1, "transformation/summary.json")).conflictSamples.length, 0)
    assert.isAbove(read(run(2, "transformation/summary.json")).stale.length, 0)
    assert.strictEqual(read(run(0, "validation/summary.json")).files.skipped, 1)
    assert.strictEqual(read("results/runs/20250601T000000000Z-00000000000b/transformation/repair.json").rows.moved, 3)
    assert.include(JSON.stringify(documentsIn(folder)), "shards/0001")
  })

  it("says in each commit what a note's Schema says", () => {
    const notes = notesIn(join(folder, "lake")).map(decodeNote)
    assert.isTrue(notes.some((note) => note.rows !== undefined && (note.conflicts ?? []).length > 0))
    assert.isTrue(notes.some((note) => note.quarantine !== undefined))
  })

  it("has metrics of the names and units that infrastructure knows", () => {
    for (const text of textsOf(folder, "log.jsonl")) {
      const line = Schema.decodeUnknownSync(MetricLine)(JSON.parse(text))
      for (const { Metrics } of line._aws.CloudWatchMetrics) {
        for (const { Name, Unit } of Metrics) {
          assert.strictEqual(metricUnits[Name as keyof typeof metricUnits], Unit)
          assert.isNumber(line[Name])
        }
      }
    }
  })

  it("has no line in a log that no Schema knows", () => {
    const told = new Set<string>()
    for (const line of readFileSync(join(folder, "log.jsonl"), "utf8").split("\n")) {
      if (line === "") continue
      const document = JSON.parse(line)
      if (Schema.is(MetricLine)(document) || Schema.is(ValidationSummary)(document)) continue
      const {
        event,
        job,
        level: _level,
        runId: _runId,
        time: _time,
        ...rest
      } = Schema.decodeUnknownSync(LogLine)(document)
      const schema = events[event]
      if (job !== "maintenance" || schema === undefined) continue
      Schema.decodeUnknownSync(schema)(rest, { onExcessProperty: "error", errors: "all" })
      told.add(event)
    }
    assert.deepStrictEqual([...told].toSorted(), Object.keys(events).toSorted())
  })

  it("counts what reference data have more: rows that are superseded, and rows that a list lacks", () => {
    const rows = textsOf(folder, "log.jsonl")
      .map((line) => JSON.parse(line))
      .filter((line) => line.Dataset === "stores" && line.Job === "transformation")
      .map((line) => [line.RowsAppended, line.RowsSuperseded, line.RowsRemoved])
    assert.deepStrictEqual(rows, [
      [2, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ])
  })

  it.each(["glue-shell", "glue-spark"])("is read by the Python of %s", (environment) => {
    assert.isAbove(decodedByPython(environment, folder), 15)
  })
})

describe("what release 7ab3b59 wrote", () => {
  const folder = join(import.meta.dirname, "fixtures", "release-7ab3b59")

  it("is still what the Schemas say", () => {
    assert.isAbove(decodeAll(folder).size, 5)
  })

  it("has notes in the commits of the tables that are still what their Schema says", () => {
    const notes = notesIn(join(folder, "lake")).map(decodeNote)
    assert.isTrue(notes.some((note) => (note.conflicts ?? []).length > 0))
  })

  it.each(["glue-shell", "glue-spark"])("is read by the Python of %s", (environment) => {
    assert.isAbove(decodedByPython(environment, folder), 15)
  })
})
