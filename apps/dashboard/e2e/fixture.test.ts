/** The answers that the pages are tested with are such as the server gives. */
import {
  Health,
  KpiDay,
  KpiRows,
  Origin,
  Overview,
  RunDetail,
  Runs,
  Series,
  Suppliers,
} from "@pos/dashboard-server/api"
import { Schema } from "effect"
import { it } from "vitest"
import { answer } from "./fixture.ts"
import { kpis, LAST } from "./fixture-figures.ts"
import { RUN } from "./fixture-files.ts"

const decodes = <A>(schema: Schema.Codec<A, unknown>, path: string, query = "") =>
  Schema.decodeUnknownSync(schema, { onExcessProperty: "error" })(answer(path, new URLSearchParams(query)))

it("each decodes by its Schema", () => {
  decodes(Overview, "/api/overview")
  for (const { name } of kpis) {
    decodes(KpiDay, `/api/kpis/${name}/day`, `date=${LAST}`)
    decodes(KpiRows, `/api/kpis/${name}/rows`, `date=${LAST}&limit=20`)
    decodes(Series, `/api/kpis/${name}/series`, `from=2026-01-01&to=${LAST}`)
    decodes(Origin, `/api/kpis/${name}/origin`, `date=${LAST}`)
  }
  decodes(Runs, "/api/runs")
  decodes(RunDetail, `/api/runs/${RUN}`)
  decodes(Suppliers, "/api/suppliers")
  decodes(Health, "/api/health")
})
