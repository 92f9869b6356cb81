/** Makes reports of the tables as they are now, and puts them into the results bucket. */
import { ObjectStore } from "@pos/aws"
import { filled, RecentRuns, reporting, Source } from "@pos/dashboard-server"
import { reportsPrefix } from "@pos/pipeline"
import { Effect, FileSystem, Layer, Option, Schema, Stream } from "effect"
import { Files } from "./files.ts"
import { Opening } from "./open.ts"
import { ReportSettings } from "./settings.ts"

/** No report was written; whoever reads the log sees why. */
export class NotWritten extends Schema.TaggedError<NotWritten>()("NotWritten", { message: Schema.String }) {}

/** How often it begins anew where somebody else writes the same reports. */
const TIMES = 5

/** The tags of the reports that are there, by key. */
const tagsNow = Effect.fnUntraced(function* (bucket: string) {
  const store = yield* ObjectStore
  const found = yield* Stream.runCollect(store.list(bucket, reportsPrefix))
  return new Map(found.map(({ etag, key }) => [key, etag]))
})

/**
 * One attempt. Two loads that end together start this twice, and the one that read the tables first may write last. So it
 * replaces only what was there before it read the tables, and fails with `ObjectChanged` otherwise.
 */
const attempt = Effect.fn("reports")(function* (dates: ReadonlyArray<string>) {
  const { resultsBucket: bucket } = yield* ReportSettings
  const store = yield* ObjectStore
  const fs = yield* FileSystem.FileSystem
  const { page } = yield* Files
  const empty = yield* fs.readFileString(page)
  const tags = yield* tagsNow(bucket)
  const deployment = yield* Effect.flatMap(Opening, (opening) => opening.deployment)
  const answers = yield* Layer.build(RecentRuns.layer.pipe(Layer.provideMerge(Layer.succeed(Source, deployment))))
  const reportOf = yield* Effect.provideContext(reporting, answers)

  const write = Effect.fnUntraced(function* (date: string | undefined) {
    const answered = yield* reportOf(date)
    const text = filled(empty, answered)
    if (text === undefined) return yield* new NotWritten({ message: `${page} has no place for figures` })
    const names = [answered.date, ...(date === undefined ? ["latest"] : [])]
    yield* Effect.forEach(names, (name) => {
      const key = `${reportsPrefix}${name}.html`
      return store.replace({ bucket, key }, text, "text/html; charset=utf-8", Option.fromUndefinedOr(tags.get(key)))
    })
    return answered.date
  })

  // A date without figures has no report, and that is no failure.
  const orNone = (date: string | undefined) =>
    Effect.catchTag(Effect.asSome(write(date)), "WrongQuestion", ({ problem }) =>
      Effect.as(Effect.logInfo("no report", { date: date ?? null, why: problem }), Option.none<string>()),
    )
  const newest = yield* orNone(undefined)
  const others = yield* Effect.forEach(
    dates.filter((date) => date !== Option.getOrUndefined(newest)),
    orNone,
  )
  return [newest, ...others].flatMap(Option.toArray)
}, Effect.scoped)

/** Writes the reports of these dates and of the newest one; the dates of those that it wrote. */
export const writeReports = (dates: ReadonlyArray<string>) =>
  attempt(dates).pipe(
    Effect.tapErrorTag("ObjectChanged", ({ key }) => Effect.logInfo("another report came meanwhile", { key })),
    Effect.retry({ times: TIMES, while: ({ _tag }) => _tag === "ObjectChanged" }),
    Effect.mapError((error) =>
      error._tag === "NotWritten"
        ? error
        : new NotWritten({ message: error._tag === "NotAnswered" ? error.problem : error.message }),
    ),
  )
