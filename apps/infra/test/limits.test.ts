/** The limits of Step Functions, against the largest run that there can be. */
import { RunId, mostShards } from "@pos/pipeline"
import { Schema } from "effect"
import { assert, describe, it } from "vitest"
import { definitionOf } from "../src/diagram/definition.ts"
import { templateOf } from "./fixture.ts"

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const limits = { events: 25_000, definitionBytes: 1_048_576, inlineConcurrency: 40 }

interface Counted {
  readonly Type: string
  readonly Retry?: ReadonlyArray<{ readonly MaxAttempts?: number }>
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, Counted>> }
}

const template = templateOf({ stage: "prod" })
const { States } = definitionOf(template) as unknown as { readonly States: Readonly<Record<string, Counted>> }

/** Entered and exited; of a task also scheduled, started, submitted and succeeded. */
const eventsOf = ({ Type }: Counted) => (Type === "Task" ? 6 : 2)
/** A run of a job that Glue refuses to start is scheduled, started and failed. */
const eventsOfRetry = 3

const retriesOf = ({ Retry = [] }: Counted) =>
  Retry.map(({ MaxAttempts = 3 }) => MaxAttempts).reduce((sum, attempts) => sum + attempts, 0)

/** Of a task that waits for its turn as often as it may. */
const most = (state: Counted) => eventsOf(state) + eventsOfRetry * retriesOf(state)

/** The waits for capacity that a shard may have; each passes through all states of the Map but the failing one. */
const refusals = 12

describe("the largest run", () => {
  it("has a history within the limit, when each shard waits for its turn and for capacity to the last", () => {
    const shard = Object.values(States["Validate"]?.ItemProcessor?.States ?? {})
    assert.isNotEmpty(shard)
    const once = shard.filter(({ Type }) => Type !== "Fail").reduce((sum, state) => sum + eventsOf(state), 0)
    const waits = shard.reduce((sum, state) => sum + eventsOfRetry * retriesOf(state), 0)
    // A shard is begun and ended as well.
    const events = mostShards * (2 + once * (1 + refusals) + waits)
    const others = Object.values(States).reduce((sum, state) => sum + most(state), 0)
    assert.isBelow(events + others, limits.events)
    assert.isAtLeast(mostShards, 50)
  })

  it("has a definition and a concurrency within the limits", () => {
    assert.isBelow(JSON.stringify(States).length, limits.definitionBytes)
    const { MaxConcurrency } = definitionOf(template).States["Validate"] ?? {}
    assert.isAtMost(MaxConcurrency ?? Number.POSITIVE_INFINITY, limits.inlineConcurrency)
  })

  it("has a name that is one of an execution's", () => {
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    const runId = Schema.decodeUnknownSync(RunId)("20250301T060000123Z-0123456789ab")
    assert.match(runId, /^[A-Za-z0-9_-]{1,80}$/)
    // Its pattern has no room for more.
    assert.throws(() => Schema.decodeUnknownSync(RunId)(`${runId}0`))
  })
})
