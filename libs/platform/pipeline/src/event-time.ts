import { Schema } from "effect"

/**
 * When a run's newest file arrived: ISO 8601 in UTC, with at most nine fractional digits, e.g. `2025-03-01T06:00:00.123Z`.
 *
 * It is a text and not a date, because the run id, the manifest and the Python jobs must agree on it to the digit.
 */
export const EventTime = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/u, {
    expected: "an ISO 8601 time in UTC such as 2025-03-01T06:00:00.123Z",
  }),
).annotate({ identifier: "EventTime" })
export type EventTime = typeof EventTime.Type

/** The UTC date, `yyyy-mm-dd`, under which rejected files of a run are kept. */
export const eventDate = (eventTime: EventTime): string => eventTime.slice(0, 10)

/** `yyyymmddThhmmssmmmZ`: sorts as the times do, and is legal in an execution's name. Finer digits are cut off. */
export const compactTime = (eventTime: EventTime): string => {
  const [seconds = "", fraction = ""] = eventTime.slice(0, -1).split(".")
  return `${seconds.replace(/[-:]/g, "")}${fraction.slice(0, 3).padEnd(3, "0")}Z`
}
