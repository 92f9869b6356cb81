import type { Kpi } from "@pos/contract"

/** None: stores have no business dates that a figure could be of. */
export const kpis: ReadonlyArray<Kpi> = []
