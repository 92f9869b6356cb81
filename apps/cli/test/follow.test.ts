import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { follow } from "../src/runs/follow.ts"
import type { StackOutputs } from "../src/target/outputs.ts"
import { LATER, RUN } from "./runs.ts"
import { aws, type Scripted } from "./scripted.ts"

const outputs: StackOutputs = {
  SourceBucketName: "source",
  RejectedBucketName: "rejected",
  ResultsBucketName: "results",
  LakeBucketName: "lake",
  StateMachineArn: "machine",
}

const upload = (key: string) => ({ path: key, name: key, size: 1, key: `incoming/${key}`, versionId: `v-${key}` })

const pace = { every: Duration.seconds(1), start: Duration.minutes(2), end: Duration.minutes(10) }

const following = (keys: ReadonlyArray<string>, scripts: ReadonlyArray<Scripted>, wait: Duration.Input) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(follow(outputs, keys.map(upload), 0, pace).pipe(Effect.provide(aws(scripts))))
    yield* TestClock.adjust(wait)
    return yield* Fiber.await(fiber)
  })

describe("following uploaded files", () => {
  it.effect("finds the one run that contains them all", () =>
    Effect.gen(function* () {
      const exit = yield* following(["a", "b"], [{ name: RUN, keys: ["a", "b"], appears: 3, ends: 8 }], "10 seconds")
      assert.deepStrictEqual(ids(exit), [RUN])
    }),
  )

  it.effect("waits for both runs when the trigger has split the files", () =>
    Effect.gen(function* () {
      const exit = yield* following(
        ["a", "b"],
        [
          { name: RUN, keys: ["a"], appears: 1, ends: 4 },
          { name: LATER, keys: ["b"], appears: 6, ends: 9 },
        ],
        "12 seconds",
      )
      assert.deepStrictEqual(ids(exit), [RUN, LATER])
    }),
  )

  it.effect("leaves alone the runs of other files, and executions that are no runs", () =>
    Effect.gen(function* () {
      const exit = yield* following(
        ["a"],
        [
          { name: "by-hand", keys: ["a"], appears: 1, ends: 90 },
          { name: LATER, keys: ["other"], appears: 1, ends: 90 },
          { name: RUN, keys: ["a"], appears: 2, ends: 3 },
        ],
        "5 seconds",
      )
      assert.deepStrictEqual(ids(exit), [RUN])
    }),
  )

  it.effect("gives up with a way to go on when no run takes the files", () =>
    Effect.gen(function* () {
      const exit = yield* following(["a"], [], "3 minutes")
      assert.include(String(exit), "No run has picked up incoming/a within 2 min")
      assert.include(String(exit), "dead-letter queue")
    }),
  )

  it.effect("gives up on a run that does not end, and says how to follow it", () =>
    Effect.gen(function* () {
      const exit = yield* following(["a"], [{ name: RUN, keys: ["a"], appears: 1, ends: 9999 }], "11 minutes")
      assert.include(String(exit), `pos runs ${RUN}`)
    }),
  )

  it.effect("returns a failed run as it ended", () =>
    Effect.gen(function* () {
      const exit = yield* following(
        ["a"],
        [{ name: RUN, keys: ["a"], appears: 1, ends: 2, status: "FAILED" }],
        "5 seconds",
      )
      assert.strictEqual(exit._tag === "Success" && exit.value[0]?.execution.status, "FAILED")
    }),
  )
})

type Followed = Effect.Success<ReturnType<typeof following>>

const ids = (exit: Followed) => (exit._tag === "Success" ? exit.value.map(({ runId }) => runId) : String(exit))
