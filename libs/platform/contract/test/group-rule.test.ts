import { assert, describe, it } from "@effect/vitest"
import { BigDecimal } from "effect"
import { dataset, Expr, groupReading, groupRule, keyRules, type Row } from "../src/index.ts"
import { Receipt, receipts, refusal, tipTooHigh, words } from "./receipt.ts"

const tillTotal = groupRule(Receipt, {
  id: "till_total",
  severity: "error",
  groupBy: ["till"],
  column: "amount",
  violatedWhen: (line, till) => Expr.and(till.isFirst, Expr.gt(till.sum(line.amount), 10)),
  detail: (line, till) => till.max(line.amount),
  ...words,
})

const receipt = (id: string, amount: string, more: Row = {}): Row => ({
  id,
  till: 1n,
  amount: BigDecimal.fromStringUnsafe(amount),
  at: 0,
  ...more,
})

describe("a rule about groups", () => {
  const data = dataset({ ...receipts, rules: [tipTooHigh], groupRules: [tillTotal] })

  it("is plain data: an expression over the row and what is known about its group", () => {
    assert.deepStrictEqual(
      tillTotal.facts.map(({ name, column }) => [name, column]),
      [
        ["group.isFirst", { kind: "boolean" }],
        ["group.sum amount", { kind: "decimal", precision: 19, scale: 2 }],
        ["group.max amount", { kind: "decimal", precision: 9, scale: 2 }],
      ],
    )
    assert.deepStrictEqual(JSON.parse(JSON.stringify(tillTotal.violatedWhen)), tillTotal.violatedWhen)
  })

  it("sees the rows that the key leaves: repetitions are not added up, nor is what contradicts another row", () => {
    const [a, b] = [receipt("A", "6"), receipt("B", "4")]
    const repeated = receipt("A", "6.00")
    const contradicting = receipt("A", "7")
    assert.deepStrictEqual(groupReading(data, [a, b, repeated, undefined, contradicting]), [
      [],
      [],
      ["repeated_row"],
      [],
      ["duplicate_key"],
    ])
    assert.deepStrictEqual(groupReading(data, [a, b, receipt("C", "0.01")]), [["till_total"], [], []])
    assert.deepStrictEqual(groupReading(data, [a, receipt("B", "4.01", { till: 2n })]), [[], []])
  })

  it("tells a missing value from one that is there", () => {
    const tip = { tip: BigDecimal.fromStringUnsafe("0") }
    assert.deepStrictEqual(groupReading(data, [receipt("A", "1"), receipt("A", "1", tip)]), [[], ["duplicate_key"]])
    assert.deepStrictEqual(groupReading(data, [receipt("A", "1", tip), receipt("A", "1")]), [[], ["duplicate_key"]])
  })

  it("drops a row only where another one says the same", () => {
    assert.deepStrictEqual(
      [...keyRules(data), ...(data.groupRules ?? [])].map(({ id, drops }) => [id, drops]),
      [
        ["duplicate_key", false],
        ["repeated_row", true],
        ["till_total", false],
      ],
    )
  })

  it("is refused where it can't mean anything", () => {
    const head = { ...words, severity: "error", groupBy: ["till"] } as const
    const asksNothing = () =>
      groupRule(Receipt, { ...head, id: "x", column: "amount", violatedWhen: (line) => Expr.gt(line.amount, 1) })
    assert.include(refusal(asksNothing), "it asks nothing about the group: use rule")
    const neverRead = () =>
      groupRule(Receipt, { ...head, id: "x", column: "amount", violatedWhen: (_, till) => Expr.gt(till.count, 1) })
    assert.include(refusal(neverRead), 'it reports "amount" but never reads it')
    const ofNothing = () =>
      groupRule(Receipt, {
        ...head,
        id: "x",
        groupBy: [],
        column: "amount",
        violatedWhen: (line, all) => Expr.gt(all.sum(line.amount), 1),
      })
    assert.include(refusal(ofNothing), "it has no groupBy")
    const ofOneRow = groupRule(Receipt, {
      ...head,
      id: "x",
      groupBy: ["till", "id"],
      column: "till",
      violatedWhen: (_, group) => Expr.gt(group.count, 1),
    })
    assert.include(
      refusal(() => dataset({ ...receipts, rules: [], groupRules: [ofOneRow, ofOneRow] })),
      "two rules are called x; x groups by the whole key, so that each group is one row: make it a rule",
    )
  })
})
