import { createServer } from "node:http"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NodeHttpServer } from "@effect/platform-node"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpRouter } from "effect/http"
import { RecentRuns } from "../src/platform/recent-runs.ts"
import { address, routes, serve, whyNotServed } from "../src/server.ts"
import { deploymentOf } from "./deployment.ts"
import { listed, rejected, run } from "./shop.ts"

const folder = mkdtempSync(join(tmpdir(), "pos-page-"))
writeFileSync(join(folder, "index.html"), "<!doctype html><title>The page</title>")

const runs = [run("2026-01-11T06:00:00.000Z", { files: [rejected("incoming/b.csv")] }, ["2026-01-10"])]

const recent = Layer.succeed(RecentRuns, {
  newest: (limit) => Effect.succeed(runs.slice(0, limit).map(listed)),
  withFiles: (some) =>
    Effect.succeed(runs.filter((one) => some.some(({ report }) => report.runId === one.report.runId))),
  one: (id) =>
    id === "broken" ? Effect.die(new Error("boom")) : Effect.succeed(runs.find(({ report }) => report.runId === id)),
})

const { dispose, handler } = HttpRouter.toWebHandler(
  routes(folder).pipe(
    Layer.provide(Layer.mergeAll(deploymentOf([]), recent)),
    Layer.provideMerge(NodeHttpServer.layerHttpServices),
  ),
  { disableLogger: true },
)

afterAll(async () => {
  await dispose()
  rmSync(folder, { recursive: true })
})

const get = (path: string, host = "127.0.0.1:4711") =>
  handler(new Request(`http://127.0.0.1:4711${path}`, { headers: { host } }))

/** Asks again and again; whether it was refused within five seconds. */
const untilRefused = async (at: string) => {
  for (const began = Date.now(); Date.now() - began < 5000;) {
    try {
      await (await fetch(at)).text()
    } catch {
      return true
    }
  }
  return false
}

describe("the server of the page", () => {
  it("serves the page, and lets it load nothing from elsewhere", async () => {
    const response = await get("/")
    assert.match(await response.text(), /The page/)
    assert.match(response.headers.get("content-security-policy") ?? "", /^default-src 'none'; script-src 'self';/)
    assert.isNull(response.headers.get("access-control-allow-origin"))
  })

  it("answers this machine alone: a name that somebody leads here gets nothing", async () => {
    for (const path of ["/", "/api/overview"]) {
      const response = await get(path, "figures.example")
      assert.strictEqual(response.status, 403)
      assert.notMatch(await response.text(), /visits/)
    }
    assert.strictEqual((await get("/api/overview", "localhost:4711")).status, 200)
  })

  it("serves nothing from outside of the page's folder", async () => {
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/..%2f..%2fetc/passwd"])
      assert.include([400, 403, 404], (await get(path)).status, path)
  })

  it("says in one form what of a question is wrong", async () => {
    for (const [path, words] of [
      ["/api/kpis/visits_per_shop_per_day/day?date=2026-02-30", /a date such as 2026-01-31/],
      ["/api/kpis/visits_per_shop_per_day/rows?date=2026-02-20&limit=-1", /limit/],
      ["/api/kpis/visits_per_shop_per_day/rows?date=2026-02-20&limit=", /a whole number/],
      ["/api/kpis/visits_per_shop_per_day/rows?date=2026-02-20&offset=0x10", /a whole number/],
      ["/api/kpis/visits_per_shop_per_day/day?date=0000-01-01", /a date such as 2026-01-31/],
      ["/api/suppliers?days=9007199254740991", /days/],
      ["/api/kpis/nothing/day?date=2026-02-20", /There is no KPI nothing/],
      ["/api/runs/unknown", /There is no run unknown/],
    ] as const) {
      const response = await get(path)
      const body = (await response.json()) as { readonly problem: string; readonly remedy: string }
      assert.strictEqual(response.status, 400, path)
      assert.match(body.problem, words)
      assert.notInclude(body.problem, "\n")
      assert.isNotEmpty(body.remedy)
    }
  })

  it("says why it can't listen", async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { readonly port: number }).port))
    })
    const served = serve(folder, port).pipe(Layer.provide(Layer.mergeAll(deploymentOf([]), recent)))
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(served))))
    taken.close()
    assert.strictEqual(whyNotServed(error), `address already in use 127.0.0.1:${port}`)
  })

  it("ends though somebody goes on asking", async () => {
    const served = serve(folder, 0).pipe(Layer.provide(Layer.mergeAll(deploymentOf([]), recent)))
    let refused: Promise<ReadonlyArray<boolean>> = Promise.resolve([])
    await Effect.gen(function* () {
      const at = yield* Effect.provideContext(address, yield* Layer.build(served))
      refused = Promise.all(Array.from({ length: 4 }, () => untilRefused(at)))
      yield* Effect.sleep("200 millis")
    }).pipe(Effect.scoped, Effect.runPromise)
    assert.deepStrictEqual(await refused, [true, true, true, true])
  })

  it("says in the same form that a fault of its own is in the way, and nothing of it", async () => {
    const response = await get("/api/runs/broken")
    assert.strictEqual(response.status, 500)
    const body = await response.text()
    assert.notInclude(body, "boom")
    assert.match((JSON.parse(body) as { readonly problem: string }).problem, /a fault in this program/)
  })

  it("tells of a run what its reasons mean, and of no others", async () => {
    const id = runs[0]?.report.runId
    const { help, report } = (await (await get(`/api/runs/${id}`)).json()) as Record<"help" | "report", object>
    assert.deepStrictEqual(help, { wrong_type: { meaning: "It is of another type.", remedy: "Send a number." } })
    assert.deepInclude(report, { runId: id })
  })

  it("tells what there is before anything is loaded", async () => {
    const overview = (await (await get("/api/overview")).json()) as object
    assert.deepInclude(overview, {
      target: { name: "the test", local: true },
      currency: "EUR",
      periods: { visits_per_shop_per_day: null },
    })
    const day = (await (await get("/api/kpis/visits_per_shop_per_day/day?date=2026-01-10")).json()) as object
    assert.deepInclude(day, { totals: null })
    const rows = await get("/api/kpis/visits_per_shop_per_day/origin?date=2026-01-10")
    assert.deepInclude((await rows.json()) as object, { total: 0, rows: [], files: [] })
    assert.deepInclude((await (await get("/api/health")).json()) as object, {
      tables: [],
      deadLetters: 2,
      cost: { runs: 1, dpuHours: 2, price: { amount: "0.88", currency: "USD" } },
    })
  })
})
