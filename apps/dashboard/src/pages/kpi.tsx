/** One KPI: its totals, its course, and all of its rows. */
import type { Day } from "../api.ts"
import { go, useAddress, useAsked, useShown } from "../context.ts"
import { link, question } from "../model/address.ts"
import { isDay, periodOf } from "../model/dates.ts"
import { period } from "../model/words.ts"
import { AllRows } from "../kpi/all-rows.tsx"
import { DatePicker, Either, MeasureChoice } from "../kpi/controls.tsx"
import { Course } from "../kpi/course.tsx"
import { measureOf } from "../kpi/figures.ts"
import { Totals } from "../kpi/totals.tsx"
import { Problem, Waiting } from "../parts/states.tsx"
import { TrustBadge } from "../parts/trust.tsx"
import { Missing } from "./missing.tsx"
import { NothingYet, useDays } from "./today.tsx"
import { Heading } from "../parts/heading.tsx"

const ranges = [
  { name: "30", title: "30" },
  { name: "90", title: "90" },
  { name: "365", title: "365" },
  { name: "all", title: "All" },
]

export const KpiPage = ({ name }: { readonly name: string }) => {
  const { overview, locale, source } = useShown()
  const { query } = useAddress()
  const days = useDays()
  const kpi = overview.pages.kpis.find((one) => one.name === name)
  const live = source.date === undefined
  const asked = source.date ?? query["date"]
  const date =
    kpi === undefined ? "" : periodOf(kpi.grain, asked !== undefined && isDay(asked) ? asked : (days?.last ?? ""))
  const day = useAsked<Day>(
    kpi === undefined || days === undefined ? undefined : question(`/api/kpis/${name}/day`, { date }),
  )
  if (kpi === undefined) return <Missing what="KPI" name={name} />
  const measure = measureOf(kpi, query["measure"])
  if (days === undefined || measure === undefined) return <NothingYet />
  const set = (next: Readonly<Record<string, string | undefined>>) => go(link("kpi", name, { ...query, ...next }), true)
  const range = ranges.find((one) => one.name === query["periods"])?.name ?? "90"
  return (
    <>
      <div class="head">
        <div>
          <Heading title={kpi.title} />
          <p class="soft about">{kpi.description}</p>
        </div>
        {live && <DatePicker date={date} {...days} onDate={(to) => set({ date: to })} />}
      </div>
      <section class="card" aria-labelledby="totals">
        <div class="bar">
          <h2 id="totals">{period(kpi.grain, date, locale)}</h2>
          {day.answer !== undefined && <TrustBadge trust={day.answer.trust} />}
          <MeasureChoice kpi={kpi} measure={measure} onChoose={(to) => set({ measure: to, order: undefined })} />
          {live && (
            <Either
              label="Periods in the chart"
              options={ranges}
              chosen={range}
              onChoose={(to) => set({ periods: to })}
            />
          )}
        </div>
        {day.problem !== undefined && <Problem problem={day.problem} again={day.again} />}
        {day.problem === undefined && day.answer === undefined && <Waiting />}
        {day.answer !== undefined && (
          <div class="halves">
            <Totals kpi={kpi} day={day.answer} chosen={measure.name} />
            <Course
              kpi={kpi}
              measure={measure}
              date={date}
              periods={range === "all" ? "all" : Number(range)}
              onChoose={(to) => set({ date: to })}
            />
          </div>
        )}
      </section>
      <AllRows kpi={kpi} date={date} compared={day.answer?.compared ?? []} />
    </>
  )
}
