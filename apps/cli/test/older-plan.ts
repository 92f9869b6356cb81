/**
 * A plan as an earlier contract of sales compiles to: without the rule against negative discounts, and with an error where a
 * quantity of zero is only a warning today.
 */
import { join } from "node:path"
import { readFileSync } from "node:fs"

export const planFile = join(import.meta.dirname, "../../plan/dist/plan.json")

interface Rule {
  readonly id: string
  readonly severity: string
}

interface Sales {
  hash: string
  readonly validation: {
    readonly exact: { rules: ReadonlyArray<Rule> }
    readonly fast: { clean: ReadonlyArray<string>; warnings: ReadonlyArray<{ readonly rule: string }> }
  }
}

export const olderPlan = (): string => {
  const plan = JSON.parse(readFileSync(planFile, "utf8")) as {
    hash: string
    readonly datasets: { readonly sales: Sales }
  }
  const { sales } = plan.datasets
  const { exact, fast } = sales.validation
  plan.hash = `sha256:${"0".repeat(64)}`
  sales.hash = `sha256:${"1".repeat(64)}`
  exact.rules = exact.rules
    .filter(({ id }) => id !== "negative_discount")
    .map((rule) => (rule.id === "zero_quantity" ? { ...rule, severity: "error" } : rule))
  fast.clean = [
    ...fast.clean.filter((sql) => !sql.includes('"discount_applied", 0) < 0')),
    'coalesce(NOT ("quantity" = 0), false)',
  ]
  fast.warnings = fast.warnings.filter(({ rule }) => rule !== "zero_quantity")
  return JSON.stringify(plan)
}
