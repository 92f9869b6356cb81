import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Plan } from "@pos/sql"
import { Schema } from "effect"
import { ArtefactError } from "./artefact-error.ts"

/** What a job's build leaves beside its `bundle.json`; paths are relative to it. */
const Bundle = Schema.fromJsonString(
  Schema.Struct({
    script: Schema.NonEmptyString,
    wheels: Schema.Array(Schema.String.check(Schema.isPattern(/\.whl$/, { expected: "a wheel" }))),
    python: Schema.Literals(["3.9", "3.13"]),
  }),
)

export interface JobBundle {
  /** Absolute paths. */
  readonly script: string
  readonly wheels: ReadonlyArray<string>
}

/** Everything that other projects build and the stack deploys. */
export interface Artefacts {
  readonly plan: { readonly path: string; readonly content: Plan }
  readonly trigger: string
  readonly validationJob: JobBundle
  readonly transformationJob: JobBundle
}

const apps = resolve(import.meta.dirname, "../../..")

/** Reads what the other apps built, under `root` (the folder `apps`). Throws `ArtefactError` when something is missing. */
export const readArtefacts = (root: string = apps): Artefacts => ({
  plan: readPlan(join(root, "plan/dist/plan.json")),
  trigger: existing(join(root, "trigger/dist/bundle"), "trigger"),
  validationJob: readBundle(join(root, "validation-job/dist"), "validation-job", "3.9"),
  transformationJob: readBundle(join(root, "transformation-job/dist"), "transformation-job", "3.13"),
})

const existing = (path: string, project: string): string => {
  if (existsSync(path)) return path
  throw new ArtefactError({ message: `${path} is missing. Build it: npx nx run ${project}:build` })
}

const decoded = <A>(schema: Schema.Codec<A, string>, path: string, project: string): A => {
  const result = Schema.decodeUnknownResult(schema)(readFileSync(existing(path, project), "utf8"))
  if (result._tag === "Success") return result.success
  throw new ArtefactError({
    message: `${path} is not what it should be: ${result.failure.message}\nBuild it again: npx nx run ${project}:build`,
  })
}

const readPlan = (path: string) => ({ path, content: decoded(Schema.fromJsonString(Plan), path, "plan") })

const readBundle = (folder: string, project: string, python: "3.9" | "3.13"): JobBundle => {
  const path = join(folder, "bundle.json")
  const bundle = decoded(Bundle, path, project)
  if (bundle.python !== python) {
    throw new ArtefactError({ message: `${path} is for Python ${bundle.python}; its Glue job runs Python ${python}.` })
  }
  const inFolder = (name: string) => existing(join(folder, name), project)
  return { script: inFolder(bundle.script), wheels: bundle.wheels.map(inFolder) }
}
