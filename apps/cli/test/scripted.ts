/** A deployment whose runs come and go by a script, on the test's clock. */
import { type Execution, type ExecutionEnd, Executions, ObjectMissing, ObjectStore } from "@pos/aws"
import { Effect, Layer, Stream } from "effect"
import { Progress } from "../src/output/progress.ts"

/** Executions and their manifests' keys; each ends after so many seconds. */
export interface Scripted {
  readonly name: string
  readonly keys: ReadonlyArray<string>
  readonly appears: number
  readonly ends: number
  readonly status?: ExecutionEnd["status"]
  /** The second at which the verdicts on its files are there: all valid. Absent: there are none. */
  readonly judged?: number
}

const count = { total: 1, valid: 1, invalid: 0 }

/** What a run has written by now, by its key below the run's folder. */
const documentsOf = ({ judged, keys, name }: Scripted, time: number): Readonly<Record<string, string>> => {
  const files = keys.map((key) => ({ bucket: "source", key: `incoming/${key}`, versionId: `v-${key}` }))
  const about = { runId: name, eventTime: "2017-01-01T06:00:00Z" }
  const manifest = { ...about, files: files.map((file) => ({ ...file, size: 1 })) }
  if (judged === undefined || time < judged) return { "manifest.json": JSON.stringify(manifest) }
  const summary = {
    ...about,
    contract: { name: "pos-sales", version: "1.0.0", hash: `sha256:${"0".repeat(64)}` },
    files: { total: keys.length, valid: keys.length, rejected: 0, skipped: 0 },
    rows: { ...count, repeated: 0 },
    reasons: [],
    validated: { files: 1, rows: 1, bytes: 1 },
    timings: {},
  }
  const lines = files.map(({ key, ...file }) => ({
    ...file,
    file: key,
    verdict: "valid",
    format: "csv",
    compression: "none",
    size: 1,
    rows: count,
    reasons: [],
    validated: "s3://results/a.parquet",
    rejected: null,
  }))
  return {
    "manifest.json": JSON.stringify(manifest),
    "validation/summary.json": JSON.stringify(summary),
    "validation/files.jsonl": lines.map((line) => JSON.stringify(line)).join("\n"),
  }
}

export const aws = (scripts: ReadonlyArray<Scripted>) => {
  const now = Effect.map(
    Effect.clockWith((clock) => clock.currentTimeMillis),
    (time) => time / 1000,
  )
  const at = ({ name, appears, ends, status = "SUCCEEDED" }: Scripted, time: number): Execution => ({
    arn: `arn:${name}`,
    name,
    started: new Date(appears * 1000),
    status: time >= ends ? status : "RUNNING",
  })
  const executions = Layer.mock(Executions, {
    list: () =>
      Stream.unwrap(
        Effect.map(now, (time) =>
          Stream.fromIterable(
            scripts
              .filter(({ appears }) => time >= appears)
              .toReversed()
              .map((script) => at(script, time)),
          ),
        ),
      ),
    describe: (arn) =>
      Effect.map(now, (time) => {
        const script = scripts.find(({ name }) => arn === `arn:${name}`)!
        return at(script, time)
      }),
    currentState: () => Effect.succeed("Validate"),
  })
  const store = Layer.mock(ObjectStore, {
    get: ({ bucket, key }) =>
      Effect.flatMap(now, (time) => {
        const script = scripts.find(({ name }) => key.startsWith(`runs/${name}/`))
        const text = script && documentsOf(script, time)[key.slice(`runs/${script.name}/`.length)]
        return text === undefined
          ? Effect.fail(new ObjectMissing({ bucket, key }))
          : Effect.succeed(new TextEncoder().encode(text))
      }),
  })
  return Layer.mergeAll(executions, store, Progress.layerSilent)
}
