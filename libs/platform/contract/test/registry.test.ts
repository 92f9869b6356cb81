import { assert, describe, it } from "@effect/vitest"
import { type Dataset, InvalidContract, type Kpi, registry } from "../src/index.ts"

// Only the names matter here.
const dataset = (name: string, table: string) => ({ name, table }) as Dataset
const kpi = (name: string) => ({ name }) as Kpi

const problem = (entries: Parameters<typeof registry>[0]): string => {
  try {
    registry(entries)
    return ""
  } catch (error) {
    assert.instanceOf(error, InvalidContract)
    return (error as InvalidContract).problem
  }
}

describe("a registry", () => {
  const sales = { dataset: dataset("pos-sales", "sales"), kpis: [kpi("sales_per_day")] }

  it("holds datasets whose names differ", () => {
    assert.strictEqual(problem([sales, { dataset: dataset("pos-stores", "stores"), kpis: [] }]), "")
  })

  it.each([
    ["two datasets of one table", { dataset: dataset("other", "sales"), kpis: [] }, "two tables are called sales"],
    [
      "two datasets of one name",
      { dataset: dataset("pos-sales", "x"), kpis: [] },
      "two contracts are called pos-sales",
    ],
    [
      "two KPIs of one name",
      { dataset: dataset("other", "x"), kpis: [kpi("sales_per_day")] },
      "two tables are called sales_per_day",
    ],
    [
      "a KPI called like a dataset",
      { dataset: dataset("other", "x"), kpis: [kpi("sales")] },
      "two tables are called sales",
    ],
    [
      "a name that no catalog takes",
      { dataset: dataset("other", "Declared-Totals"), kpis: [] },
      "Declared-Totals can't be a table's name: small letters, digits and underscores, a letter first",
    ],
    [
      "a KPI of reference data",
      { dataset: { ...dataset("pos-stores", "stores"), kind: "reference" }, kpis: [kpi("stores_per_day")] },
      "stores is reference data, of which no KPI is computed: it has no business dates",
    ],
  ] as const)("refuses %s", (_, second, expected) => assert.strictEqual(problem([sales, second]), expected))
})
