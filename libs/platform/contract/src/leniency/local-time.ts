/** From the time that the clocks of a zone showed to the moment. */
import { Result } from "effect"
import { REAL_DAY, TIME_TEXT } from "../calendar.ts"
import { wallClock } from "../wall-clock.ts"

/** Of these years, every engine knows the same changes of the clocks. */
const YEARS = "(?:197[1-9]|19[89][0-9]|20[0-9]{2})"
const LEAP_YEARS = "(?:19(?:7[26]|8[048]|9[26])|20(?:0[48]|[2468][048]|[13579][26]))"

/** A time that clocks may show, as `momentRewrite` leaves it. */
export const LOCAL_TIME = new RegExp(`^(?:${REAL_DAY(YEARS, "20", LEAP_YEARS)}) ${TIME_TEXT}$`)

export type LocalTimeReason = "absent_local_time" | "ambiguous_local_time"

/** Whether the machine knows the zone. */
export const isZone = (zone: string): boolean => {
  try {
    return Number.isFinite(wallClock(0, zone))
  } catch {
    return false
  }
}

/** What the clocks show at a moment, as seconds since 1970 as if it were UTC. */
const shown = (seconds: number, zone: string): number => wallClock(seconds * 1000, zone) / 1000

const A_DAY = 86_400

/**
 * The moments, in seconds since 1970-01-01T00:00:00Z, at which the clocks of a zone showed a time, which is given as
 * seconds as if it were UTC: by the distances to UTC of a day before and a day after it.
 */
const moments = (local: number, zone: string): ReadonlyArray<number> => {
  const candidates = [local - A_DAY, local + A_DAY].map((near) => local - (shown(near, zone) - near))
  return [...new Set(candidates)].filter((seconds) => shown(seconds, zone) === local)
}

/**
 * The moment at which the clocks of a zone showed a time.
 *
 * @example
 * localMoment("2026-07-01 18:05:00", { zone: "Europe/Berlin" }).success // 1782921900
 * localMoment("2026-03-29 02:30:00", { zone: "Europe/Berlin" }).failure // absent_local_time
 * localMoment("2026-10-25 02:30:00", { zone: "Europe/Berlin" }).failure // ambiguous_local_time
 * localMoment("2026-10-25 02:30:00", { zone: "Europe/Berlin", twice: "later" }).success // 1792891800
 */
export const localMoment = (
  text: string,
  { zone, twice }: { readonly zone: string; readonly twice?: "earlier" | "later" },
): Result.Result<number, LocalTimeReason> => {
  const found = moments(Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`) / 1000, zone)
  if (found.length === 0) return Result.fail("absent_local_time")
  if (found.length > 1 && twice === undefined) return Result.fail("ambiguous_local_time")
  return Result.succeed(twice === "later" ? Math.max(...found) : Math.min(...found))
}
