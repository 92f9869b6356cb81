/** Files on their way through the state machine. */
import { PutObjectCommand } from "@aws-sdk/client-s3"
import { type AwsError, call, type ExecutionEnd, Executions, ObjectStore } from "@pos/aws"
import { Clients, Deployment, Problem } from "@pos/deployment"
import { ExecutionInput, locationFromUri, Manifest } from "@pos/pipeline"
import { Effect, Option, Ref, Schema, Stream } from "effect"
import { Attempt, awaited } from "./attempt.ts"
import { prefixOf } from "./canary.ts"
import { remember } from "./ledger.ts"

/** A run that has ended, and what it was given. */
export interface Ended {
  readonly input: ExecutionInput
  readonly execution: ExecutionEnd
}

/** How many executions are looked through for the one that has the file. */
const RECENT = 50

const decodeInput = Schema.decodeUnknownOption(Schema.fromJsonString(ExecutionInput))
const decodeManifest = Schema.decodeUnknownOption(Schema.fromJsonString(Manifest))

/** Puts a file into the source bucket and waits until the run that takes it up has ended. */
export const sendAndFollow = Effect.fn("sendAndFollow")(function* (name: string, content: string, dataset?: string) {
  const { outputs } = yield* Deployment
  const { s3 } = yield* Clients
  const { messagePatience, patience, runs, stamp } = yield* Attempt
  const key = `${prefixOf(dataset)}${stamp}-${name}.csv`
  const { VersionId } = yield* call(`sending s3://${outputs.SourceBucketName}/${key}`, (signal) =>
    s3.send(
      new PutObjectCommand({ Bucket: outputs.SourceBucketName, Key: key, Body: content, ContentType: "text/csv" }),
      signal,
    ),
  )
  const seen = new Set<string>()
  // The queue's batching window comes first.
  const started = yield* awaited(runOf(key, VersionId ?? "", seen), messagePatience)
  if (started === undefined) {
    return yield* new Problem({
      what: `No run has taken up s3://${outputs.SourceBucketName}/${key}: S3's announcement, the queue or the trigger does not work.`,
      next: `Look into the queue and its dead letters, and into the log of the trigger (docs/operations.md, QueueStuck and DeadLetters).`,
    })
  }
  yield* Ref.update(runs, (known) => [...known, started.input.runId])
  yield* remember
  const execution = yield* awaited(endOf(started.arn), patience)
  if (execution !== undefined) return { input: started.input, execution } satisfies Ended
  return yield* new Problem({
    what: `The run ${started.input.runId} has not ended within ${patience.toString()}.`,
    next: "See what it waits for: npx pos runs.",
  })
})

const runOf = (key: string, versionId: string, seen: Set<string>) =>
  Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const executions = yield* Executions
    const recent = yield* Stream.runCollect(Stream.take(executions.list(outputs.StateMachineArn), RECENT))
    for (const { arn } of recent) {
      if (seen.has(arn)) continue
      const input = decodeInput((yield* executions.describe(arn)).input)
      seen.add(arn)
      if (Option.isNone(input)) continue
      const files = yield* filesOf(input.value.manifest)
      if (files.some((file) => file.key === key && file.versionId === versionId)) return { arn, input: input.value }
    }
    return undefined
  })

const filesOf = Effect.fnUntraced(function* (uri: string) {
  const store = yield* ObjectStore
  const place = locationFromUri(uri)
  if (Option.isNone(place)) return []
  const bytes = yield* store.get(place.value).pipe(Effect.catchTag("ObjectMissing", () => Effect.succeed(undefined)))
  const manifest = bytes === undefined ? Option.none() : decodeManifest(new TextDecoder().decode(bytes))
  return Option.isSome(manifest) ? manifest.value.files : []
})

/** The execution, once it has ended. */
export const endOf = (arn: string): Effect.Effect<ExecutionEnd | undefined, AwsError, Executions> =>
  Executions.use((executions) => executions.describe(arn)).pipe(
    Effect.map((execution) => (execution.status === "RUNNING" ? undefined : execution)),
  )
