/** One figure, a row's or the total of all, and what it was before. */
import type { Compared, Day, Kpi, Rows, Series, Value, Values } from "../api.ts"
import { useAsked } from "../context.ts"
import { question } from "../model/address.ts"

/** So many rows are looked through for the name of one: a search finds few. */
const LOOKED_THROUGH = 200

const isSame = (a: Values, b: Values): boolean => Object.entries(a).every(([name, value]) => b[name] === value)

/** What people call the row with this key, where reference data tell. */
const useLabel = (path: string, date: string, key: Values): string | undefined => {
  const [first] = Object.values(key)
  const search = first === undefined || first === null ? undefined : String(first)
  const { answer } = useAsked<Rows>(
    search === undefined ? undefined : question(`${path}/rows`, { date, search, offset: 0, limit: LOOKED_THROUGH }),
  )
  return answer?.rows.find((row) => isSame(key, row.key))?.label
}

const earliest = (compared: Compared, date: string): string =>
  compared.map((one) => one.period).reduce((a, b) => (a < b ? a : b), date)

/** `key` is empty for the total of all rows. */
export const useFigure = (kpi: Kpi, date: string, key: Values, measure: string) => {
  const path = `/api/kpis/${kpi.name}`
  const ofAll = Object.keys(key).length === 0
  const day = useAsked<Day>(question(`${path}/day`, { date }))
  const compared = day.answer?.compared ?? []
  const series = useAsked<Series>(
    ofAll || day.answer === undefined
      ? undefined
      : question(`${path}/series`, { from: earliest(compared, date), to: date, where: JSON.stringify(key) }),
  )
  const label = useLabel(path, date, key)
  const at = (period: string): Value | undefined => {
    const place = series.answer?.periods.indexOf(period) ?? -1
    return place === -1 ? undefined : series.answer?.values[measure]?.[place]
  }
  return {
    answered: ofAll ? day.answer !== undefined : series.answer !== undefined,
    problem: day.problem ?? series.problem,
    again: day.problem === undefined ? series.again : day.again,
    label,
    value: ofAll ? day.answer?.totals?.values[measure] : at(date),
    before: compared.map((one) => ({ ...one, value: ofAll ? one.totals?.values[measure] : at(one.period) })),
    trust: day.answer?.trust,
  }
}
