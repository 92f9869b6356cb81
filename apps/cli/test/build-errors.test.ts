import { assert, describe, it } from "@effect/vitest"
import { buildErrors } from "../src/workspace/build-errors.ts"

const root = "/home/me/pos"
const said = (text: string) => buildErrors(text.trim().split("\n"), root)

describe("a build that failed", () => {
  it("tells the compiler's errors with file and line, each once", () => {
    const text = `
> nx run rules:compile
libs/pos/sales/src/dataset.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.
\u001b[96m/home/me/pos/libs/pos/sales/src/kpis/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m7\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2304: \u001b[0mCannot find name 'x'.
libs/pos/sales/src/dataset.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.
Failed tasks: rules:compile`
    assert.deepStrictEqual(said(text), [
      "libs/pos/sales/src/dataset.ts:12: Type 'string' is not assignable to type 'number'. [TS2322]",
      "libs/pos/sales/src/kpis/a.ts:3: Cannot find name 'x'. [TS2304]",
    ])
  })

  it("tells where the contract is invalid, not where that was found", () => {
    const text = `
> nx run plan:build
file:///home/me/pos/libs/platform/contract/src/dataset.ts:80
throw new InvalidContract({ subject, problem })
^
InvalidContract: policies of pos-sales: fileTolerance is 2, but it must be between 0 and 1
at check (file:///home/me/pos/libs/platform/contract/src/dataset.ts:80:11)
at defineDataset (file:///home/me/pos/libs/platform/contract/src/dataset.ts:60:3)
at file:///home/me/pos/libs/pos/sales/src/dataset.ts:9:22
at ModuleJob.run (node:internal/modules/esm/module_job:561:25)
Node.js v24.21.0`
    assert.deepStrictEqual(said(text), [
      "libs/pos/sales/src/dataset.ts:9: policies of pos-sales: fileTolerance is 2, but it must be between 0 and 1",
    ])
  })

  it("tells where a file is no TypeScript", () => {
    const text = `
file:///home/me/pos/libs/pos/sales/src/dataset.ts:2
const y = {{
^
SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Unexpected token
at parseTypeScript (node:internal/modules/typescript:72:36)`
    assert.deepStrictEqual(said(text), ["libs/pos/sales/src/dataset.ts:2: Unexpected token [SyntaxError]"])
  })

  it("leaves out what Nx says around the words of a program", () => {
    const text = `
NX   Running target build for project plan and 8 tasks it depends on:
> nx run plan:build
> node --conditions=@pos/source src/main.ts build
pos-sales: revenue: a row holds decimals of at most 18 digits
Warning: command "node --conditions=@pos/source src/main.ts build" exited with non-zero status code
NX   Running target build for project plan and 8 tasks it depends on failed
Failed tasks:
- plan:build
Hint: run the command with --verbose for more details.
Run duration:      13.4s
Cache:             5/8 hit (63%)
Critical path:     12.8s (5 tasks)`
    assert.deepStrictEqual(said(text), ["pos-sales: revenue: a row holds decimals of at most 18 digits"])
  })

  it("shows the last lines of anything else", () => {
    assert.deepStrictEqual(said("one\ntwo"), ["one", "two"])
  })
})
