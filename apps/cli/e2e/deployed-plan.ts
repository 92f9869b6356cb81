/** The stack as an earlier contract would have been deployed: the same but for the plan, which is an object of its own. */
import { createHash } from "node:crypto"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const assembly = join(import.meta.dirname, "../../infra/cdk.out")

/** Copies the synthesized stack to `folder`, with another text for its plan. */
export const withPlan = (folder: string, plan: string): string => {
  cpSync(assembly, folder, { recursive: true })
  const template = readFileSync(join(folder, "pos-local.template.json"), "utf8")
  const [, uploaded = ""] = /\/([0-9a-f]{32})\/plan\.json/.exec(template)!
  const hash = createHash("sha256").update(plan).digest("hex").slice(0, 32)
  const manifest = readFileSync(join(folder, "manifest.json"), "utf8")
  const [, own = ""] = /\/([0-9a-f]{64})\.json/.exec(manifest)!
  for (const name of ["manifest.json", "pos-local.template.json", "pos-local.assets.json"]) {
    const path = join(folder, name)
    // The template is an object of another name, too, as its content is another.
    const text = readFileSync(path, "utf8").replaceAll(`${uploaded}/`, `${hash}/`).replaceAll(own, `${hash}${hash}`)
    writeFileSync(path, text)
  }
  const assets = JSON.parse(readFileSync(join(folder, "pos-local.assets.json"), "utf8")) as {
    readonly files: Readonly<
      Record<string, { readonly source: { readonly path: string }; readonly displayName?: string }>
    >
  }
  const { source } = Object.values(assets.files).find(({ displayName }) => displayName === "plan.json")!
  writeFileSync(join(folder, source.path), plan)
  return folder
}
