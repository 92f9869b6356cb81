/**
 * How days, moments and booleans are read from text: one pattern each, so that every engine accepts exactly the same
 * without asking its own calendar.
 */
import { Result } from "effect"

/** A day that the calendar has, as `YYYY-MM-DD`: by patterns of the years, of full centuries with a 29 February, and of other leap years. */
export const REAL_DAY = (year: string, century: string, yearOfCentury: string) =>
  [
    `${year}-(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])`,
    `${year}-(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)`,
    `${year}-02-(?:0[1-9]|1[0-9]|2[0-8])`,
    // 29 February: of years that 4 divides, but of full centuries only those that 400 divides.
    `${yearOfCentury}-02-29`,
    `${century}00-02-29`,
  ].join("|")

const DAY_TEXT = `(?:${REAL_DAY("(?:19|[2-9][0-9])[0-9]{2}", "(?:[2468][048]|[3579][26])", "(?:19|[2-9][0-9])(?:0[48]|[2468][048]|[13579][26])")})`

/** Hours, minutes and seconds, and up to nine digits of a second. */
export const TIME_TEXT = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?"
const ZONE_TEXT = "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"

/** A day and a moment as they are written most often; spaces and tabs around them lose nothing and are accepted too. */
export const BARE_DAY = new RegExp(`^${DAY_TEXT}$`)
export const BARE_TIMESTAMP = new RegExp(`^${DAY_TEXT}T${TIME_TEXT}${ZONE_TEXT}$`)
const BLANKS = "[ \\t]*"
export const DAY = new RegExp(`^${BLANKS}${DAY_TEXT}${BLANKS}$`)
/**
 * A moment in ISO 8601, with a zone: day, `T`, hours, minutes and seconds, up to nine digits of a second, and `Z` or the
 * distance to UTC as `+hh:mm` or `-hh:mm`, up to 14 hours. No leap seconds, and no 24:00.
 */
export const TIMESTAMP = new RegExp(`^${BLANKS}${DAY_TEXT}T${TIME_TEXT}${ZONE_TEXT}${BLANKS}$`)

/** The spellings of yes and no: as JSON, as spreadsheets and as Python write them. */
export const TRUE_SPELLINGS = ["true", "TRUE", "True"] as const
export const FALSE_SPELLINGS = ["false", "FALSE", "False"] as const

export type CalendarReason = "not_a_date" | "not_a_timestamp" | "not_a_boolean"

const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "")

/** A calendar day, as `YYYY-MM-DD`. */
export const parseDay = (text: string): Result.Result<string, CalendarReason> =>
  DAY.test(text) ? Result.succeed(trim(text)) : Result.fail("not_a_date")

const PARTS = /^(.{10})T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * The moment in whole microseconds since 1970-01-01T00:00:00Z. Further digits are cut off, so that the last moment of a
 * day stays on it.
 */
export const timestampMicros = (text: string): Result.Result<bigint, CalendarReason> => {
  if (!TIMESTAMP.test(text)) return Result.fail("not_a_timestamp")
  const [, day = "", hour, minute, second, fraction = "", sign = "+", hours = "0", minutes = "0"] =
    PARTS.exec(trim(text)) ?? []
  const distance = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1)
  const seconds =
    Date.parse(`${day}T00:00:00Z`) / 1000 + Number(hour) * 3600 + (Number(minute) - distance) * 60 + Number(second)
  return Result.succeed(BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0")))
}

/** The moment in seconds since 1970-01-01T00:00:00Z, as rules calculate with it. */
export const parseTimestamp = (text: string): Result.Result<number, CalendarReason> =>
  Result.map(timestampMicros(text), (micros) => Number(micros) / 1e6)

/** The moment as text, for whoever writes one. */
export const printTimestamp = (seconds: number): string => {
  const micros = BigInt(Math.round(seconds * 1e6))
  const whole = micros >= 0n ? micros / 1_000_000n : -((999_999n - micros) / 1_000_000n)
  const fraction = (micros - whole * 1_000_000n).toString().padStart(6, "0")
  return new Date(Number(whole) * 1000).toISOString().replace(".000Z", `.${fraction}Z`)
}

/** Yes or no. */
export const parseBoolean = (text: string): Result.Result<boolean, CalendarReason> => {
  const written = trim(text)
  if (TRUE_SPELLINGS.some((one) => one === written)) return Result.succeed(true)
  return FALSE_SPELLINGS.some((one) => one === written) ? Result.succeed(false) : Result.fail("not_a_boolean")
}
