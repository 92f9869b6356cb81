import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Schema } from "effect"
import {
  columnsOf,
  dataset,
  Expr,
  fieldsOf,
  fileReasons,
  fillMessage,
  kpi,
  read,
  rowReasons,
  type Rule,
  rule,
  Text,
} from "../src/index.ts"
import { Receipt, receipts, refusal, tipTooHigh, words } from "./receipt.ts"

const named = (id: typeof Text) => dataset({ ...receipts, row: Schema.Struct({ ...Receipt.fields, id }), rules: [] })

const withCanary = (date: string, where: Readonly<Record<string, number>>) =>
  refusal(() => dataset({ ...receipts, rules: [tipTooHigh], canary: { date, where } }))

describe("a dataset", () => {
  it("names every problem of its definition", () => {
    const message = refusal(() =>
      dataset({
        ...receipts,
        key: ["tip"],
        rules: [tipTooHigh, tipTooHigh],
        policies: { ...receipts.policies, fileTolerance: 2 },
        businessDate: { timeZone: "UTC", cutoffHour: 24 },
      }),
    )
    for (const part of ["two rules are called tip_too_high", "the key tip", "fileTolerance", "cutoffHour"])
      assert.include(message, part)
  })

  it("tells a canary that could not be told from other rows", () => {
    assert.strictEqual(withCanary("2000-02-29", { till: 99 }), "nothing is wrong")
    assert.include(withCanary("29.2.2000", { till: 99 }), "the canary's date is no date")
    assert.include(withCanary("2000-02-29", {}), "nothing tells the canary's rows from others")
    assert.include(withCanary("2000-02-29", { id: 1 }), "the canary's id must be a column of whole numbers")
    assert.include(withCanary("2000-02-29", { till: 1.5 }), "the canary's till must be a whole number")
  })

  it("refuses a key of texts that may look alike, unless that is said to be meant", () => {
    assert.include(
      refusal(() => named(Text)),
      "add the check noInvisibleCharacters",
    )
    assert.strictEqual(
      refusal(() => named(Text.annotate({ invisible: "allowed" }))),
      "nothing is wrong",
    )
  })

  it("knows the business date of every fact, and of nothing else", () => {
    const { businessDate: _, eventTime: __, ...undated } = { ...receipts, rules: [tipTooHigh] }
    const businessDate = { timeZone: "UTC", cutoffHour: 0 }
    assert.include(
      refusal(() => dataset(undated)),
      "facts need a business date",
    )
    assert.include(
      refusal(() => dataset({ ...undated, businessDate })),
      "a business date needs an event time, or a column of its own",
    )
    assert.include(
      refusal(() => dataset({ ...undated, businessDate: { column: "till" } })),
      "till must be a required column of days",
    )
    assert.include(
      refusal(() => dataset({ ...undated, businessDate, eventTime: { column: "till", storedAs: "event_time" } })),
      "till must be a required column of moments",
    )
  })

  it("refuses a key without columns, or with one twice", () => {
    assert.include(
      refusal(() => dataset({ ...receipts, rules: [], key: [] })),
      "it has no key",
    )
    assert.include(
      refusal(() => dataset({ ...receipts, rules: [], key: ["till", "till"] })),
      "the key names till twice",
    )
  })

  it("refuses a column whose kind is not said", () => {
    assert.include(
      refusal(() => fieldsOf(Schema.Struct({ a: Schema.String }))),
      "a: its Schema has no `column`",
    )
  })

  it("keeps a column's words wherever they were annotated", () => {
    const [before, after] = fieldsOf(
      Schema.Struct({
        a: Text.annotate({ description: "before" }).check(Schema.isMaxCodePoints(3)),
        b: Schema.optionalKey(Text.check(Schema.isMaxCodePoints(3)).annotate({ description: "after" })),
      }),
    )
    assert.strictEqual(before?.description, "before")
    assert.strictEqual(after?.description, "after")
    assert.isTrue(before?.required)
    assert.isFalse(after?.required)
  })
})

