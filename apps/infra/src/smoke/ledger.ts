/** What an attempt has caused, written down in the results bucket, so that a later one can tidy up after one that was killed. */
import { ObjectStore } from "@pos/aws"
import { Deployment } from "@pos/deployment"
import { Effect, Option, Ref, Schema, Stream } from "effect"
import { Attempt } from "./attempt.ts"

/** Where the ledgers lie in the results bucket. */
export const LEDGERS = "pos-smoke/"

const Ledger = Schema.fromJsonString(Schema.Struct({ runs: Schema.Array(Schema.String) }))

/** Writes down which runs there are so far. */
export const remember = Effect.gen(function* () {
  const { outputs } = yield* Deployment
  const { runs, stamp } = yield* Attempt
  const store = yield* ObjectStore
  const body = JSON.stringify({ runs: yield* Ref.get(runs) })
  yield* store.put({ bucket: outputs.ResultsBucketName, key: `${LEDGERS}${stamp}.json` }, body, "application/json")
})

/** The runs of all attempts that have not tidied up, this one's among them. */
export const rememberedRuns = Effect.gen(function* () {
  const { outputs } = yield* Deployment
  const { runs } = yield* Attempt
  const store = yield* ObjectStore
  const bucket = outputs.ResultsBucketName
  const ledgers = yield* Stream.runCollect(store.list(bucket, LEDGERS))
  const known = new Set(yield* Ref.get(runs))
  for (const { key } of ledgers.filter((one) => one.key.endsWith(".json"))) {
    const bytes = yield* store
      .get({ bucket, key })
      .pipe(Effect.catchTag("ObjectMissing", () => Effect.succeed(undefined)))
    const ledger = Schema.decodeUnknownOption(Ledger)(bytes && new TextDecoder().decode(bytes))
    if (Option.isSome(ledger)) for (const run of ledger.value.runs) known.add(run)
  }
  return [...known]
})
