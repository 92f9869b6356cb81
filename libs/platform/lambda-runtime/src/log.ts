import type { JobName } from "@pos/pipeline"
import { Array, Context, Logger, References } from "effect"

/**
 * Where lines go: one JSON object each. Not by console.log, which Lambda would wrap, so that CloudWatch would find no
 * metric in it.
 */
export const Lines = Context.Reference<(line: object) => void>("@pos/lambda-runtime/Lines", {
  defaultValue: () => (line) => {
    process.stdout.write(`${JSON.stringify(line)}\n`)
  },
})

const isFields = (part: unknown): part is object => typeof part === "object" && part !== null

/** `Effect.logInfo("event", { field })` as `{"time":…,"level":"info","job":…,"event":"event","field":…}`. */
const jsonLines = (job: JobName) =>
  Logger.make(({ cause, date, fiber, logLevel, message }) => {
    const parts = Array.ensure(message)
    fiber.getRef(Lines)({
      time: date.toISOString(),
      level: logLevel.toLowerCase(),
      job,
      event: parts.filter((part) => !isFields(part)).join(" "),
      ...fiber.getRef(References.CurrentLogAnnotations),
      ...Object.assign({}, ...parts.filter(isFields)),
      ...(cause.reasons.length > 0 ? { error: String(cause.reasons[0]) } : {}),
    })
  })

/** Logs in the fields that the jobs' logs have too. */
export const layerLog = (job: JobName) => Logger.layer([jsonLines(job)])
