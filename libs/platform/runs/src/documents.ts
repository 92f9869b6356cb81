/** What a run has written about itself in the results bucket. A document that is not there (yet) is undefined. */
import { ObjectStore } from "@pos/aws"
import { FileLine, Manifest, type RunId, runLayout, TransformationSummary, ValidationSummary } from "@pos/pipeline"
import { Effect, Schema } from "effect"
import { RunUnreadable } from "./errors.ts"

const json = <A, I>(schema: Schema.Codec<A, I>) => Schema.decodeUnknownEffect(Schema.fromJsonString(schema))

const documents = {
  manifest: json(Manifest),
  validation: json(ValidationSummary),
  transformation: json(TransformationSummary),
  verdict: json(FileLine),
}

const readText = Effect.fnUntraced(function* (bucket: string, key: string) {
  const store = yield* ObjectStore
  return yield* store.get({ bucket, key }).pipe(
    Effect.map((bytes) => new TextDecoder().decode(bytes)),
    Effect.catchTag("ObjectMissing", () => Effect.succeed(undefined)),
  )
})

const read = Effect.fnUntraced(function* <A>(
  bucket: string,
  key: string,
  decode: (text: unknown) => Effect.Effect<A, Schema.SchemaError>,
) {
  const text = yield* readText(bucket, key)
  if (text === undefined) return undefined
  return yield* decode(text).pipe(Effect.mapError((cause) => unreadable(bucket, key, cause)))
})

export const readManifest = (bucket: string, run: RunId) => read(bucket, runLayout(run).manifest, documents.manifest)

export const readValidation = (bucket: string, run: RunId) =>
  read(bucket, runLayout(run).validationSummary, documents.validation)

export const readTransformation = (bucket: string, run: RunId) =>
  read(bucket, runLayout(run).transformationSummary, documents.transformation)

/** The verdicts of a run, one a file; none before the validation has ended. */
export const readVerdicts = Effect.fn("readVerdicts")(function* (bucket: string, run: RunId) {
  const key = runLayout(run).fileVerdicts
  const text = (yield* readText(bucket, key)) ?? ""
  return yield* Effect.forEach(
    text.split("\n").filter((line) => line !== ""),
    (line) => documents.verdict(line).pipe(Effect.mapError((cause) => unreadable(bucket, key, cause))),
  )
})

const unreadable = (bucket: string, key: string, cause: Schema.SchemaError) =>
  new RunUnreadable({
    problem: `s3://${bucket}/${key} is not what this version of pos expects: ${cause.message}`,
    remedy: "Is the deployed stack older than this workspace? Deploy it again.",
    cause,
  })
