/** The policies against the calls that the deployed chain really makes, both ways. */
import { Option } from "effect"
import { assert, describe, it } from "vitest"
import { readArtefacts } from "../src/artefacts/artefacts.ts"
import { builtApps, type Template, templateOf } from "./fixture.ts"
import { type Grant, covers, rightsByResources, rightsOfRoles } from "./grants.ts"
import { answerTo, answerToOne } from "./policies.ts"
import { type Call, resourceIn, stories } from "./recorded.ts"
import { unrecorded } from "./unrecorded.ts"

const plan = readArtefacts(
  { stage: "local", engine: "embedded", transformationType: "glueetl", report: Option.none() },
  builtApps(),
).plan.content
const datasets = {
  default: plan.datasets[plan.defaultDataset]!.tables,
  /** The tables, and with them the names, of all others. */
  others: Object.entries(plan.datasets)
    .filter(([name]) => name !== plan.defaultDataset)
    .flatMap(([, { tables }]) => [tables.curated, ...tables.kpis].map(({ name }) => name)),
}

const suppliers = [{ name: "acme", principal: "111122223333", externalId: "acme-to-us" }]

/** Stages that have every right between them that any stage has. */
const stages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  embedded: { stage: "local" },
  "python-shell": { stage: "local", transformationType: "pythonshell" },
  spark: { stage: "local", engine: "spark" },
  everything: { stage: "local", suppliers, encryption: "customer-managed", expectDataBy: "9", report: "true" },
}

const templates = new Map<string, Template>()
const templateFor = (settings: Readonly<Record<string, unknown>>): Template => {
  const key = JSON.stringify(settings)
  const template = templates.get(key) ?? templateOf(settings)
  templates.set(key, template)
  return template
}

const isService = (who: string) => who.endsWith(".amazonaws.com")
const shown = ({ action, resource, who }: Pick<Call, "who" | "action" | "resource">) => `${who}: ${action} ${resource}`
const isSameAction = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

describe("a recorded call", () => {
  for (const { calls, name, settings } of stories) {
    it(`of the story ${name} is allowed by the policies`, async () => {
      const template = templateFor(settings)
      const [ofRoles, byResources] = [rightsOfRoles(template), rightsByResources(template)]
      const refused: Array<string> = []
      for (const call of calls) {
        // Assets have other names in this template; which of them a job reads is told by the kind of file.
        const byText = isService(call.who) ? byResources : call.resource.includes("/{hash}/") ? ofRoles : undefined
        const isAllowed = byText
          ? byText.some((grant) => grant.who === call.who && isCandidate(grant, call))
          : (await answerTo(template, {
              role: call.who,
              action: call.action,
              resource: resourceIn(template, call),
              context: call.conditions,
            })) === "Allowed"
        if (!isAllowed) refused.push(shown(call))
      }
      assert.deepStrictEqual(refused, [])
    })
  }
})

const isCandidate = (grant: Grant, call: Call) =>
  isSameAction(grant.action, call.action) && covers(grant, call.resource)

const isUsedBy = async (template: Template, grant: Grant, call: Call): Promise<boolean> => {
  if (grant.who !== call.who || !isCandidate(grant, call)) return false
  if (isService(call.who) || grant.condition === undefined) return true
  const { action, conditions: context } = call
  return answerToOne(template, grant.statement, {
    role: call.who,
    action,
    resource: resourceIn(template, call),
    context,
  })
}

/**
 * The calls that can show that a role's right is needed. The jobs on the tables run on one engine in one kind of job, and
 * the other's calls say nothing about them.
 */
const evidenceFor = (who: string, settings: Readonly<Record<string, unknown>>): ReadonlyArray<Call> =>
  stories
    .filter(
      (story) =>
        !/^Jobs(Transformation|Maintenance)/.test(who) ||
        (story.settings.engine === settings.engine &&
          story.settings.transformationType === settings.transformationType),
    )
    .flatMap(({ calls }) => calls)

/**
 * The same right on what belongs to the default dataset, where this one is on another's table or prefix. The end-to-end
 * tests load the default one; each dataset has the rights that it has.
 */
const ofDefault = (resource: string): ReadonlyArray<string> => {
  const { curated, kpis } = datasets.default
  const own = /\/(incoming|curated|kpi)\/([a-z0-9_]+)/.exec(resource)
  if (own === null || !datasets.others.includes(own[2] ?? "")) return []
  return own[1] === "incoming"
    ? [resource.replace(own[0], "/incoming")]
    : [curated, ...kpis].map(({ path }) => resource.replace(own[0], `/${path}`))
}

const unusedRights = async (settings: Readonly<Record<string, unknown>>): Promise<ReadonlyArray<Grant>> => {
  const template = templateFor(settings)
  const unused: Array<Grant> = []
  const rights = [...rightsOfRoles(template), ...rightsByResources(template)]
  const isGiven = ({ action, who }: Grant, resource: string) =>
    rights.some((one) => one.who === who && one.action === action && one.resource === resource)
  for (const grant of rights) {
    if (ofDefault(grant.resource).some((resource) => isGiven(grant, resource))) continue
    let isUsed = false
    for (const call of evidenceFor(grant.who, settings)) {
      isUsed = await isUsedBy(template, grant, call)
      if (isUsed) break
    }
    if (!isUsed) unused.push(grant)
  }
  return unused
}

const isAbout = ({ actions, on, who }: (typeof unrecorded)[number], grant: Grant) =>
  who.test(grant.who) &&
  actions.some((action) => isSameAction(action, grant.action)) &&
  (on?.test(grant.resource) ?? true)

const unusedByStage = new Map<string, ReadonlyArray<Grant>>()

describe("a right", () => {
  for (const [name, settings] of Object.entries(stages)) {
    it(`of the stage ${name} is needed by a recorded call, or its reason is written down`, async () => {
      const unused = await unusedRights(settings)
      unusedByStage.set(name, unused)
      const unexplained = unused.filter((grant) => !unrecorded.some((one) => isAbout(one, grant))).map(shown)
      assert.deepStrictEqual([...new Set(unexplained)], [])
    })
  }
})

describe("each recorded call", () => {
  for (const { calls, name, settings } of stories) {
    it(`of the story ${name} rests on one right, so that taking that one away would break the chain`, async () => {
      const template = templateFor(settings)
      const rights = rightsOfRoles(template)
      const found: Array<string> = []
      for (const call of calls.filter(({ who }) => !isService(who))) {
        const used: Array<Grant> = []
        for (const grant of rights) if (await isUsedBy(template, grant, call)) used.push(grant)
        const patterns = new Set(used.map(({ resource, statement }) => JSON.stringify([resource, statement["Sid"]])))
        if (patterns.size !== 1) found.push(`${shown(call)}: ${[...patterns].join(" ")}`)
      }
      assert.deepStrictEqual(found, [])
    })
  }
})

describe("a reason", () => {
  for (const reason of unrecorded) {
    for (const action of reason.actions) {
      it(`for ${action} of ${reason.who.source} is about a right that is given, and seen in no record`, () => {
        const explained = [...unusedByStage.values()]
          .flat()
          .filter((grant) => isAbout({ ...reason, actions: [action] }, grant))
        assert.isNotEmpty(explained, "no stage has such a right that is not used: take the reason away")
      })
    }
  }
})
