/** All datasets, a line each: a library that exports a `dataset` and its `kpis`. */
export * as declaredTotals from "@pos/declared-totals"
export * as sales from "@pos/sales"
export * as stores from "@pos/stores"
