import { assert, it } from "@effect/vitest"
import { OpenApi } from "effect/http-api"
import { DashboardApi } from "../src/api.ts"

it("can only be read, and lies below /api", () => {
  const { paths } = OpenApi.fromApi(DashboardApi)
  const methods = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => [path, method]))
  assert.isAbove(methods.length, 0)
  for (const [path, method] of methods) {
    assert.strictEqual(method, "get", path)
    assert.match(path ?? "", /^\/api\//)
  }
})