describe("a rule", () => {
  it("is a check of Effect's Schema", () => {
    const valid = Schema.is(Receipt.check(tipTooHigh.check() as never))
    const decimal = BigDecimal.fromStringUnsafe
    const row = { id: "r", till: 1n, amount: decimal("5"), at: 0 }
    assert.isTrue(valid({ ...row, tip: decimal("5.00") }))
    assert.isFalse(valid({ ...row, tip: decimal("5.01") }))
  })

  it("carries its expression as data", () => {
    const payload = tipTooHigh.check().annotations?.representation?.payload
    assert.deepStrictEqual(JSON.parse(JSON.stringify(payload)).violatedWhen, tipTooHigh.violatedWhen)
  })

  it("must read the column that it reports", () => {
    const odd = { id: "odd", severity: "error", column: "id", ...words } as const
    const message = refusal(() => rule(Receipt, { ...odd, violatedWhen: (row) => Expr.lt(row.till, 0) }))
    assert.include(message, 'odd: it reports "id" but never reads it')
  })
})

describe("a KPI", () => {
  const takings = kpi(Receipt, {
    name: "takings",
    description: "Takings per till",
    by: ["till"],
    measures: (row, { count, countWhere, sum }) => ({
      total: sum(row.amount).describe("All amounts"),
      gross: sum(Expr.add(row.amount, Expr.coalesce(row.tip, 0))),
      receipts: count(),
      large: countWhere(Expr.gt(row.amount, 100)),
    }),
  })

  it("has a Schema as its output", () => {
    assert.deepStrictEqual(
      fieldsOf(takings.output).map(({ name, column }) => [name, column]),
      [
        ["date", { kind: "date" }],
        ["till", { kind: "integer" }],
        ["total", { kind: "decimal", precision: 19, scale: 2 }],
        ["gross", { kind: "decimal", precision: 20, scale: 2 }],
        ["receipts", { kind: "integer" }],
        ["large", { kind: "integer" }],
      ],
    )
    const valid = Schema.is(takings.output)
    const decimal = BigDecimal.make(100n, 2)
    assert.isTrue(valid({ date: "2026-01-31", till: 1n, total: decimal, gross: decimal, receipts: 1n, large: 0n }))
    assert.isFalse(valid({ date: "31.1.2026", till: 1n, total: decimal, gross: decimal, receipts: 1n, large: 0n }))
  })

  it("has no measure with the name of a column", () => {
    const definition = { name: "odd", description: "", by: [] } as const
    assert.include(
      refusal(() => kpi(Receipt, { ...definition, measures: (_, { count }) => ({ amount: count() }) })),
      "amount",
    )
  })
})

describe("words", () => {
  it("are filled in", () => {
    assert.strictEqual(
      fillMessage("{column} is {value}; {detail}. {column}!", { column: "a", value: "{detail}", detail: "c" }),
      "a is {detail}; c. a!",
    )
  })
  it("say something in each of their three parts", () => {
    for (const [code, reason] of Object.entries({ ...fileReasons, ...rowReasons }))
      for (const part of ["message", "meaning", "remedy"] as const) assert.match(reason[part], /\.$/, `${code}.${part}`)
  })
  it("exist for the columns of any row", () => {
    assert.deepStrictEqual(Object.keys(columnsOf(Receipt)), ["id", "till", "amount", "tip", "at"])
  })
})

const bound = (violatedWhen: (row: ReturnType<typeof columnsOf<typeof Receipt>>) => Expr.Expr<boolean>, id: string) =>
  rule(Receipt, { id, severity: "error", column: "at", violatedWhen, ...words })
const calendar = (rules: ReadonlyArray<Rule>) =>
  dataset({ ...receipts, rules }).rules.some(({ id }) => id === "at_outside_calendar")

describe("the moments of a dataset", () => {
  const early = bound((row) => Expr.lt(row.at, 0), "early")
  const late = bound((row) => Expr.gte(row.at, 1e11), "late")
  it("are kept within the calendar by a rule of their own", () => {
    assert.isTrue(calendar([]))
    assert.isTrue(calendar([early]))
    assert.isTrue(calendar([late]))
  })
  it("need none where the dataset's rules do that already", () => {
    assert.isFalse(calendar([early, late]))
  })
  it("that have no business date are refused", () => {
    for (const at of ["-1e18", "-2208816001", "253402128000", "1e300"]) {
      const reading = read(receipts, { id: "r", till: "1", amount: "1", at }, { source: "text" })
      assert.deepStrictEqual(
        reading.violations.map(({ code }) => code),
        ["at_outside_calendar"],
        at,
      )
    }
    for (const at of ["-2208816000", "253402127999.9"]) {
      const reading = read(receipts, { id: "r", till: "1", amount: "1", at }, { source: "text" })
      assert.deepStrictEqual(reading.violations, [], at)
    }
  })
})
