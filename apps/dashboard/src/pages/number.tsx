/** One figure: what it means, how it came about, and what is behind it. */
import type { Kpi, Measure } from "../api.ts"
import { go, useAddress, useShown } from "../context.ts"
import { link } from "../model/address.ts"
import { isDay, periodOf } from "../model/dates.ts"
import { capital, cell, period, visible } from "../model/words.ts"
import { Course } from "../kpi/course.tsx"
import { keyOf, measureOf, whereOf, writerOf } from "../kpi/figures.ts"
import { useFigure } from "../kpi/one-figure.ts"
import { Change } from "../parts/change.tsx"
import { Problem } from "../parts/states.tsx"
import { TrustBadge } from "../parts/trust.tsx"
import { Behind } from "./behind.tsx"
import { Missing } from "./missing.tsx"
import { Heading } from "../parts/heading.tsx"

const Figures = ({ figure, measure }: { readonly figure: ReturnType<typeof useFigure>; readonly measure: Measure }) => {
  const { overview, locale } = useShown()
  const all = [figure.value, ...figure.before.map(({ value }) => value)]
  const written = writerOf(measure, all, { locale, currency: overview.currency })
  return (
    <div>
      <div class="bar">
        <p class="hero">{figure.answered ? written(figure.value) : "…"}</p>
        {figure.trust !== undefined && <TrustBadge trust={figure.trust} />}
      </div>
      <p>
        {measure.description}
        {measure.unit !== undefined && <span class="soft"> ({measure.unit})</span>}
      </p>
      <dl class="counts">
        {figure.before.map(({ against, title, value }) => (
          <div key={against}>
            <dt>{capital(title)}</dt>
            <dd>{written(value)}</dd>
            <dd class="small">
              <Change now={figure.value} before={value} locale={locale} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

interface ShownProps {
  readonly kpi: Kpi
  readonly measure: Measure
  readonly date: string
}

const Shown = ({ kpi, measure, date }: ShownProps) => {
  const { locale } = useShown()
  const { query } = useAddress()
  const key = keyOf(kpi, query["where"])
  const isTotal = Object.keys(key).length === 0
  const where = isTotal ? undefined : whereOf(key)
  const figure = useFigure(kpi, date, key, measure.name)
  const of = kpi.dimensions
    .filter((one) => one.name in key)
    .map((one, index) => {
      const value = visible(cell(one.format, key[one.name], locale))
      return `${one.title} ${index === 0 && figure.label !== undefined ? `${visible(figure.label)} (${value})` : value}`
    })
  const about = isTotal ? "all rows" : of.join(", ")
  return (
    <>
      <p class="soft crumbs">
        <a href={link("", undefined, { date })}>Today</a> › <a href={link("kpi", kpi.name, { date })}>{kpi.title}</a>
      </p>
      <div>
        <Heading title={`${measure.title}: ${about}`}>
          {measure.title}: <bdi>{about}</bdi>
        </Heading>
        <p class="soft">{period(kpi.grain, date, locale)}</p>
      </div>
      <section class="card" aria-label="The figure">
        {figure.problem !== undefined && <Problem problem={figure.problem} again={figure.again} />}
        <div class="halves">
          <Figures figure={figure} measure={measure} />
          <Course
            kpi={kpi}
            measure={measure}
            date={date}
            where={where}
            onChoose={(to) => go(link("number", kpi.name, { ...query, date: to }))}
          />
        </div>
      </section>
      <Behind kpi={kpi} date={date} where={where} key={`${date} ${where}`} />
    </>
  )
}

export const NumberPage = ({ name }: { readonly name: string }) => {
  const { overview } = useShown()
  const { query } = useAddress()
  const kpi = overview.pages.kpis.find((one) => one.name === name)
  const measure = kpi === undefined ? undefined : measureOf(kpi, query["measure"])
  const date = query["date"] ?? ""
  if (kpi === undefined || measure === undefined) return <Missing what="KPI" name={name} />
  if (!isDay(date)) return <Missing what="day" name={date} />
  return <Shown kpi={kpi} measure={measure} date={periodOf(kpi.grain, date)} />
}
