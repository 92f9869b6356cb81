import { join, resolve } from "node:path"
import { planFiles } from "@pos/deployment"
import { Plan, Words } from "@pos/sql"
import { Option, Schema } from "effect"
import type { Settings } from "../settings/settings.ts"
import { ArtefactError } from "./artefact-error.ts"
import { decoded, existing, type JobBundle, readBundle } from "./bundle.ts"

/** What a job is deployed with. */
export interface JobFiles extends Pick<JobBundle, "script" | "wheels" | "jars"> {
  /** Wheels that a run has only when it repairs the tables. */
  readonly repairWheels?: ReadonlyArray<string>
}

/** Where the plan and its words lie. */
export interface PlanFiles {
  readonly path: string
  readonly words: string
}

/** Everything that other projects build and the stack deploys. */
export interface Artefacts {
  readonly plan: PlanFiles & { readonly content: Plan; readonly told: Words }
  /** The contracts' shapes, for the next deployment to be compared with. */
  readonly contracts: string
  readonly trigger: string
  /** Of a stage that writes reports. */
  readonly reporter: Option.Option<string>
  readonly validationJob: JobFiles
  /** What the stage's engine needs, for the kind of job that it runs in. */
  readonly transformationJob: JobFiles
}

const apps = resolve(import.meta.dirname, "../../..")

/**
 * Reads what the other apps built, under `root` (the folder `apps`). Throws `ArtefactError` when something is missing.
 */
export const readArtefacts = (
  settings: Pick<Settings, "engine" | "transformationType" | "stage" | "report">,
  root: string = apps,
): Artefacts => ({
  plan: readPlan(root),
  contracts: existing(join(root, "plan/dist/contracts.json"), "plan:build"),
  trigger: existing(join(root, "trigger/dist/bundle"), "trigger:build"),
  reporter: Option.map(settings.report, () => existing(join(root, "reporter/dist/bundle"), "reporter:build")),
  validationJob: readBundle(join(root, "validation-job/dist"), "validation-job:build", "3.9"),
  transformationJob: readTransformationJob(settings, join(root, "transformation-job")),
})

const readPlan = (root: string): Artefacts["plan"] => {
  const { plan: path, words } = planFiles(root)
  return {
    path,
    words,
    content: decoded(Schema.fromJsonString(Plan), path, "plan:build"),
    told: decoded(Schema.fromJsonString(Words), words, "plan:build"),
  }
}

const readTransformationJob = (
  { engine, stage, transformationType }: Pick<Settings, "engine" | "transformationType" | "stage">,
  project: string,
): JobFiles => {
  if (transformationType === "pythonshell") {
    return readBundle(join(project, "dist-shell"), "transformation-job:build-shell", "3.9")
  }
  const folder = join(project, "dist")
  const bundle = readBundle(folder, "transformation-job:build", "3.13")
  if (engine === "embedded") return { ...bundle, jars: [] }
  if (bundle.jars.length === 0) {
    throw new ArtefactError({
      message:
        `${join(folder, "bundle.json")} has no jars, and the engine spark of stage ${stage} commits to the tables with one: ` +
        "it was built where Spark was not set up. Install a JDK 17 or newer, then run: npm run setup && npx nx run transformation-job:build\n" +
        "Or deploy the engine that needs none: --context engine=embedded",
    })
  }
  // Glue brings Spark, Delta and boto3: the embedded engine's libraries would only make each run start later. A repair, which
  // that engine does for both, asks for them.
  return { ...bundle, wheels: bundle.own, repairWheels: bundle.wheels.filter((path) => !bundle.own.includes(path)) }
}
