/** Known vulnerabilities of Python packages and jars, from https://osv.dev, by their purls. */
import { Schema } from "effect"
import type { Finding, Severity } from "./judge.ts"
import { Unreached } from "./unreached.ts"

export interface Pinned {
  readonly name: string
  readonly version: string
  readonly purl: string
}

// https://google.github.io/osv.dev/post-v1-querybatch/
const Batch = Schema.Struct({
  results: Schema.Array(
    Schema.Struct({
      vulns: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.String }))),
      next_page_token: Schema.optionalKey(Schema.String),
    }),
  ),
})

// https://ossf.github.io/osv-schema/
const Advisory = Schema.Struct({
  id: Schema.String,
  aliases: Schema.optionalKey(Schema.Array(Schema.String)),
  summary: Schema.optionalKey(Schema.String),
  details: Schema.optionalKey(Schema.String),
  withdrawn: Schema.optionalKey(Schema.String),
  database_specific: Schema.optionalKey(Schema.Struct({ severity: Schema.optionalKey(Schema.String) })),
})
type Advisory = typeof Advisory.Type

/** OSV's own limit of one request. */
const batchSize = 1000

/** Throws `Unreached` when the service at `url` gives no answer that it documents. */
export const auditOsv = async (url: string, pinned: ReadonlyArray<Pinned>): Promise<ReadonlyArray<Finding>> => {
  const found: Array<{ readonly of: Pinned; readonly id: string }> = []
  for (let at = 0; at < pinned.length; at += batchSize) {
    const part = pinned.slice(at, at + batchSize)
    const queries = part.map(({ purl }) => ({ package: { purl } }))
    const { results } = await ask(Batch, `${url}/v1/querybatch`, { queries })
    if (results.length !== part.length) throw new Unreached("osv.dev answered fewer questions than were asked")
    for (const [index, { next_page_token: more, vulns = [] }] of results.entries()) {
      const of = part[index]
      if (of === undefined || more !== undefined)
        throw new Unreached("osv.dev answered in pages, which are not read here")
      found.push(...vulns.map(({ id }) => ({ of, id })))
    }
  }
  const advisories = new Map<string, Advisory>()
  for (const id of new Set(found.map((one) => one.id))) {
    advisories.set(id, await ask(Advisory, `${url}/v1/vulns/${encodeURIComponent(id)}`))
  }
  return pinned.flatMap((of) => {
    const ids = found.filter((one) => one.of === of).map(({ id }) => id)
    return merged(
      of,
      ids.flatMap((id) => advisories.get(id) ?? []),
    )
  })
}

const ask = async <A>(schema: Schema.Codec<A, unknown>, url: string, body?: unknown): Promise<A> => {
  const post = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }
  const answer = await fetch(url, { ...(body === undefined ? {} : post), signal: AbortSignal.timeout(30_000) }).catch(
    (error: unknown) => {
      throw new Unreached(`${url}: ${error instanceof Error ? causeOf(error) : String(error)}`)
    },
  )
  if (!answer.ok) throw new Unreached(`${url}: ${answer.status} ${answer.statusText}`)
  const decoded = Schema.decodeUnknownResult(schema)(await answer.json().catch(() => undefined))
  if (decoded._tag === "Failure") throw new Unreached(`${url}: not the answer that its documentation describes`)
  return decoded.success
}

const causeOf = ({ cause, message }: Error): string => (cause instanceof Error ? cause.message : message)

const namesOf = ({ aliases = [], id }: Advisory) => [id, ...aliases]

/** One vulnerability is often listed by several databases, under names that point to each other. */
const merged = ({ name, version }: Pinned, advisories: ReadonlyArray<Advisory>): ReadonlyArray<Finding> => {
  const groups: Array<Array<Advisory>> = []
  for (const advisory of advisories.filter(({ withdrawn }) => withdrawn === undefined)) {
    const names = new Set(namesOf(advisory))
    const same = groups.find((group) => group.some((one) => namesOf(one).some((known) => names.has(known))))
    if (same === undefined) groups.push([advisory])
    else same.push(advisory)
  }
  return groups.map((group) => ({
    package: name,
    version,
    ids: [...new Set(group.flatMap(namesOf))].toSorted(),
    severity: group.map(severityOf).find((one) => one !== "unknown") ?? "unknown",
    title: group.map(({ details, summary }) => summary ?? details?.split("\n")[0]).find(Boolean) ?? "no description",
  }))
}

const severityOf = ({ database_specific }: Advisory): Severity => {
  const said = database_specific?.severity?.toLowerCase()
  return said === "low" || said === "moderate" || said === "high" || said === "critical" ? said : "unknown"
}
