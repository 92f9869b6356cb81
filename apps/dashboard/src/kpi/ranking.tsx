/** The rows with the most, or the least, of a measure, and those that changed most. */
import { useState } from "preact/hooks"
import type { Compared, Kpi, Measure, Row, Rows } from "../api.ts"
import { useAsked, useShown } from "../context.ts"
import { link, question } from "../model/address.ts"
import { forDrawing, isNumeric } from "../model/decimal.ts"
import { capital, count } from "../model/words.ts"
import { Change } from "../parts/change.tsx"
import { Figure } from "../parts/figure.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { Either, GroupChoice } from "./controls.tsx"
import { hasNames, namedBy, shortly, valuesOf, whereOf, writerOf } from "./figures.ts"
import { Held } from "./held.tsx"
import { RowName } from "./name.tsx"
import { Sheet } from "../parts/sheet.tsx"

/** As many rows as are about as high as the totals and the chart beside them. */
const shownRows = (kpi: Kpi): number => Math.min(20, Math.max(10, Math.round(6 + 1.4 * kpi.measures.length)))

const ends = [
  { name: "most", title: "Most", direction: "descending", changed: false },
  { name: "least", title: "Least", direction: "ascending", changed: false },
  { name: "rose", title: "Rose", direction: "descending", changed: true },
  { name: "fell", title: "Fell", direction: "ascending", changed: true },
] as const

/** The server orders by the change of the first measure against the period before. A report has no server. */
const endsOf = (kpi: Kpi, measure: Measure, isLive: boolean) =>
  ends.filter(({ changed }) => !changed || (isLive && measure === kpi.measures[0]))

/** The part of the longest bar that a figure has, in percent; of a negative figure nothing is drawn. */
const barOf = (value: unknown, rows: ReadonlyArray<Row>, measure: string): number => {
  const most = Math.max(...rows.map(({ values }) => (isNumeric(values[measure]) ? forDrawing(values[measure]) : 0)))
  return isNumeric(value) && most > 0 ? Math.max(0, (100 * forDrawing(value)) / most) : 0
}

export interface RankingProps {
  readonly kpi: Kpi
  readonly measure: Measure
  readonly date: string
  readonly compared: Compared
}

export const Ranking = ({ kpi, measure, date, compared }: RankingProps) => {
  const { source, locale, overview } = useShown()
  const [wanted, setWanted] = useState("most")
  const [group, setGroup] = useState("")
  const isLive = source.date === undefined
  const options = endsOf(kpi, measure, isLive)
  const end = options.find(({ name }) => name === wanted) ?? ends[0]
  const order = end.changed ? "change" : measure.name
  const asked = { date, group, order, direction: end.direction, offset: 0, limit: shownRows(kpi) }
  const { answer, loading, problem, again } = useAsked<Rows>(question(`/api/kpis/${kpi.name}/rows`, asked))
  const by = namedBy(kpi, group)
  const written = writerOf(measure, valuesOf(answer?.rows ?? [], measure.name), { locale, currency: overview.currency })
  const title = `${end.title}: ${measure.title}`
  return (
    <div class="ranking" aria-busy={loading}>
      <div class="bar">
        <Either label="Which rows" options={options} chosen={end.name} onChoose={setWanted} />
        {isLive && (group !== "" || hasNames(answer?.rows)) && (
          <GroupChoice kpi={kpi} group={group} onChoose={setGroup} />
        )}
        {answer !== undefined && (
          <a class="all" href={link("kpi", kpi.name, { date, measure: measure.name, group })}>
            All {count(answer.total, locale)}
          </a>
        )}
      </div>
      <Held kpi={kpi} />
      {problem !== undefined && <Problem problem={problem} again={again} />}
      {problem === undefined && answer === undefined && <Waiting />}
      {answer?.rows.length === 0 && <Empty title="There is no row in this period." />}
      {answer !== undefined && answer.rows.length > 0 && (
        <Sheet caption={title} kind="ranked">
          <thead>
            <tr>
              <th scope="col">{by.map((one) => one.title).join(" · ")}</th>
              <th scope="col" class="number">
                {measure.title}
              </th>
              {compared.map(({ against, title: earlier }) => (
                <th key={against} scope="col" class="number">
                  <span title={capital(earlier)}>{shortly(kpi, against)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.rows.map((row) => {
              const where = whereOf(row.key)
              const value = row.values[measure.name]
              return (
                <tr key={where}>
                  <th scope="row">
                    <RowName row={row} by={by} locale={locale} />
                  </th>
                  <td class="number barred">
                    <span
                      class="length"
                      aria-hidden="true"
                      style={{ width: `${barOf(value, answer.rows, measure.name)}%` }}
                    />
                    <Figure
                      to={group === "" ? link("number", kpi.name, { date, measure: measure.name, where }) : undefined}
                      text={written(value)}
                    />
                  </td>
                  {compared.map(({ against }) => (
                    <td key={against} class="number">
                      <Change now={value} before={row[against]?.[measure.name]} locale={locale} />
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </Sheet>
      )}
    </div>
  )
}
