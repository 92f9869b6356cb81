/** What this checkout would deploy: that which the deployed stack is compared with. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import type { Plan } from "@pos/sql"
import { Context, Schema } from "effect"
import type { Template } from "./template.ts"

/** A file that is deployed with a job, as it is named in the asset bucket: `<hash of its content>/<name>`. */
export interface AssetFile {
  readonly name: string
  readonly key: string
}

/** The file as the stack would name it among its assets. */
export const assetFile = (path: string): AssetFile => {
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 32)
  return { name: basename(path), key: `${hash}/${basename(path)}` }
}

const Bundle = Schema.fromJsonString(
  Schema.Struct({
    script: Schema.String,
    wheels: Schema.Array(Schema.String),
    jars: Schema.optionalKey(Schema.Array(Schema.String)),
  }),
)

/** What the jobs' builds leave under the folder `apps`: one bundle for each kind of job. */
const BUNDLES = ["validation-job/dist", "transformation-job/dist", "transformation-job/dist-shell"]

/** The files of every job that is built under the folder `apps`, and the plan. */
export const builtFiles = (apps: string): ReadonlyArray<AssetFile> => {
  const plan = join(apps, "plan/dist/plan.json")
  const bundled = BUNDLES.map((folder) => join(apps, folder)).flatMap((folder) => {
    const description = join(folder, "bundle.json")
    if (!existsSync(description)) return []
    const { jars = [], script, wheels } = Schema.decodeUnknownSync(Bundle)(readFileSync(description, "utf8"))
    return [script, ...wheels, ...jars].map((name) => join(folder, name))
  })
  return bundled.length === 0 ? [] : [plan, ...bundled].filter((path) => existsSync(path)).map(assetFile)
}

export class Checkout extends Context.Service<
  Checkout,
  {
    readonly plan: Pick<Plan, "hash" | "datasets">
    /** The jobs' files, as far as they are built: all that any engine is deployed with. */
    readonly files: ReadonlyArray<AssetFile>
    /** The template of the stage, where it can be made. */
    readonly template?: Template
  }
>()("@pos/deployment/Checkout") {}
