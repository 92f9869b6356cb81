/** What must not compile. Checked by `typecheck`: an error that no longer appears is itself an error. */
import { Schema } from "effect"
import { columnsOf, dataset, Decimal, everywhere, Expr, groupRule, kpi, rule, Text } from "../src/index.ts"
import { Receipt, receipts, words } from "./receipt.ts"

const row = columnsOf(Receipt)
const head = { id: "x", severity: "error", ...words } as const

// @ts-expect-error the column does not exist
rule(Receipt, { ...head, column: "amount", violatedWhen: (c) => Expr.lt(c.amuont, 0) })
// @ts-expect-error the rule reports a column that does not exist
rule(Receipt, { ...head, column: "amuont", violatedWhen: (c) => Expr.lt(c.amount, 0) })
// @ts-expect-error an optional column needs coalesce
rule(Receipt, { ...head, column: "tip", violatedWhen: (c) => Expr.lt(c.tip, 0) })
// @ts-expect-error a rule is a condition, not a number
rule(Receipt, { ...head, column: "tip", violatedWhen: (c) => c.amount })
// @ts-expect-error a rule without words can't be told to anybody
rule(Receipt, { id: "x", severity: "error", column: "tip", violatedWhen: (c) => Expr.isPresent(c.tip) })

const among = { ...head, groupBy: ["till"], column: "amount" } as const
// @ts-expect-error an optional column of the first row needs coalesce, too
groupRule(Receipt, { ...among, violatedWhen: (c, group) => Expr.gt(c.amount, group.first.tip) })
// @ts-expect-error a text has no sum
groupRule(Receipt, { ...among, violatedWhen: (c, group) => Expr.gt(group.sum(c.id), 0) })
// @ts-expect-error an optional column names no group
groupRule(Receipt, { ...among, groupBy: ["tip"], violatedWhen: (_, group) => Expr.gt(group.count, 1) })

const lenient = { ...receipts, rules: [] }
// @ts-expect-error a decimal comma of a whole number
dataset({ ...lenient, leniency: { columns: { till: { written: "1234,5" } } } })
// @ts-expect-error a comma that groups digits and begins the fraction
dataset({ ...lenient, leniency: { columns: { amount: { written: "1,234,5" } } } })
// @ts-expect-error a moment without the zone of its clocks
dataset({ ...lenient, leniency: { columns: { at: { written: { pattern: "dd.MM.yyyy HH:mm" } } } } })
// @ts-expect-error text has no other way of writing that is a number's
dataset({ ...lenient, leniency: { columns: { id: { written: "3.0" } } } })
// @ts-expect-error a required column can't be missing
dataset({ ...lenient, leniency: { columns: { till: { missing: ["-"] } } } })
// @ts-expect-error the column does not exist
dataset({ ...lenient, leniency: { columns: { tipp: { missing: ["-"] } } } })
// @ts-expect-error a prefix of no incoming file
dataset({ ...lenient, leniency: { from: { "acme/": { trailer: { cells: ["END"] } } } } })

// @ts-expect-error text has no order in numbers
Expr.lt(row.id, 0)
// @ts-expect-error text can't be added
Expr.add(row.id, 1)
// @ts-expect-error exact numbers and doubles don't mix
Expr.add(row.amount, row.at)
// @ts-expect-error nor are they compared
Expr.gt(row.at, row.till)
// @ts-expect-error a text is compared with texts
Expr.eq(row.id, 5)
// @ts-expect-error an optional column is no operand
Expr.add(row.amount, row.tip)
// @ts-expect-error only texts have a length
Expr.length(row.till)
// @ts-expect-error and takes conditions
Expr.and(row.till)

const measured = { description: "", by: ["till"] } as const
// @ts-expect-error a text has no sum
kpi(Receipt, { name: "x", ...measured, measures: (c, { sum }) => ({ n: sum(c.id) }) })
// @ts-expect-error sums of doubles depend on their order
kpi(Receipt, { name: "x", ...measured, measures: (c, { sum }) => ({ n: sum(c.at) }) })
// @ts-expect-error an optional column needs coalesce
kpi(Receipt, { name: "x", ...measured, measures: (c, { sum }) => ({ n: sum(c.tip) }) })
// @ts-expect-error the dimension does not exist
kpi(Receipt, { name: "x", description: "", by: ["tilt"], measures: (_, { count }) => ({ n: count() }) })
// @ts-expect-error an optional column names no group
kpi(Receipt, { name: "x", description: "", by: ["tip"], measures: (_, { count }) => ({ n: count() }) })
// @ts-expect-error an amount names no group
kpi(Receipt, { name: "x", description: "", by: ["amount"], measures: (_, { count }) => ({ n: count() }) })

const takings = kpi(Receipt, { name: "x", ...measured, measures: (c, { sum }) => ({ total: sum(c.amount) }) })
declare const taken: typeof takings.output.Type
export const fine: bigint = taken.till
// @ts-expect-error the result has the measure's name
export const misnamed = taken.totall
// @ts-expect-error and its type: an exact decimal is no double
export const mistyped: number = taken.total

// @ts-expect-error the key is a column
dataset({ ...receipts, row: Receipt, key: ["idd"], eventTime: { column: "at", storedAs: "event_time" } })
// @ts-expect-error so is the moment
dataset({ ...receipts, row: Receipt, key: ["id"], eventTime: { column: "att", storedAs: "event_time" } })

const { policies: given, rules: _, ...stated } = receipts
const { acrossFiles, ...policies } = given
const reference = { ...stated, row: Receipt, key: ["id"], kind: "reference", rules: [] } as const
dataset({ ...reference, policies, delivers: "wholeList" })
// @ts-expect-error reference data say what a file is
dataset({ ...reference, policies })
// @ts-expect-error what was sent last wins, so there is nothing to choose
dataset({ ...reference, policies: { ...policies, acrossFiles }, delivers: "changes" })

// @ts-expect-error a key of reference data names one row in the whole table
dataset({ ...reference, policies, delivers: "changes", unique: everywhere() })
// @ts-expect-error everywhere is within so many days
dataset({ ...receipts, row: Receipt, key: ["id"], unique: { scope: "everywhere" } })
// @ts-expect-error on its business date, there is no window
dataset({ ...receipts, row: Receipt, key: ["id"], unique: { scope: "businessDate", days: 3 } })

// @ts-expect-error the kind of a column is one of those that exist
Schema.String.annotate({ column: { kind: "strng" } })
// @ts-expect-error a decimal has precision and scale
Schema.BigDecimal.annotate({ column: { kind: "decimal" } })
// @ts-expect-error a column's kind belongs to its type
export const wrong: Schema.Codec<bigint> = Text
export const right = Decimal(5, 2)
