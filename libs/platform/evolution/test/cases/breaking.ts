/** Changes after which what is stored, or what is read, is not what it was. */
import { Decimal, EpochSeconds, Flag, Integer, OneOf } from "@pos/contract"
import { Schema } from "effect"
import { fields, kpisOf } from "../receipts.ts"
import { type Case, column, first, policy, second } from "./edits.ts"

const { tip: _tip, ...withoutTip } = fields
const { amount: _amount, ...withoutAmount } = fields

export const breaking: ReadonlyArray<Case> = [
  [
    "a renamed column",
    { fields: { ...withoutTip, gratuity: fields.tip } },
    ["column tip: removed (renamed to gratuity?)", "column gratuity: new, optional"],
    "breaking",
    "major",
  ],
  ["a removed column", { fields: withoutTip }, ["column tip: removed"], "breaking", "major"],
  [
    "another type",
    column({ note: Schema.optionalKey(Flag) }),
    ["column note: Text → Flag, stored as string → boolean"],
    "breaking",
    "major",
  ],
  [
    "a wider decimal",
    column({ tip: Schema.optionalKey(Decimal(11, 2)) }),
    ["column tip: Decimal(9, 2) → Decimal(11, 2), stored as decimal(9,2) → decimal(11,2)"],
    "breaking",
    "major",
  ],
  [
    "a decimal that becomes a whole number",
    column({ tip: Schema.optionalKey(Integer) }),
    ["column tip: Decimal(9, 2) → Integer, stored as decimal(9,2) → bigint"],
    "breaking",
    "major",
  ],
  [
    "a wider decimal that KPIs sum up",
    { fields: { ...withoutAmount, amount: Decimal(11, 2) } },
    [
      "column amount: Decimal(9, 2) → Decimal(11, 2), stored as decimal(9,2) → decimal(11,2)",
      "KPI amount_per_till: total is stored as decimal(19,2) → decimal(21,2)",
    ],
    "breaking",
    "major",
  ],
  [
    "a looser bound that widens the type of a sum",
    column({ units: Integer }),
    ["column units: -1000 to 1000 → 64 bits", "KPI amount_per_till: units_total is stored as bigint → decimal(28,0)"],
    "breaking",
    "major",
  ],
  [
    "a required column that becomes optional",
    column({ status: Schema.optionalKey(OneOf(["paid", "open"])) }),
    ["column status: required → optional"],
    "breaking",
    "major",
  ],
  ["another key", { dataset: { key: ["id", "till"] } }, ["key: id → id, till"], "breaking", "major"],
  ["another table", { dataset: { table: "slips" } }, ["the table is called slips, not receipts"], "breaking", "major"],
  [
    "another name of the contract",
    { dataset: { name: "pos-slips" } },
    ["the contract is called pos-slips, not pos-receipts"],
    "breaking",
    "major",
  ],
  [
    "another time zone",
    { dataset: { businessDate: { timeZone: "Europe/Berlin", cutoffHour: 0 } } },
    ["business date: UTC, from 0:00 → Europe/Berlin, from 0:00"],
    "breaking",
    "major",
  ],
  [
    "another cut-off",
    { dataset: { businessDate: { timeZone: "UTC", cutoffHour: 4 } } },
    ["business date: UTC, from 0:00 → UTC, from 4:00"],
    "breaking",
    "major",
  ],
  [
    "another event time",
    {
      fields: { ...fields, closed_at: EpochSeconds },
      dataset: { eventTime: { column: "closed_at", storedAs: "event_time" } },
    },
    [
      "event time: at (stored as event_time) → closed_at (stored as event_time)",
      "column closed_at: new, required",
      "column at: stored as event_time → at",
      "rule closed_at_outside_calendar: new, error",
    ],
    "breaking",
    "major",
  ],
  [
    "corrections instead of conflicts",
    policy({ acrossFiles: "latestWins" }),
    ["a key that comes again: keepFirst → latestWins"],
    "breaking",
    "major",
  ],
  [
    "another grain of a KPI",
    second("byUnits"),
    ["KPI receipts_per_till: one row for each date, till → date, till, units"],
    "breaking",
    "major",
  ],
  [
    "a KPI of the week instead of the day",
    first({ grain: "week" }),
    ["KPI amount_per_till: one row for each date, large, till → large, till, week"],
    "breaking",
    "major",
  ],
  [
    "groups that are computed from something else",
    first({ large: 20 }),
    ["KPI amount_per_till: large groups by something else"],
    "breaking",
    "major",
  ],
  [
    "a ratio that goes",
    first({ ratios: "fewer" }),
    ["KPI amount_per_till: ratio average removed"],
    "breaking",
    "major",
  ],
  [
    "a ratio that is rounded differently",
    first({ ratios: "other" }),
    ["KPI amount_per_till: average is another ratio, or rounded differently"],
    "breaking",
    "major",
  ],
  [
    "a removed KPI",
    { kpis: (row) => kpisOf(row).slice(0, 1) },
    ["KPI receipts_per_till: removed"],
    "breaking",
    "major",
  ],
  [
    "a renamed measure",
    second("renamed"),
    [
      "KPI receipts_per_till: measure row_count removed (renamed to how_many?)",
      "KPI receipts_per_till: new measure how_many",
    ],
    "breaking",
    "major",
  ],
  [
    "a measure that means something else",
    second("other"),
    ["KPI receipts_per_till: row_count is count → countDistinct"],
    "breaking",
    "major",
  ],
]
