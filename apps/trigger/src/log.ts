import { Array, Layer, Logger, References } from "effect"

/** Writes one JSON object a line, in the fields that the jobs' logs use too. */
const write = (line: object): void => {
  // Not console.log: Lambda would wrap the line, and CloudWatch would find no metric in it.
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const isFields = (part: unknown): part is object => typeof part === "object" && part !== null

/** `Effect.logInfo("event", { field })` as `{"time":…,"level":"info","job":"trigger","event":"event","field":…}`. */
const logger = Logger.make(({ cause, date, fiber, logLevel, message }) => {
  const parts = Array.ensure(message)
  write({
    time: date.toISOString(),
    level: logLevel.toLowerCase(),
    job: "trigger",
    event: parts.filter((part) => !isFields(part)).join(" "),
    ...fiber.getRef(References.CurrentLogAnnotations),
    ...Object.assign({}, ...parts.filter(isFields)),
    ...(cause.reasons.length > 0 ? { error: String(cause.reasons[0]) } : {}),
  })
})

export const JsonLines = { layer: Layer.mergeAll(Logger.layer([logger])), write }
