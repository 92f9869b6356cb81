import { Option } from "effect"
import { rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "vitest"
import { ArtefactError } from "../src/artefacts/artefact-error.ts"
import { readArtefacts } from "../src/artefacts/artefacts.ts"
import { builtApps, writeBundle } from "./fixture.ts"

const spark = { stage: "dev", engine: "spark", transformationType: "glueetl", report: Option.none() } as const
const embedded = { ...spark, engine: "embedded" } as const
const shell = { ...embedded, transformationType: "pythonshell" } as const

const after = (damage: (root: string) => void, settings: Parameters<typeof readArtefacts>[0] = spark) => {
  const root = builtApps()
  damage(root)
  return () => readArtefacts(settings, root)
}

const withoutJars = (root: string) => writeBundle(join(root, "transformation-job/dist"), { python: "3.13", jars: [] })
const withoutReporter = (root: string) => rmSync(join(root, "reporter"), { recursive: true })
const withoutShell = (root: string) => rmSync(join(root, "transformation-job/dist-shell"), { recursive: true })

const names = (paths: ReadonlyArray<string>) => paths.map((path) => basename(path).split("-")[0])

describe("artefacts", () => {
  it("are found where the builds leave them", () => {
    const artefacts = readArtefacts(spark, builtApps())
    assert.strictEqual(artefacts.plan.content.format, "pos-plan/2")
    assert.deepStrictEqual(names(artefacts.validationJob.wheels), ["validation_job", "duckdb"])
  })

  it("have the report's only where a stage writes reports", () => {
    const reporting = { ...spark, report: Option.some({ currency: "EUR", dpuPrice: undefined }) }
    assert.deepStrictEqual(after(withoutReporter)().reporter, Option.none())
    assert.match(
      Option.getOrElse(readArtefacts(reporting, builtApps()).reporter, () => ""),
      /reporter\/dist\/bundle$/,
    )
    assert.throws(after(withoutReporter, reporting), ArtefactError, /Build it: npx nx run reporter:build/)
  })

  it("of the transformation are what its engine needs", () => {
    const root = builtApps()
    const files = (settings: Parameters<typeof readArtefacts>[0]) => {
      const { jars, repairWheels, wheels } = readArtefacts(settings, root).transformationJob
      const repair = repairWheels === undefined ? {} : { repairWheels: names(repairWheels) }
      return { jars: names(jars), wheels: names(wheels), python: /cp\d+/.exec(wheels.join())?.[0], ...repair }
    }
    assert.deepStrictEqual(files(spark), {
      jars: ["pos"],
      wheels: ["transformation_job"],
      python: undefined,
      repairWheels: ["duckdb"],
    })
    assert.deepStrictEqual(files(embedded), { jars: [], wheels: ["transformation_job", "duckdb"], python: "cp313" })
    assert.deepStrictEqual(files(shell), { jars: [], wheels: ["transformation_job", "duckdb"], python: "cp39" })
  })

  it("that were built without a JDK are refused for Spark, with what to do", () => {
    assert.throws(
      after(withoutJars),
      ArtefactError,
      /bundle.json has no jars, and the engine spark of stage dev [^]*Install a JDK [^]*nx run transformation-job:build[^]*--context engine=embedded/,
    )
    assert.doesNotThrow(after(withoutJars, embedded))
  })

  it("for Python Shell are asked for only where it is used", () => {
    assert.doesNotThrow(after(withoutShell))
    assert.throws(after(withoutShell, shell), ArtefactError, /npx nx run transformation-job:build-shell/)
  })

  for (const [what, project] of Object.entries({
    "plan/dist/plan.json": "plan",
    "plan/dist/words.json": "plan",
    "plan/dist/contracts.json": "plan",
    "trigger/dist/bundle": "trigger",
    "validation-job/dist/bundle.json": "validation-job",
    "transformation-job/dist/bundle.json": "transformation-job",
    "transformation-job/dist/main.py": "transformation-job",
    "transformation-job/dist/jars": "transformation-job",
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
        JSON.stringify({ script: "main.py", wheels: [], own: [], jars: [], python: "3.13" }),
      ),
    )
    assert.throws(read, ArtefactError, /is for Python 3.13; its Glue job runs Python 3.9/)
  })
})
