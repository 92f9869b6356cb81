/** Changes that leave valid files valid, and tables and figures as they are. */
import {
  atMostCharacters,
  between,
  Decimal,
  Expr,
  Flag,
  Integer,
  kpi,
  noInvisibleCharacters,
  OneOf,
  perBusinessDate,
  Text,
} from "@pos/contract"
import { Schema } from "effect"
import { kpisOf, ruleOf, rules } from "../receipts.ts"
import { type Case, column, first, largest, policy, second } from "./edits.ts"

const [large, small] = rules as [(typeof rules)[number], (typeof rules)[number]]

export const compatible: ReadonlyArray<Case> = [
  [
    "a new optional column",
    column({ member: Schema.optionalKey(Flag) }),
    ["column member: new, optional"],
    "compatible",
    "minor",
  ],
  [
    "an error of the platform that becomes a warning",
    { reasons: { missing_value: "warning" } },
    ["reason missing_value: error → warning"],
    "compatible",
    "minor",
  ],
  [
    "a looser bound that widens no stored type",
    column({ till: Integer.check(between(1n, 9_999n)) }),
    ["column till: 1 to 999 → 1 to 9999"],
    "compatible",
    "minor",
  ],
  [
    "a bound that goes, where nothing is summed up",
    column({ till: Integer }),
    ["column till: 1 to 999 → 64 bits"],
    "compatible",
    "minor",
  ],
  [
    "longer texts",
    column({ note: Schema.optionalKey(Text) }),
    ["column note: at most 40 characters → any length"],
    "compatible",
    "minor",
  ],
  [
    "one more value of a list",
    column({ status: OneOf(["open", "paid", "void"]) }),
    ["column status: also void"],
    "compatible",
    "minor",
  ],
  [
    "a list that becomes any text",
    column({ status: Text }),
    ["column status: OneOf(open, paid) → Text, stored as string as before"],
    "compatible",
    "minor",
  ],
  [
    "a check that goes",
    column({ id: Text.check(noInvisibleCharacters, atMostCharacters(20)) }),
    ["column id: without the check notBlank"],
    "compatible",
    "minor",
  ],
  [
    "another ratio of what a KPI stores",
    first({ ratios: "more" }),
    ["KPI amount_per_till: new ratio units_per_receipt"],
    "compatible",
    "minor",
  ],
  [
    "an amount that has the currency of a column",
    column({ tip: Schema.optionalKey(Decimal(9, 2).annotate({ currency: "note" })) }),
    ["column tip: in the currency of no column → note"],
    "compatible",
    "minor",
  ],
  [
    "a personal column",
    column({ note: Schema.optionalKey(Text.check(atMostCharacters(40)).annotate({ personal: true })) }),
    ["column note: personal"],
    "compatible",
    "minor",
  ],
  [
    "a new rule as a warning",
    { rules: [...rules, ruleOf({ id: "odd", severity: "warning" })] },
    ["rule odd: new, warning"],
    "compatible",
    "minor",
  ],
  ["a removed rule", { rules: [small] }, ["rule amount_too_large: removed, was error"], "compatible", "minor"],
  ["a removed warning", { rules: [large] }, ["rule amount_small: removed, was warning"], "compatible", "minor"],
  [
    "a rule that becomes a warning",
    { rules: [ruleOf({ id: "amount_too_large", severity: "warning" }), small] },
    ["rule amount_too_large: error → warning"],
    "compatible",
    "minor",
  ],
  [
    "a rule that refuses fewer rows",
    { rules: [ruleOf({ id: "amount_too_large", violatedWhen: (row) => Expr.gt(row.amount, 2_000) }), small] },
    ["rule amount_too_large: another condition, looser"],
    "compatible",
    "minor",
  ],
  [
    "a warning about other rows",
    {
      rules: [
        large,
        ruleOf({ id: "amount_small", severity: "warning", violatedWhen: (row) => Expr.lt(row.amount, 9) }),
      ],
    },
    ["rule amount_small: another condition"],
    "compatible",
    "minor",
  ],
  [
    "a rule that reports more",
    { rules: [ruleOf({ id: "amount_too_large", detail: (row) => row.till }), small] },
    ["rule amount_too_large: reports another detail"],
    "compatible",
    "patch",
  ],
  [
    "a new KPI",
    {
      kpis: (row) => [
        ...kpisOf(row),
        kpi(row, {
          name: "units_per_till",
          description: "Units.",
          by: ["till"],
          measures: (receipt, { sum }) => ({ units_sum: sum(receipt.units) }),
        }),
      ],
    },
    ["KPI units_per_till: new"],
    "compatible",
    "minor",
  ],
  ["a new measure", second("more"), ["KPI receipts_per_till: new measure returns"], "compatible", "minor"],
  [
    "a higher tolerance",
    policy({ fileTolerance: 0.5 }),
    ["tolerance: 1 % → 50 % of invalid rows"],
    "compatible",
    "minor",
  ],
  [
    "larger files",
    largest({ rows: 20_000, plain: 2_000_000 }),
    ["largest file, plain: 1000000 → 2000000", "largest file, rows: 10000 → 20000"],
    "compatible",
    "minor",
  ],
  [
    "declared leniency",
    {
      dataset: {
        leniency: {
          columns: { units: { written: "3.0" }, tip: { missing: ["-"] } },
          from: {
            "incoming/acme/": { columns: { till: { alsoCalled: ["Kasse"] } }, trailer: { cells: ["END", "{rows}"] } },
          },
        },
      },
    },
    [
      'all files: also "-" for a missing tip',
      "files below incoming/acme/: also Kasse as the name of till",
      "files below incoming/acme/: also the trailer row END;{rows}",
    ],
    "compatible",
    "minor",
  ],
  [
    "another canary",
    { dataset: { canary: { date: "2000-01-01", where: { till: 7 } } } },
    ['canary: none → 2000-01-01 {"till":7}'],
    "compatible",
    "patch",
  ],
  [
    "tills that begin their numbers anew",
    { dataset: { unique: perBusinessDate } },
    ["a key is unique: in a file, and on its business date → on its business date"],
    "compatible",
    "minor",
  ],
]
