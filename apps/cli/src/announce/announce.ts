/** Files that lie in the source bucket are announced anew, as S3 announces new ones: nothing is copied. */
import { ObjectStore, type ObjectVersion, Queues } from "@pos/aws"
import { datasetOfKey, incomingPrefix } from "@pos/pipeline"
import { Effect, Layer, Schema, Stream } from "effect"
import { explainAws } from "../aws.ts"
import { InvalidRequest } from "../errors.ts"
import { datasetsTaken } from "../target/datasets.ts"
import { connectionTo } from "../target/connection.ts"
import type { Target } from "../target/target.ts"

const Announced = Schema.Struct({
  key: Schema.String,
  /** What its run will be about; absent where the stack is too old to tell its datasets. */
  dataset: Schema.optionalKey(Schema.String),
  versionId: Schema.String,
  /** Bytes. */
  size: Schema.Natural,
  /** ISO 8601. */
  modified: Schema.String,
})
type Announced = typeof Announced.Type

/** What `pos announce --json` prints. Scripts rely on this shape; it may only grow. */
export const Announcement = Schema.Struct({ announced: Schema.Boolean, files: Schema.Array(Announced) })

export const services = (target: Target) =>
  Layer.mergeAll(ObjectStore.layer, Queues.layer).pipe(Layer.provide(connectionTo(target)))

export interface Wanted {
  /** A key, or what keys begin with. */
  readonly prefix: string
  /** Only files that were written in this time: from the one (included) to the other (excluded). */
  readonly since: Date
  readonly until: Date
}

/** Finds the files, and announces them when `apply` says so. */
export const announceFiles = Effect.fn("announceFiles")(function* (target: Target, wanted: Wanted, apply: boolean) {
  const { QueueUrl: queue, SourceBucketName: bucket } = target.outputs
  if (!wanted.prefix.startsWith(incomingPrefix)) {
    return yield* new InvalidRequest({
      problem: `${wanted.prefix} is not where files come in: only what lies under ${incomingPrefix} starts a run.`,
      remedy: `Name a file or the beginning of its key, such as ${incomingPrefix}acme/2026-03-01.csv or ${incomingPrefix}acme/`,
    })
  }
  if (queue === undefined) {
    return yield* new InvalidRequest({
      problem: `${target.name} was started by an older version of pos, which does not tell its queue.`,
      remedy: "Start it again: pos stop, then pos start",
    })
  }
  const store = yield* ObjectStore
  const found = yield* Stream.runCollect(
    store
      .versions(bucket, wanted.prefix)
      .pipe(Stream.filter((one) => one.latest && !one.key.endsWith("/") && isWithin(one.modified, wanted))),
  )
  const queues = yield* Queues
  if (apply)
    yield* queues.send(
      queue,
      found.map((version) => notification(bucket, version)),
    )
  const [first, ...others] = datasetsTaken(target.outputs)
  return found.map(({ key, modified, size, versionId }): Announced => ({
    key,
    ...(first === undefined ? {} : { dataset: datasetOfKey(key, [first, ...others]) }),
    versionId,
    size,
    modified: modified.toISOString(),
  }))
}, explainAws)

const isWithin = (moment: Date, { since, until }: Wanted): boolean => moment >= since && moment < until

/**
 * The message that S3 would send. It has no sequencer, which no listing tells: versions of one key are then in the order of
 * their times. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const notification = (bucket: string, { etag, key, modified, size, versionId }: ObjectVersion): string =>
  JSON.stringify({
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        eventTime: modified.toISOString(),
        s3: {
          bucket: { name: bucket },
          object: { key: encodeURIComponent(key), size, eTag: etag.replaceAll('"', ""), versionId },
        },
      },
    ],
  })
