/** The registry: every dataset of the platform and its KPIs. The first is the default, where nothing names one. */
import { registry } from "@pos/contract"
import { declaredTotals, kpis as declaredTotalsKpis } from "@pos/declared-totals"
import { kpis as salesKpis, sales } from "@pos/sales"

export const datasets = registry([
  { dataset: sales, kpis: salesKpis },
  { dataset: declaredTotals, kpis: declaredTotalsKpis },
])
