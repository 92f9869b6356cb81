/** The record of what the deployed roles called in the end-to-end tests, and requests as the policies are asked about them. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Template } from "./fixture.ts"
import { named } from "./grants.ts"
import { account, arnOf, region } from "./policies.ts"

const folder = join(import.meta.dirname, "calls")

export interface Story {
  readonly name: string
  /** What its stack is synthesized with. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly calls: ReadonlyArray<Call>
  readonly operations: ReadonlyArray<string>
}

export interface Call {
  readonly who: string
  readonly action: string
  /** As in the record: `<StorageLake>/curated/sales/_delta_log/{version}.json`. */
  readonly resource: string
  readonly conditions: Readonly<Record<string, string>>
}

const parse = (who: string, text: string): Call => {
  const [, action = "", resource = "", told = ""] = /^(\S+) (.*?)(?: if (.*))?$/.exec(text) ?? []
  const conditions = told.split(" & ").flatMap((one) => (one === "" ? [] : [one.split(/=(.*)/s).slice(0, 2)]))
  return { who, action, resource, conditions: Object.fromEntries(conditions) as Record<string, string> }
}

interface Recorded extends Pick<Story, "settings" | "operations"> {
  readonly calls: Readonly<Record<string, ReadonlyArray<string>>>
}

export const stories: ReadonlyArray<Story> = readdirSync(folder)
  .toSorted()
  .map((file) => {
    const { calls, operations, settings } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Recorded
    return {
      name: file.replace(".json", ""),
      settings: { stage: "local", ...settings },
      calls: Object.entries(calls).flatMap(([who, texts]) => texts.map((text) => parse(who, text))),
      operations,
    }
  })

/** The resource as the template's policies name it. */
export const resourceIn = (template: Template, { resource }: Call): string =>
  resource
    .replaceAll("assets-{here}", `assets-${account}-${region}`)
    .replaceAll("{here}", `${region}:${account}`)
    .replace(/<(\w+)>/, (_, name: string) => {
      const id = Object.keys(template.Resources).find((one) => named(one) === name)
      if (id === undefined) throw new Error(`The record names ${name}, which the template does not have`)
      return arnOf(template, id)
    })
