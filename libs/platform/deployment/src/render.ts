/** Results for people. */
import { styleText } from "node:util"
import type { CheckResult, Status } from "./check.ts"
import { counted } from "./internal/text.ts"

const SIGNS: Readonly<Record<Status, string>> = { passed: "✔", failed: "✘", skipped: "○" }
const COLOURS = { passed: "green", failed: "red", skipped: "yellow" } as const

const coloured = (status: Status, text: string) =>
  styleText(COLOURS[status], text, { stream: process.stdout, validateStream: true })

const width = (text: string) => [...text].length

const time = (seconds: number) => `${seconds.toFixed(1)} s`.padStart(8)

/** A table with a line a check; titles take at least `least` columns. */
export const renderResults = (results: ReadonlyArray<CheckResult>, least = 0): ReadonlyArray<string> => {
  const widest = Math.max(least, ...results.map(({ title }) => width(title)))
  return results.map(({ detail, seconds, status, title }) => {
    const padding = " ".repeat(widest - width(title))
    return `${coloured(status, `${SIGNS[status]} ${status.padEnd(7)}`)}  ${title}${padding}  ${time(seconds)}  ${detail}`
  })
}

/** `12 checks: 10 passed, 1 failed, 1 skipped`. */
export const summarize = (results: ReadonlyArray<CheckResult>): string => {
  const count = (status: Status) => results.filter((result) => result.status === status).length
  const parts = (["passed", "failed", "skipped"] as const).map((status) => `${count(status)} ${status}`)
  return `${counted(results.length, "check")}: ${parts.join(", ")}`
}

/** Whether nothing failed. What was skipped is not proved, and not wrong. */
export const isProved = (results: ReadonlyArray<CheckResult>): boolean =>
  results.every(({ status }) => status !== "failed")
