/** The first page: every KPI of one day, made from its model alone. */
import { useState } from "preact/hooks"
import type { Day, Kpi } from "../api.ts"
import { go, useAddress, useAsked, useShown } from "../context.ts"
import { link, question } from "../model/address.ts"
import { isDay, periodOf } from "../model/dates.ts"
import { day as dayWords, period } from "../model/words.ts"
import { Course } from "../kpi/course.tsx"
import { DatePicker, MeasureChoice } from "../kpi/controls.tsx"
import { measureOf } from "../kpi/figures.ts"
import { Ranking } from "../kpi/ranking.tsx"
import { Totals } from "../kpi/totals.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { TrustBadge } from "../parts/trust.tsx"
import { Heading } from "../parts/heading.tsx"

/** The first and the last day for which any KPI has figures. */
export const useDays = (): { readonly first: string; readonly last: string } | undefined => {
  const { overview } = useShown()
  const days = Object.values(overview.periods).filter((one) => one !== null)
  const [first] = days.map((one) => one.first).toSorted()
  const last = days
    .map((one) => one.last)
    .toSorted()
    .at(-1)
  return first === undefined || last === undefined ? undefined : { first, last }
}

const KpiSection = ({ kpi, date }: { readonly kpi: Kpi; readonly date: string }) => {
  const { locale } = useShown()
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const at = periodOf(kpi.grain, date)
  const { answer, problem, loading, again } = useAsked<Day>(question(`/api/kpis/${kpi.name}/day`, { date: at }))
  const measure = measureOf(kpi, chosen)
  const id = `kpi-${kpi.name}`
  return (
    <section class="card kpi" aria-labelledby={id} aria-busy={loading}>
      <header class="bar">
        <h2 id={id}>
          <a href={link("kpi", kpi.name, { date })}>{kpi.title}</a>
        </h2>
        {answer !== undefined && (answer.totals !== null || answer.trust.sentences.length > 0) && (
          <TrustBadge trust={answer.trust} />
        )}
        {kpi.grain !== "day" && <span class="soft">{period(kpi.grain, at, locale)}</span>}
        {measure !== undefined && <MeasureChoice kpi={kpi} measure={measure} onChoose={setChosen} />}
      </header>
      <p class="soft about">{kpi.description}</p>
      {problem !== undefined && <Problem problem={problem} again={again} />}
      {problem === undefined && answer === undefined && <Waiting />}
      {answer !== undefined && answer.totals === null && (
        <Empty title={`There is no figure for ${period(kpi.grain, at, locale)}.`}>
          Choose another day, or look at <a href={link("files")}>the files</a> that came.
        </Empty>
      )}
      {answer !== undefined && measure !== undefined && answer.totals !== null && (
        <div class="halves">
          <div>
            <Totals kpi={kpi} day={answer} chosen={measure.name} />
            <Course kpi={kpi} measure={measure} date={at} onChoose={(to) => go(link("", undefined, { date: to }))} />
          </div>
          <Ranking kpi={kpi} measure={measure} date={at} compared={answer.compared} />
        </div>
      )}
    </section>
  )
}

/** Where nothing was ever loaded. */
export const NothingYet = () => {
  const { overview } = useShown()
  return (
    <Empty title="There are no figures yet.">
      Load some files: <code>{overview.target.local ? "pos demo" : "pos ingest"}</code>. Then load this page again.
    </Empty>
  )
}

export const Today = () => {
  const { overview, locale, source } = useShown()
  const { query } = useAddress()
  const days = useDays()
  if (days === undefined)
    return (
      <>
        <Heading title="Today" />
        <NothingYet />
      </>
    )
  const asked = source.date ?? query["date"]
  const date = asked !== undefined && isDay(asked) ? asked : days.last
  return (
    <>
      <div class="head">
        <Heading title={dayWords(date, locale)} />
        {source.date === undefined && (
          <DatePicker date={date} {...days} onDate={(to) => go(link("", undefined, { date: to }))} />
        )}
      </div>
      {overview.pages.kpis.map((kpi) => (
        <KpiSection key={kpi.name} kpi={kpi} date={date} />
      ))}
    </>
  )
}
