/** The artefacts that the stack deploys: the real plan, and small stand-ins for what takes long to build. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { Plan, type Words } from "@pos/sql"
import { Record, Schema } from "effect"
import { synthesize } from "../src/synthesize.ts"

const compiled = Schema.decodeUnknownSync(Schema.fromJsonString(Plan))(
  readFileSync(join(import.meta.dirname, "../../plan/dist/plan.json"), "utf8"),
)
const { defaultDataset } = compiled
const byDefault = compiled.datasets[defaultDataset]!

/** The compiled plan of the default dataset alone: what tests say of a template holds whatever datasets there are. */
export const plan: Plan = { ...compiled, datasets: { [defaultDataset]: byDefault } }

/** The same with another dataset beside it, which has one KPI. */
export const planOfTwo: Plan = {
  ...plan,
  datasets: {
    [defaultDataset]: byDefault,
    counts: {
      ...byDefault,
      tables: {
        curated: { ...byDefault.tables.curated, name: "counts", path: "curated/counts" },
        kpis: byDefault.tables.kpis.slice(0, 1).map((kpi) => ({ ...kpi, name: "counted", path: "kpi/counted" })),
      },
    },
  },
}

const commentsOf = (columns: ReadonlyArray<{ readonly name: string }>) =>
  columns.map(({ name }) => ({ name, comment: `About ${name}.` }))

/** Words of a plan. Which ones it has makes no difference to a template's tests. */
const wordsOf = ({ datasets }: Plan): Words => ({
  format: "pos-words/1",
  datasets: Record.map(datasets, ({ contract, tables: { curated, kpis } }) => ({
    contract: { description: contract.name },
    columns: [],
    reasons: {},
    tables: {
      curated: { name: curated.name, columns: commentsOf(curated.columns) },
      kpis: kpis.map(({ columns, name }) => ({ name, description: `About ${name}.`, columns: commentsOf(columns) })),
    },
  })),
})

const write = (path: string, content: string) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** A job's bundle: a wheel of its own, one of somebody else's, and these jars. */
export const writeBundle = (
  folder: string,
  { jars, python }: { readonly python: string; readonly jars: ReadonlyArray<string> },
) => {
  const job = basename(dirname(folder))
  const own = `wheels/${job.replace("-", "_")}-1.0.0-py3-none-any.whl`
  const others = `wheels/duckdb-2.0.1-cp${python.replace(".", "")}-manylinux_2_28_x86_64.whl`
  for (const name of ["main.py", own, others, ...jars]) write(join(folder, name), `${job} ${python} ${name}`)
  const bundle = { script: "main.py", wheels: [own, others], own: [own], jars, python }
  write(join(folder, "bundle.json"), JSON.stringify(bundle))
}

/** A folder like `apps`, with everything built. Each call makes a new one, to be damaged at will. */
export const builtApps = (content = plan): string => {
  const root = mkdtempSync(join(tmpdir(), "pos-apps-"))
  write(join(root, "plan/dist/plan.json"), JSON.stringify(content))
  write(join(root, "plan/dist/words.json"), JSON.stringify(wordsOf(content)))
  write(join(root, "plan/dist/contracts.json"), "{}")
  write(join(root, "trigger/dist/bundle/index.mjs"), "export const handler = () => {}\n")
  write(join(root, "reporter/dist/bundle/index.mjs"), "export const handler = () => {}\n")
  writeBundle(join(root, "validation-job/dist"), { python: "3.9", jars: [] })
  writeBundle(join(root, "transformation-job/dist"), { python: "3.13", jars: ["jars/pos-log-store.jar"] })
  writeBundle(join(root, "transformation-job/dist-shell"), { python: "3.9", jars: [] })
  return root
}

// oxlint-disable-next-line typescript/no-explicit-any -- a template is untyped, and each assertion says what it expects
export type Properties = Record<string, any>

export interface Resource {
  readonly Type: string
  readonly Properties: Properties
  readonly DependsOn?: ReadonlyArray<string>
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}

export interface Template {
  readonly Resources: Record<string, Resource>
  readonly Outputs: Record<string, { readonly Value: unknown }>
}

/** The template of a stage, from the artefacts above. */
export const templateOf = (context: Readonly<Record<string, unknown>>, content = plan): Template =>
  synthesize(context, builtApps(content)) as Template

export const ofType = (template: Template, type: string): ReadonlyArray<readonly [string, Resource]> =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

/** The properties of the only resource of that type whose logical id matches. */
export const properties = (template: Template, type: string, id: RegExp = /./): Properties => {
  const found = ofType(template, type).filter(([logicalId]) => id.test(logicalId))
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} match ${id}`)
  return found[0]![1].Properties
}
