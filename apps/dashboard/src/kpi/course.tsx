/** A measure's course over the last periods. */
import type { Kpi, Measure, Series } from "../api.ts"
import { useAsked, useShown } from "../context.ts"
import { question } from "../model/address.ts"
import { addPeriods } from "../model/dates.ts"
import { period } from "../model/words.ts"
import { Chart } from "../parts/chart.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { writerOf } from "./figures.ts"

export const LAST_PERIODS = 90

export interface CourseProps {
  readonly kpi: Kpi
  readonly measure: Measure
  readonly date: string
  /** How many periods up to the date; `all` begins with the first one there is. */
  readonly periods?: number | "all"
  readonly where?: string | undefined
  readonly onChoose: (date: string) => void
}

export const Course = ({ kpi, measure, date, periods = LAST_PERIODS, where, onChoose }: CourseProps) => {
  const { locale, overview } = useShown()
  const first = overview.periods[kpi.name]?.first ?? date
  const wanted = periods === "all" ? first : addPeriods(kpi.grain, date, 1 - periods)
  // Where nothing was sold yet, there is nothing to draw. One period alone is no course.
  const from = wanted > first || first >= date ? wanted : first
  const path = question(`/api/kpis/${kpi.name}/series`, { from, to: date, where })
  const { answer, problem, again } = useAsked<Series>(path)
  if (problem !== undefined) return <Problem problem={problem} again={again} />
  if (answer === undefined) return <Waiting />
  if (answer.periods.length === 0) return <Empty title="There is no figure in these periods." />
  const values = answer.values[measure.name] ?? []
  return (
    <Chart
      title={measure.title}
      periods={answer.periods}
      values={values}
      chosen={date}
      written={writerOf(measure, values, { locale, currency: overview.currency })}
      writtenPeriod={(one) => period(kpi.grain, one, locale)}
      locale={locale}
      onChoose={onChoose}
    />
  )
}
