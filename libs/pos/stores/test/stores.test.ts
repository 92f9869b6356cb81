import { assert, describe, it } from "@effect/vitest"
import { fieldsOf, read } from "@pos/contract"
import { stores } from "../src/dataset.ts"
import { TIME_ZONES } from "../src/model/index.ts"
import { rules } from "../src/rules/index.ts"

const store = {
  store_id: "12",
  name: "Berlin Alexanderplatz",
  region: "North-East",
  time_zone: "Europe/Berlin",
  opened: "2019-05-02",
  closed: "",
}
const found = (change: Partial<typeof store>) =>
  read(stores, { ...store, ...change }, { source: "text" }).violations.map(
    ({ code, column, severity }) => `${severity} ${code} of ${column}`,
  )

describe("a store", () => {
  it.each([
    ["that is open", {}],
    ["in a time zone by its older name", { time_zone: "Asia/Calcutta" }],
    ["in a time zone by its newer name", { time_zone: "Asia/Kolkata" }],
    ["that is closed", { closed: "2026-01-31" }],
    ["that sold on a single day", { closed: "2019-05-02" }],
  ])("%s is fine", (_, change) => assert.deepStrictEqual(found(change), []))

  it.each([
    ["without an id", { store_id: "" }, ["error missing_value of store_id"]],
    ["without a name", { name: " " }, ["error missing_value of name"]],
    ["that never opened", { opened: "" }, ["error missing_value of opened"]],
    ["that closed on no day", { closed: "2026-02-30" }, ["error not_a_date of closed"]],
    ["in a time zone that nobody has", { time_zone: "Europe/Springfield" }, ["error unknown_time_zone of time_zone"]],
    ["in a time zone in other letters", { time_zone: "europe/berlin" }, ["error unknown_time_zone of time_zone"]],
    ["in a time zone with a space", { time_zone: "Europe/Berlin " }, ["error unknown_time_zone of time_zone"]],
    ["at a distance to UTC", { time_zone: "+01:00" }, ["error unknown_time_zone of time_zone"]],
    ["that closed before it opened", { closed: "2019-05-01" }, ["error closed_before_opened of closed"]],
  ])("%s is told so, and only that", (_, change, expected) => assert.deepStrictEqual(found(change), expected))

  it("may be in every time zone that this machine knows, and in no other", () => {
    // It throws where there is none.
    for (const timeZone of TIME_ZONES) assert.doesNotThrow(() => new Intl.DateTimeFormat("en", { timeZone }), timeZone)
    assert.deepStrictEqual(
      Intl.supportedValuesOf("timeZone").filter((name) => !TIME_ZONES.includes(name)),
      [],
    )
    assert.strictEqual(new Set(TIME_ZONES).size, TIME_ZONES.length)
  })

  it("says what each of its columns and rules means", () => {
    for (const field of fieldsOf(stores.row)) assert.match(field.description, /\.$/, field.name)
    for (const { id, words } of rules)
      for (const part of [words.message, words.meaning, words.remedy]) assert.match(part, /\.$/, id)
  })
})
