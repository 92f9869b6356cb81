import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ArtefactError } from "../src/artefacts/artefact-error.ts"
import { readArtefacts } from "../src/artefacts/artefacts.ts"
import { builtApps } from "./fixture.ts"

const after = (damage: (root: string) => void) => {
  const root = builtApps()
  damage(root)
  return () => readArtefacts(root)
}

describe("artefacts", () => {
  it("are found where the builds leave them", () => {
    const artefacts = readArtefacts(builtApps())
    assert.strictEqual(artefacts.plan.content.format, "pos-plan/1")
    assert.lengthOf(artefacts.validationJob.wheels, 1)
  })

  for (const [what, project] of Object.entries({
    "plan/dist/plan.json": "plan",
    "trigger/dist/bundle": "trigger",
    "validation-job/dist/bundle.json": "validation-job",
    "transformation-job/dist/bundle.json": "transformation-job",
    "transformation-job/dist/main.py": "transformation-job",
    "validation-job/dist/wheels": "validation-job",
  })) {
    it(`without ${what} end synthesis with the command that builds it`, () => {
      const read = after((root) => rmSync(join(root, what), { recursive: true }))
      assert.throws(read, ArtefactError, new RegExp(`is missing. Build it: npx nx run ${project}:build`))
    })
  }

  it("that are damaged say so", () => {
    const read = after((root) => writeFileSync(join(root, "plan/dist/plan.json"), '{"format":"pos-plan/0"}'))
    assert.throws(read, ArtefactError, /plan.json is not what it should be[^]*nx run plan:build/)
  })

  it("for another Python than the job's are refused", () => {
    const read = after((root) =>
      writeFileSync(
        join(root, "validation-job/dist/bundle.json"),
        JSON.stringify({ script: "main.py", wheels: [], python: "3.13" }),
      ),
    )
    assert.throws(read, ArtefactError, /is for Python 3.13; its Glue job runs Python 3.9/)
  })
})
