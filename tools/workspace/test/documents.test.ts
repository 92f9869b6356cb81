/** What the documents name is there: pages, headings, files, symbols in them, and Nx targets. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { appFiles } from "../src/generators/app-files.ts"
import { spell } from "../src/generators/names.ts"

const root = join(import.meta.dirname, "../../..")
const read = (path: string) => readFileSync(join(root, path), "utf8")
const pages = [...globSync("*.md", { cwd: root }), ...globSync("docs/**/*.md", { cwd: root })].toSorted()

/** A heading as GitHub links to it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-")

const anchors = (page: string): ReadonlySet<string> =>
  new Set([...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading)))

/** A symbol is there when the file declares it, or a test has that name. */
const declares = (text: string, symbol: string): boolean =>
  new RegExp(`\\b(?:const|class|interface|type|function|def|let) ${symbol.replace(/^.*\./, "")}\\b`).test(text) ||
  text.includes(`"${symbol}"`) ||
  text.includes(`${symbol}:`) ||
  text.includes(`\`${symbol}\``)

/** Missing links of a page, as sentences. */
const brokenLinks = (page: string, text: string): ReadonlyArray<string> =>
  [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)/g)].flatMap(([, path = "", hash = ""]) => {
    const target = path === "" ? page : join(dirname(page), path)
    if (!existsSync(join(root, target))) return [`${target} is not there`]
    return hash === "" || anchors(target).has(hash.slice(1)) ? [] : [`${target} has no heading ${hash}`]
  })

/** Paths in a page, from the root of the repository, that lead nowhere. What a build makes is not looked for. */
const missingPaths = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`((?:apps|libs|tools|docs)\/[\w./@-]+)`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => !/\/(dist|cdk\.out|test-results)/.test(path) && !existsSync(join(root, path)))

/** `path` › `symbol` where the file has no such symbol. */
const missingSymbols = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`((?:apps|libs|tools)\/[\w./-]+\.\w+)` › `([^`]+)`/g)].flatMap(([, path = "", symbol = ""]) =>
    existsSync(join(root, path)) && declares(read(path), symbol) ? [] : [`${path} has no ${symbol}`],
  )

const manifests = globSync("{apps,libs/*,tools}/*/{package,project}.json", { cwd: root })
const projects = new Map<string, string>()
for (const path of manifests) {
  const text = read(path)
  const content = JSON.parse(text) as { name: string; nx?: { name?: string } }
  const name = path.endsWith("project.json") ? content.name : content.nx?.name
  if (name !== undefined) projects.set(name, text)
}
/** What the plugins infer for every project. */
const INFERRED = ["lint", "typecheck", "test"]

/** `nx run project:target` where there is no such target. */
/** The apps that a page has its reader make, as the generator would write them. */
const madeBy = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/nx g @pos\/workspace:app ([\w-]+)/g)].map(([, name = ""]) => {
      const kpi = { constant: "kpi", name: "kpi", period: "date", sums: [], columns: [] }
      return [
        name,
        appFiles({ app: spell(name), library: "@pos/x", folder: "x", kpi, measure: "n", version: "0.0.0" })[
          "package.json"
        ] ?? "",
      ]
    }),
  )

const missingTargets = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/nx run ([\w-]+):([\w-]+)/g)].flatMap(([, project = "", target = ""]) => {
    const definition = projects.get(project) ?? madeBy(text).get(project)
    if (definition === undefined) return [`there is no project ${project}`]
    return INFERRED.includes(target) || definition.includes(`"${target}":`)
      ? []
      : [`${project} has no target ${target}`]
  })

const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> }
const { generators } = JSON.parse(read("tools/workspace/generators.json")) as {
  readonly generators: Readonly<Record<string, { readonly schema: string }>>
}
const subcommands = globSync("apps/cli/src/commands/*.ts", { cwd: root }).flatMap((path) =>
  [...read(path).matchAll(/Command\.make\(\s*"([a-z-]+)"/g)].map(([, name = ""]) => name),
)

/** What a generator's call names that its schema does not know. */
const unknownFlags = (generator: string, given: string): ReadonlyArray<string> => {
  const definition = generators[generator]
  if (definition === undefined) return [`there is no generator ${generator}`]
  const schema = JSON.parse(read(join("tools/workspace", definition.schema))) as { readonly properties: object }
  return [...given.matchAll(/ --([\w-]+)/g)]
    .filter(([, flag = ""]) => !(flag in schema.properties))
    .map(([, flag]) => `the generator ${generator} has no --${flag}`)
}

/** Commands of npm, of `pos` and of generators that are none. */
const missingCommands = (text: string): ReadonlyArray<string> => [
  ...[...text.matchAll(/npm run ([\w:-]+)/g)]
    .filter(([, script = ""]) => !(script in scripts))
    .map(([, script]) => `there is no npm run ${script}`),
  ...[...text.matchAll(/npx pos ([a-z]+)/g)]
    .filter(([, name = ""]) => !subcommands.includes(name))
    .map(([, name]) => `there is no pos ${name}`),
  ...[...text.matchAll(/nx g @pos\/workspace:(\w+)([^\n`#]*)/g)].flatMap(([, generator = "", given = ""]) =>
    unknownFlags(generator, given),
  ),
]

describe.each(pages)("%s", (page) => {
  const text = read(page)
  it("links to what is there", () => assert.deepStrictEqual(brokenLinks(page, text), []))
  it("names files that are there", () => assert.deepStrictEqual(missingPaths(text), []))
  it("names what stands in them", () => assert.deepStrictEqual(missingSymbols(text), []))
  it("names commands that are there", () =>
    assert.deepStrictEqual([...missingTargets(text), ...missingCommands(text)], []))
})

it("every page of docs/ is linked from the README, or from an index that is", () => {
  const linked = read("README.md")
  const lost = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && !linked.includes(`(${page})`))
  assert.deepStrictEqual(lost, [])
})

describe("a document that is wrong", () => {
  it("is found", () => {
    assert.deepStrictEqual(brokenLinks("docs/x.md", "[a](nowhere.md) [b](architecture.md#nothing)"), [
      "docs/nowhere.md is not there",
      "docs/architecture.md has no heading #nothing",
    ])
    assert.deepStrictEqual(missingPaths("`apps/nowhere/src/a.ts`, `apps/cli`"), ["apps/nowhere/src/a.ts"])
    assert.deepStrictEqual(missingSymbols("`libs/platform/contract/src/rule.ts` › `rule`, `nothing`"), [])
    assert.deepStrictEqual(missingSymbols("`libs/platform/contract/src/rule.ts` › `nothing`"), [
      "libs/platform/contract/src/rule.ts has no nothing",
    ])
    assert.deepStrictEqual(missingTargets("npx nx run plan:nothing, npx nx run nobody:test, npx nx run plan:docs"), [
      "plan has no target nothing",
      "there is no project nobody",
    ])
    assert.deepStrictEqual(
      missingCommands(
        "npm run setup, npm run nothing, npx pos validate, npx pos nothing, nx g @pos/workspace:rule a --column=b --nothing=c",
      ),
      ["there is no npm run nothing", "there is no pos nothing", "the generator rule has no --nothing"],
    )
  })
})
