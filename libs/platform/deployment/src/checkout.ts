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

/**
 * The file as the stack would name it among its assets. Where it is one of several that lie `together`, their folder is named
 * by the content of all of them.
 */
export const assetFile = (path: string, together: ReadonlyArray<string> = [path]): AssetFile => {
  const hash = createHash("sha256")
  for (const one of together) hash.update(readFileSync(one))
  return { name: basename(path), key: `${hash.digest("hex").slice(0, 32)}/${basename(path)}` }
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

/** The plan and its words under the folder `apps`: whoever has the plan finds its words beside it. */
export const planFiles = (apps: string): { readonly plan: string; readonly words: string } => ({
  plan: join(apps, "plan/dist/plan.json"),
  words: join(apps, "plan/dist/words.json"),
})

/** The files of every job that is built under the folder `apps`, the plan and its words. */
export const builtFiles = (apps: string): ReadonlyArray<AssetFile> => {
  const { plan, words } = planFiles(apps)
  const together = [plan, words].filter((path) => existsSync(path))
  const bundled = BUNDLES.map((folder) => join(apps, folder)).flatMap((folder) => {
    const description = join(folder, "bundle.json")
    if (!existsSync(description)) return []
    const { jars = [], script, wheels } = Schema.decodeUnknownSync(Bundle)(readFileSync(description, "utf8"))
    return [script, ...wheels, ...jars].map((name) => join(folder, name))
  })
  if (bundled.length === 0) return []
  return [
    ...together.map((path) => assetFile(path, together)),
    ...bundled.filter((path) => existsSync(path)).map((path) => assetFile(path)),
  ]
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
