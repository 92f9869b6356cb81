/** The test of a new dataset: a row that is fine, what is said of others, and that nothing lacks its words. */

export interface Example {
  /** A row that is fine: an object of texts, as TypeScript. */
  readonly row: string
  /** What to change in it, as TypeScript, and what is then said of it. */
  readonly broken: ReadonlyArray<readonly [change: string, finding: string]>
  readonly hasKpis: boolean
}

const wordsOfKpis = `    for (const kpi of kpis)
      for (const field of fieldsOf(kpi.output)) assert.notStrictEqual(field.description, "", field.name)
`

export const datasetTest = (
  constant: string,
  { row, broken, hasKpis }: Example,
): string => `import { assert, describe, it } from "@effect/vitest"
import { fieldsOf, read } from "@pos/contract"
import { ${constant} } from "../src/dataset.ts"
${hasKpis ? 'import { kpis } from "../src/kpis/index.ts"\n' : ""}import { rules } from "../src/rules/index.ts"

const row = ${row}
const found = (change: Partial<typeof row>) =>
  read(${constant}, { ...row, ...change }, { source: "text" }).violations.map(
    ({ code, column, severity }) => \`\${severity} \${code} of \${column}\`,
  )

describe("a row", () => {
  it("as usual is fine", () => assert.deepStrictEqual(found({}), []))

  it("that breaks the contract is told so", () => {
${broken.map(([change, finding]) => `    assert.deepStrictEqual(found(${change}), ["${finding}"])`).join("\n")}
  })

  it("has words for each of its columns${hasKpis ? ", rules and measures" : " and rules"}", () => {
    for (const field of fieldsOf(${constant}.row)) assert.match(field.description, /\\.$/, field.name)
    for (const { id, words } of rules)
      for (const part of [words.message, words.meaning, words.remedy]) assert.match(part, /\\.$/, id)
${hasKpis ? wordsOfKpis : ""}  })
})
`
