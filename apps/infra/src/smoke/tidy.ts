/** Leaves nothing behind: of this attempt, and of those that were killed. */
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3"
import { call } from "@pos/aws"
import { Clients, Deployment, Problem } from "@pos/deployment"
import { Effect, Ref } from "effect"
import { Attempt } from "./attempt.ts"
import { PREFIXES } from "./canary.ts"
import { dropCanary } from "./jobs.ts"
import { LEDGERS, rememberedRuns } from "./ledger.ts"
import { dropOldListeners } from "./listener.ts"

/** Deletes every version under a prefix; returns how many there were. */
export const deleteUnder = Effect.fn("deleteUnder")(function* (bucket: string, prefix: string) {
  const { s3 } = yield* Clients
  let deleted = 0
  let page: Pick<ListObjectVersionsCommandOutput, "NextKeyMarker" | "NextVersionIdMarker"> = {}
  for (;;) {
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page
    const listed = yield* call(`listing s3://${bucket}/${prefix}`, (signal) =>
      s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, KeyMarker, VersionIdMarker }), signal),
    )
    const Objects = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }): ObjectIdentifier => ({ Key, VersionId }),
    )
    if (Objects.length > 0) {
      yield* call(`deleting below s3://${bucket}/${prefix}`, (signal) =>
        s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }), signal),
      )
      deleted += Objects.length
    }
    if (listed.IsTruncated !== true) return deleted
    page = listed
  }
})

/** `date=<date>/run=<id>/` in the rejected bucket: the date is in the run's id. */
const rejectedPlace = (run: string) => `date=${run.slice(0, 4)}-${run.slice(4, 6)}-${run.slice(6, 8)}/run=${run}/`

const tidyObjects = Effect.gen(function* () {
  const { outputs } = yield* Deployment
  let deleted = 0
  for (const prefix of PREFIXES) deleted += yield* deleteUnder(outputs.SourceBucketName, prefix)
  for (const run of yield* rememberedRuns) {
    deleted += yield* deleteUnder(outputs.ResultsBucketName, `runs/${run}/`)
    deleted += yield* deleteUnder(outputs.RejectedBucketName, rejectedPlace(run))
  }
  return deleted + (yield* deleteUnder(outputs.ResultsBucketName, LEDGERS))
})

/** Before an attempt: what killed ones have left. */
export const tidyBefore = Effect.gen(function* () {
  yield* dropOldListeners
  yield* dropCanary()
  const deleted = yield* tidyObjects
  return deleted === 0 ? "nothing was left" : `${deleted} objects of an earlier attempt deleted`
})

/** After an attempt, however it ended. */
export const tidyAfter = Effect.gen(function* () {
  const { loaded } = yield* Attempt
  // Not again when the check of it was well.
  if (yield* Ref.get(loaded)) yield* dropCanary()
  const deleted = yield* tidyObjects
  return `${deleted} objects deleted; the executions stay in the state machine's history`
})

/** The same as a problem that says by which means to tidy up later. */
export const tidied = tidyAfter.pipe(
  Effect.catchTag(
    "AwsError",
    (error) =>
      new Problem({
        what: `What the try-out has made could not be taken away: ${error.message}.`,
        next: "Run it again with the rights that docs/deploying.md lists: each begins with tidying up.",
      }),
  ),
)
