/** The totals of each measure, beside what they were before. */
import type { Day, Kpi } from "../api.ts"
import { useShown } from "../context.ts"
import { link } from "../model/address.ts"
import { isNumeric } from "../model/decimal.ts"
import { capital, period } from "../model/words.ts"
import { Change } from "../parts/change.tsx"
import { Figure } from "../parts/figure.tsx"
import { shortly, writerOf } from "./figures.ts"
import { Sheet } from "../parts/sheet.tsx"

export const Totals = ({ kpi, day, chosen }: { readonly kpi: Kpi; readonly day: Day; readonly chosen: string }) => {
  const { locale, overview } = useShown()
  return (
    <Sheet
      caption={`${kpi.title}: totals of ${period(kpi.grain, day.period, locale)}, beside earlier ones`}
      kind="totals"
    >
      <thead>
        <tr>
          <th scope="col">Total</th>
          <th scope="col" class="number">
            {kpi.grain === "day" ? "This day" : `This ${kpi.grain}`}
          </th>
          {day.compared.map(({ against, title, period: earlier }) => (
            <th key={against} scope="col" class="number">
              <span title={`${capital(title)}: ${period(kpi.grain, earlier, locale)}`}>{shortly(kpi, against)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kpi.measures.map((measure) => {
          const { name, title, description } = measure
          const now = day.totals?.values[name]
          const earlier = day.compared.map((one) => one.totals?.values[name])
          const written = writerOf(measure, [now, ...earlier], { locale, currency: overview.currency })
          return (
            <tr key={name} class={name === chosen ? "chosen" : undefined}>
              <th scope="row">
                <span title={description}>{title}</span>
              </th>
              <td class="number">
                {measure.total === "none" && !isNumeric(now) ? (
                  <span class="soft" title="Rows may have counted the same thing: there is no total.">
                    no total
                  </span>
                ) : (
                  <Figure to={link("number", kpi.name, { date: day.period, measure: name })} text={written(now)} />
                )}
              </td>
              {day.compared.map((one, index) => (
                <td key={one.against} class="number">
                  <Change now={now} before={earlier[index]} locale={locale} />
                  {isNumeric(earlier[index]) && <span class="was">{written(earlier[index])}</span>}
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </Sheet>
  )
}
