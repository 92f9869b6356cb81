import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Ref, Stream } from "effect"
import { stripVTControlCharacters } from "node:util"
import { TestClock } from "effect/testing"
import type { News } from "../src/watch/news.ts"
import { watch } from "../src/watch/watch.ts"
import { renderNews } from "../src/watch/words.ts"
import { LATER, RUN } from "./runs.ts"
import { aws, type Scripted } from "./scripted.ts"

/** What is told until so many seconds have passed. */
const toldIn = Effect.fnUntraced(function* (seconds: number, scripts: ReadonlyArray<Scripted>) {
  const told = yield* Ref.make<ReadonlyArray<News>>([])
  const watching = watch({ machine: "machine", results: "results", every: Duration.seconds(1) })
  const fiber = yield* Effect.forkChild(
    Stream.runForEach(watching, (one) => Ref.update(told, (all) => [...all, one])).pipe(Effect.provide(aws(scripts))),
  )
  yield* TestClock.adjust(Duration.seconds(seconds))
  yield* Fiber.interrupt(fiber)
  return yield* Ref.get(told)
})

const short = (news: ReadonlyArray<News>) =>
  news.map((one) => `${one.at.slice(17, 19)} ${one.event} ${one.event === "judged" ? one.file.file : one.runId}`)

describe("watching", () => {
  it.effect("tells that a run begins, what its files are, and that it ends, each once", () =>
    Effect.gen(function* () {
      const news = yield* toldIn(20, [{ name: RUN, keys: ["a", "b"], appears: 3, judged: 6, ends: 9 }])
      assert.deepStrictEqual(short(news), [
        `03 begun ${RUN}`,
        "06 judged incoming/a",
        "06 judged incoming/b",
        `09 ended ${RUN}`,
      ])
    }),
  )

  it.effect("says nothing of runs that were over before, and goes on with one that is under way", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(Duration.seconds(10))
      const news = yield* toldIn(10, [
        { name: RUN, keys: ["a"], appears: 1, judged: 2, ends: 4 },
        { name: LATER, keys: ["b"], appears: 8, judged: 9, ends: 14 },
      ])
      assert.deepStrictEqual(short(news), [`10 begun ${LATER}`, "10 judged incoming/b", `14 ended ${LATER}`])
    }),
  )

  it.effect("tells of two runs at once, and of one that fails before it judges", () =>
    Effect.gen(function* () {
      const news = yield* toldIn(20, [
        { name: RUN, keys: ["a"], appears: 2, ends: 5, status: "FAILED" },
        { name: LATER, keys: ["b"], appears: 2, judged: 3, ends: 4 },
      ])
      assert.deepStrictEqual(short(news), [
        `02 begun ${RUN}`,
        `02 begun ${LATER}`,
        "03 judged incoming/b",
        `04 ended ${LATER}`,
        `05 ended ${RUN}`,
      ])
      assert.deepInclude(news.at(-1), { status: "FAILED" })
    }),
  )
})

const words = (news: News) => stripVTControlCharacters(renderNews(news, () => ({ no_rows: { remedy: "Send some." } })))

describe("news in words", () => {
  const about = { at: "2026-01-31T06:05:09.000Z", runId: RUN, dataset: "sales" }
  it("begin with the time", () => {
    assert.strictEqual(
      words({ ...about, event: "begun", files: ["incoming/a"] }),
      `06:05:09 ▶ run ${RUN} of sales: 1 file`,
    )
    assert.strictEqual(
      words({ ...about, event: "ended", status: "SUCCEEDED", seconds: 4, appended: 3, failure: null }),
      `06:05:09 ■ run ${RUN} succeeded after 4.0 s: 3 new rows`,
    )
  })

  it("say why a file was rejected and what to do, and show no control characters", () => {
    const reason = {
      code: "no_rows",
      rule: "no_rows",
      severity: "error",
      column: null,
      count: 1,
      message: "It is empty.",
      samples: [],
    } as const
    const file = {
      file: "incoming/\u001b[2Ja",
      verdict: "rejected",
      rows: { total: 0, valid: 0, invalid: 0 },
      reasons: [reason],
    } as const
    const lines = renderNews({ ...about, event: "judged", file }, () => ({ no_rows: { remedy: "Send some." } }))
    assert.notInclude(lines, "\u001b[2J")
    assert.match(stripVTControlCharacters(lines), /rejected[^]*It is empty\.[^]*→ Send some\./)
  })

  it("say why a run failed, and what is next", () => {
    const failure = { reason: "No file was valid.", evidence: [], next: "pos runs last" }
    assert.strictEqual(
      words({ ...about, event: "ended", status: "FAILED", seconds: 4, appended: null, failure }),
      [
        `06:05:09 ■ run ${RUN} ended as failed after 4.0 s`,
        "             No file was valid.",
        "             pos runs last",
      ].join("\n"),
    )
  })
})
