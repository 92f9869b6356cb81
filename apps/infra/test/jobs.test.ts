/** The Glue jobs as the template has them, for each engine and kind. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { repairModulesArgument } from "@pos/pipeline"
import { assert, describe, it } from "vitest"
import { staticSettings } from "../src/jobs/spark-conf.ts"
import { ofType, type Properties, properties, templateOf } from "./fixture.ts"

const spark = templateOf({ stage: "prod" })
const embedded = templateOf({ stage: "prod", engine: "embedded" })
const shell = templateOf({ stage: "dev", transformationType: "pythonshell", maintenance: "off" })

const job = (name: "Validation" | "Transformation" | "Maintenance", template = spark) =>
  properties(template, "AWS::Glue::Job", new RegExp(name))

/** The names of the files in an argument, without what stands before and without hashes. */
const files = ({ DefaultArguments }: Properties, argument: string): ReadonlyArray<string> => {
  const value: unknown = DefaultArguments[argument]
  if (value === undefined) return []
  return JSON.stringify(value)
    .split(",")
    .flatMap((part) => /\/[0-9a-f]{32}\/([^/"]+)/.exec(part)?.[1] ?? [])
}

describe("the validation job", () => {
  it("is a Python Shell 3.9 with its wheels, under names that pip accepts", () => {
    assert.deepInclude(job("Validation"), { MaxCapacity: 1 })
    assert.deepInclude(job("Validation").Command, { Name: "pythonshell", PythonVersion: "3.9" })
    assert.include(files(job("Validation"), "--extra-py-files"), "validation_job-1.0.0-py3-none-any.whl")
  })

  it("is told its region", () => {
    assert.deepInclude(job("Validation").DefaultArguments, { "--region": { Ref: "AWS::Region" } })
  })
})

describe("Spark's static settings", () => {
  it("are those that the job asks its session for", () => {
    const sources = join(
      import.meta.dirname,
      "../../transformation-job/src/pos_transformation/store/spark_delta/session.py",
    )
    const text = readFileSync(sources, "utf8")
    const constants = new Map([...text.matchAll(/^([A-Z_]+) = "(.+)"$/gm)].map(([, name, value]) => [name, value]))
    const block = /^STATIC: .*?\{\n([^]*?)^\}/m.exec(text)?.[1] ?? ""
    const asked = [...block.matchAll(/^ {4}"(.+)": (?:"(.+)"|([A-Z_]+)),$/gm)].map(
      ([, name, literal, constant]) => [name, literal ?? constants.get(constant)] as const,
    )
    assert.deepStrictEqual(Object.fromEntries(asked), staticSettings)
  })
})

const own = "transformation_job-1.0.0-py3-none-any.whl"

it("the transformation job on Spark knows the libraries of a repair, which its other runs do without", () => {
  assert.deepStrictEqual(files(job("Transformation"), repairModulesArgument), [
    own,
    "duckdb-2.0.1-cp313-manylinux_2_28_x86_64.whl",
  ])
  for (const other of [job("Maintenance"), job("Transformation", embedded), job("Transformation", shell)]) {
    assert.notProperty(other.DefaultArguments, repairModulesArgument)
  }
})

for (const name of ["Transformation", "Maintenance"] as const) {
  describe(`the ${name.toLowerCase()} job`, () => {
    it("on Spark brings its own code and the log store; Glue has the rest", () => {
      const { Command, DefaultArguments, GlueVersion } = job(name)
      assert.strictEqual(Command.Name, "glueetl")
      assert.strictEqual(GlueVersion, "6.0")
      assert.deepInclude(DefaultArguments, {
        "--datalake-formats": "delta",
        "--engine": "spark",
        "--python-modules-installer-option": "--no-index --no-deps",
      })
      assert.deepStrictEqual(files(job(name), "--additional-python-modules"), [own])
      assert.deepStrictEqual(files(job(name), "--extra-jars"), ["pos-log-store.jar"])
    })

    it("on Spark starts it with the settings that can't be added later, in one value", () => {
      const conf = String(job(name).DefaultArguments["--conf"])
      const settings = conf.split(" --conf ").map((setting) => setting.split("="))
      assert.deepStrictEqual(Object.fromEntries(settings), staticSettings)
      assert.notProperty(job(name, embedded).DefaultArguments, "--conf")
    })

    it("is told its region, on every engine", () => {
      for (const template of [spark, embedded, shell]) {
        assert.deepInclude(job(name, template).DefaultArguments, { "--region": { Ref: "AWS::Region" } })
      }
    })

    it("with the embedded engine brings that engine's libraries, and no jar", () => {
      assert.strictEqual(job(name, embedded).DefaultArguments["--engine"], "embedded")
      assert.lengthOf(files(job(name, embedded), "--additional-python-modules"), 2)
      assert.notProperty(job(name, embedded).DefaultArguments, "--extra-jars")
    })

    it("in a Python Shell brings the libraries for Python 3.9, and nothing of Spark's", () => {
      const { Command, DefaultArguments, MaxCapacity, ...rest } = job(name, shell)
      assert.deepInclude(Command, { Name: "pythonshell", PythonVersion: "3.9" })
      assert.strictEqual(MaxCapacity, 1)
      assert.notProperty(rest, "WorkerType")
      assert.deepInclude(DefaultArguments, { "--engine": "embedded", "library-set": "none" })
      assert.deepStrictEqual(files(job(name, shell), "--extra-py-files"), [
        own,
        "duckdb-2.0.1-cp39-manylinux_2_28_x86_64.whl",
      ])
      for (const argument of ["--additional-python-modules", "--extra-jars", "--datalake-formats"]) {
        assert.notProperty(DefaultArguments, argument)
      }
    })

    it("runs once at a time, and says of which stage its metrics are", () => {
      for (const template of [spark, embedded, shell]) {
        assert.strictEqual(job(name, template).ExecutionProperty.MaxConcurrentRuns, 1)
      }
      assert.strictEqual(job(name).DefaultArguments["--stage"], "prod")
    })
  })
}

describe("a load", () => {
  it("has two workers unless the stage gives it more, which Glue then adds as needed", () => {
    const larger = job("Transformation", templateOf({ stage: "prod", workers: "20", workerType: "G.2X" }))
    assert.deepInclude(larger, { NumberOfWorkers: 20, WorkerType: "G.2X" })
    assert.strictEqual(larger.DefaultArguments["--enable-auto-scaling"], "true")
    assert.deepInclude(job("Transformation"), { NumberOfWorkers: 2, WorkerType: "G.1X" })
    assert.notProperty(job("Transformation").DefaultArguments, "--enable-auto-scaling")
  })

  it("by the embedded engine has no more workers than Glue insists on", () => {
    const larger = job("Transformation", templateOf({ stage: "prod", engine: "embedded", workers: "20" }))
    assert.strictEqual(larger.NumberOfWorkers, 2)
  })

  it("in a Python Shell logs where the state machine's notifications point", () => {
    const definition = JSON.stringify(properties(shell, "AWS::StepFunctions::StateMachine").DefinitionString)
    assert.notInclude(definition, "/pos/dev/transformation")
    assert.include(JSON.stringify(properties(spark, "AWS::StepFunctions::StateMachine")), "/pos/prod/transformation")
  })
})

describe("maintenance", () => {
  it("is the transformation's code under its own arguments", () => {
    const { DefaultArguments } = job("Maintenance", templateOf({ stage: "dev", retentionDays: "30" }))
    assert.deepInclude(DefaultArguments, { "--maintain": "yes", "--retention_days": "30" })
    assert.notProperty(DefaultArguments, "--results")
  })

  it("that Glue has no capacity for waits in Glue's queue, which takes no job with retries of its own", () => {
    const { JobRunQueuingEnabled, MaxRetries } = properties(
      templateOf({ stage: "dev" }),
      "AWS::Glue::Job",
      /Maintenance/,
    )
    assert.deepStrictEqual([JobRunQueuingEnabled, MaxRetries], [true, 0])
  })

  it("is started every night by a schedule of its own, unless that is off", () => {
    const trigger = properties(spark, "AWS::Glue::Trigger")
    assert.deepInclude(trigger, {
      Type: "SCHEDULED",
      Schedule: "cron(0 3 * * ? *)",
      StartOnCreation: true,
      Actions: [{ JobName: "pos-prod-maintenance" }],
    })
    assert.isEmpty(ofType(shell, "AWS::Glue::Trigger"))
    assert.strictEqual(job("Maintenance", shell).Name, "pos-dev-maintenance")
  })

  it("that fails or takes too long tells people", () => {
    const { EventPattern, Targets } = properties(spark, "AWS::Events::Rule", /FailedMaintenance/)
    assert.deepStrictEqual(EventPattern, {
      source: ["aws.glue"],
      "detail-type": ["Glue Job State Change"],
      detail: { jobName: ["pos-prod-maintenance"], state: ["FAILED", "TIMEOUT"] },
    })
    assert.lengthOf(Targets, 1)
    const { InputPathsMap, InputTemplate } = Targets[0].InputTransformer
    assert.includeMembers(Object.values(InputPathsMap), ["$.detail.state", "$.detail.message", "$.detail.jobRunId"])
    assert.match(InputTemplate, /logs tail \/pos\/prod\/maintenance\/output --log-stream-names <[^>]+>-driver/)
    assert.deepStrictEqual(Object.keys(Targets[0].Arn), ["Ref"])
  })
})
