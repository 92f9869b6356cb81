/** What of a plan is executed: all but its words. */
import { Record } from "effect"
import type { DatasetContent, KpiTable, TableColumn } from "./plan.ts"

const silent = ({ comment: _comment, ...column }: TableColumn) => column

const silentKpi = ({ description: _description, columns, ratios, ...kpi }: KpiTable) => ({
  ...kpi,
  columns: columns.map(silent),
  ...(ratios === undefined ? {} : { ratios: ratios.map(({ description: _words, ...ratio }) => ratio) }),
})

/**
 * A dataset's plan without descriptions, units, comments and the sentences of reasons: no verdict, row or figure depends on
 * them, so that the hash of the rest stays what it is when a sentence changes.
 */
export const executable = ({ columns, contract, reasons, tables, ...rest }: DatasetContent) => ({
  ...rest,
  contract: { name: contract.name, version: contract.version },
  columns: columns.map(({ description: _description, unit: _unit, ...column }) => column),
  reasons: Record.map(reasons, ({ meaning: _meaning, message: _message, remedy: _remedy, ...reason }) => reason),
  tables: {
    curated: { ...tables.curated, columns: tables.curated.columns.map(silent) },
    kpis: tables.kpis.map(silentKpi),
  },
})
