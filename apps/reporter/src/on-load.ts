/** One call: which dates a load has touched, and their reports. */
import { emitMetrics } from "@pos/lambda-runtime"
import { RunId } from "@pos/pipeline"
import { readTransformation } from "@pos/runs"
import { Effect, Schema } from "effect"
import { ReportSettings } from "./settings.ts"
import { writeReports } from "./write.ts"

/** What the rule sends of an execution that ended well; people may name dates instead. */
export const Asked = Schema.Struct({
  runId: Schema.optionalKey(RunId),
  dates: Schema.optionalKey(Schema.Array(Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\d$/)))),
})

/** A load of many years writes the newest of its dates anew; the others are written when somebody asks for them. */
const MOST_DATES = 31

const datesOf = Effect.fnUntraced(function* ({ dates = [], runId }: typeof Asked.Type) {
  const { resultsBucket } = yield* ReportSettings
  const loaded = runId === undefined ? undefined : yield* readTransformation(resultsBucket, runId)
  return [...dates, ...(loaded?.dates ?? []).toSorted().slice(-MOST_DATES)]
})

export const onLoad = Effect.fn("onLoad")(function* (event: unknown) {
  const asked = yield* Schema.decodeUnknownEffect(Asked)(event)
  const { stage } = yield* ReportSettings
  const written = yield* writeReports([...new Set(yield* datesOf(asked))])
  yield* Effect.logInfo("reports written", { runId: asked.runId ?? null, dates: written })
  yield* emitMetrics({ job: "report", stage, counts: { ReportsWritten: written.length } })
  return { written }
})
