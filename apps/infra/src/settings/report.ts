/** Whether a report is written after each load, and what of money it shows. */
import { Option, Result } from "effect"

export interface ReportSetting {
  /** ISO 4217. */
  readonly currency: string | undefined
  /** Of a DPU-hour, in US dollars. */
  readonly dpuPrice: number | undefined
}

interface Given {
  readonly report: unknown
  readonly currency: string | undefined
  readonly dpuPrice: unknown
}

/** None: no reports are written. Fails with a sentence. */
export const readReport = ({
  currency,
  dpuPrice,
  report = false,
}: Given): Result.Result<Option.Option<ReportSetting>, string> => {
  const wanted = String(report)
  if (wanted !== "true" && wanted !== "false") return Result.fail(`report must be true or false; it is ${wanted}.`)
  if (dpuPrice !== undefined && !/^\d+(\.\d+)?$/.test(String(dpuPrice)))
    return Result.fail(`dpuPrice must be US dollars of a DPU-hour, such as 0.44; it is ${String(dpuPrice)}.`)
  if (wanted === "true")
    return Result.succeed(Option.some({ currency, dpuPrice: dpuPrice === undefined ? undefined : Number(dpuPrice) }))
  for (const [name, value] of Object.entries({ currency, dpuPrice })) {
    if (value !== undefined) return Result.fail(`${name} is for reports: set report=true, or leave ${name} out.`)
  }
  return Result.succeed(Option.none())
}
