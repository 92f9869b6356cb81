/** Which rows a report holds, where it does not hold all: what is least among them need not be the least. */
import type { Kpi } from "../api.ts"
import { useShown } from "../context.ts"
import { count } from "../model/words.ts"

export const Held = ({ kpi }: { readonly kpi: Kpi }) => {
  const { source, locale } = useShown()
  const held = source.held(`/api/kpis/${kpi.name}/rows`)
  const [first] = kpi.measures
  if (held === undefined || held.rows === held.total || first === undefined) return null
  return (
    <p class="soft">
      Among the {count(held.rows, locale)} of {count(held.total, locale)} rows that this report holds: those with the
      most {first.title.toLowerCase()}.
    </p>
  )
}
