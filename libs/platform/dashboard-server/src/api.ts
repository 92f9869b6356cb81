/** What the browser and the server say to each other. */
/** @public Errors are decoded by their Schemas. */
export { DashboardApi, NotAnswered, WrongQuestion } from "./api/api.ts"
/** @public The browser imports their types. */
export { Against, KpiDay, KpiRows, Origin, Overview, Series, Totals, Trust, Value, type Values } from "./api/figures.ts"
/** @public As above. */
export { Health, RunDetail, Runs, Suppliers } from "./api/platform.ts"
