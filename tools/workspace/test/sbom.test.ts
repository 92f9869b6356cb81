/** The bills of materials that `nx run workspace:sbom` wrote, beside what they are about. */
import { createHash } from "node:crypto"
import { readFileSync, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "vitest"
import { type Artefact, bomOf, schemaErrors } from "../src/sbom/document.ts"
import { type PackageLock, partsOfLock, partsOfModules } from "../src/sbom/npm.ts"

const workspace = resolve(import.meta.dirname, "../../..")
const read = (...path: ReadonlyArray<string>) => readFileSync(join(workspace, ...path), "utf8")
const bills = join(workspace, "tools/workspace/dist/sbom")

interface Component {
  readonly name: string
  readonly group?: string
  readonly version: string
  readonly purl: string
  readonly hashes?: ReadonlyArray<{ readonly alg: string; readonly content: string }>
  readonly licenses?: ReadonlyArray<unknown>
}

const componentsOf = (artefact: string) =>
  (JSON.parse(readFileSync(join(bills, `${artefact}.cdx.json`), "utf8")) as { components: ReadonlyArray<Component> })
    .components

interface Bundle {
  readonly wheels: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
  readonly originals: ReadonlyArray<{ readonly wheel: string; readonly sha256: string }>
  readonly jars: ReadonlyArray<string>
}

const sha256 = (path: string) =>
  createHash("sha256")
    .update(readFileSync(join(workspace, path)))
    .digest("hex")

const hashes = (components: ReadonlyArray<Component>) => components.map(({ hashes: [first] = [] }) => first?.content)

const lock = JSON.parse(read("package-lock.json")) as PackageLock

/** What comes inside another package's archive has no hash of its own. */
const carried = new Set(
  partsOfLock({
    packages: Object.fromEntries(Object.entries(lock.packages).filter(([, one]) => "inBundle" in one)),
  }).map(({ purl }) => purl),
)

describe("every bill", () => {
  const names = readdirSync(bills)

  it("is there, one for each artefact", () => {
    assert.sameMembers(names, [
      "npm-workspace.cdx.json",
      "reporter.cdx.json",
      "spark-jars.cdx.json",
      "transformation-job-embedded.cdx.json",
      "transformation-job-shell.cdx.json",
      "transformation-job-spark.cdx.json",
      "trigger.cdx.json",
      "validation-job.cdx.json",
    ])
  })

  for (const name of names) {
    it(`keeps CycloneDX's schema, and says of each part what and which it is: ${name}`, async () => {
      assert.isUndefined(await schemaErrors(readFileSync(join(bills, name), "utf8")))
      for (const { hashes: [hash] = [], purl, version } of componentsOf(name.replace(".cdx.json", ""))) {
        assert.match(purl, /^pkg:(npm|pypi|maven|generic)\/.+@.+$/)
        assert.isNotEmpty(version)
        if (hash !== undefined || !carried.has(purl)) assert.match(hash?.content ?? "", /^[0-9a-f]{40,128}$/, purl)
      }
    })
  }
})

describe("a job's bill", () => {
  for (const [artefact, folder, lock, take] of [
    ["validation-job", "apps/validation-job/dist", "apps/validation-job/requirements.txt", "wheels"],
    [
      "transformation-job-embedded",
      "apps/transformation-job/dist",
      "apps/transformation-job/requirements.txt",
      "wheels",
    ],
    [
      "transformation-job-shell",
      "apps/transformation-job/dist-shell",
      "apps/transformation-job/requirements-shell.txt",
      "wheels",
    ],
    ["transformation-job-spark", "apps/transformation-job/dist", "apps/transformation-job/requirements.txt", "own"],
  ] as const) {
    const bundle = JSON.parse(read(folder, "bundle.json")) as Bundle
    const built = [...bundle.own, ...(take === "own" ? bundle.jars : [])]
    const originals = take === "own" ? [] : bundle.originals

    it(`has each file of the bundle and no other, those of an index as it has them: ${artefact}`, () => {
      assert.isNotEmpty(built)
      assert.sameMembers(
        [...bundle.wheels],
        [...new Set([...bundle.own, ...bundle.originals.map(({ wheel }) => wheel)])],
      )
      assert.sameMembers(hashes(componentsOf(artefact)), [
        ...built.map((file) => sha256(join(folder, file))),
        ...originals.map(({ sha256: hash }) => hash),
      ])
    })

    it(`names what the lock file pins, by the same hash: ${artefact}`, () => {
      const pins = read(lock)
      const own = new Set(bundle.own.concat(bundle.jars).map((file) => sha256(join(folder, file))))
      for (const { hashes: [hash] = [], name, version } of componentsOf(artefact)) {
        if (own.has(hash?.content ?? "")) continue
        assert.include(pins, `${name}==${version} `)
        assert.include(pins, `--hash=sha256:${hash?.content}`)
      }
    })
  }

  it("knows the licence of everything that is not ours", () => {
    const unknown = componentsOf("validation-job").filter(
      ({ licenses, name }) => licenses === undefined && !name.startsWith("pos-"),
    )
    assert.deepStrictEqual(unknown, [])
  })
})

describe("the trigger's bill", () => {
  it("has each package of which the bundle holds a module and no other", () => {
    const modules = JSON.parse(read("apps/trigger/dist/modules.json")) as ReadonlyArray<string>
    const packages = modules
      .filter((id) => id.includes("node_modules/"))
      .map((id) => {
        const [scope = "", name] = id.slice(id.lastIndexOf("node_modules/") + 13).split("/")
        return scope.startsWith("@") ? `${scope}/${name}` : scope
      })
    const named = componentsOf("trigger").map(({ group, name }) => (group === undefined ? name : `${group}/${name}`))
    assert.sameMembers(named, [...new Set(packages)])
    assert.includeMembers(named, ["effect", "@aws-sdk/client-s3"])
  })
})

describe("the reporter's bill", () => {
  it("has DuckDB, its binding for Lambda's machine and the extensions that lie in the folder", () => {
    const parts = componentsOf("reporter")
    const named = parts.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`))
    assert.includeMembers(named, [
      "effect",
      "@duckdb/node-api",
      "@duckdb/node-bindings-linux-x64",
      "duckdb-extension-delta",
      "duckdb-extension-httpfs",
    ])
    for (const extension of ["delta", "httpfs"]) {
      const file = join(workspace, `apps/reporter/dist/bundle/extensions/${extension}.duckdb_extension`)
      const hash = createHash("sha256").update(readFileSync(file)).digest("hex")
      const part = parts.find(({ name }) => name === `duckdb-extension-${extension}`)
      assert.strictEqual(part?.hashes?.[0]?.content, hash)
    }
  })
})

describe("the npm workspace's bill", () => {
  it("has everything that the lock installs", () => {
    const installed = Object.entries(lock.packages)
      .filter(([path, { link }]) => path.includes("node_modules/") && link !== true)
      .map(([path, { name, version }]) => `${name ?? path.slice(path.lastIndexOf("node_modules/") + 13)}@${version}`)
    const named = componentsOf("npm-workspace").map(
      ({ group, name, version }) => `${group === undefined ? "" : `${group}/`}${name}@${version}`,
    )
    assert.sameMembers(named, [...new Set(installed)])
  })
})

describe("parts of a lock", () => {
  const small: PackageLock = {
    packages: {
      "": {},
      "node_modules/a": { version: "1.0.0", dependencies: { b: "1" }, license: "MIT" },
      "node_modules/a/node_modules/b": { version: "1.0.0", dev: true },
      "node_modules/b": { version: "2.0.0" },
      "node_modules/@s/c": { version: "3.0.0", dependencies: { b: "2" } },
      "node_modules/mine": { link: true },
    },
  }

  it("need what Node finds from where they lie", () => {
    const needs = Object.fromEntries(partsOfLock(small).map((part) => [part.purl, part.needs]))
    assert.deepStrictEqual(needs["pkg:npm/a@1.0.0"], ["pkg:npm/b@1.0.0"])
    assert.deepStrictEqual(needs["pkg:npm/%40s/c@3.0.0"], ["pkg:npm/b@2.0.0"])
    assert.lengthOf(Object.keys(needs), 4)
  })

  it("are found by the modules of a bundle, the inner package before the outer", () => {
    const found = partsOfModules(small, ["node_modules/a/node_modules/b/x.js", "node_modules/@s/c/y.js", "libs/z.ts"])
    assert.deepStrictEqual(
      found.map(({ purl }) => purl),
      ["pkg:npm/b@1.0.0", "pkg:npm/%40s/c@3.0.0"],
    )
  })
})

describe("a bill's text", () => {
  const artefact: Artefact = {
    name: "some",
    version: "1.0.0",
    description: "",
    parts: [
      {
        purl: "pkg:npm/b@1.0.0",
        name: "b",
        version: "1.0.0",
        licence: "MIT OR Apache-2.0",
        needs: ["pkg:npm/a@1.0.0"],
      },
      { purl: "pkg:npm/a@1.0.0", name: "a", version: "1.0.0", licence: "mit", needs: ["pkg:npm/gone@1.0.0"] },
      { purl: "pkg:npm/c@1.0.0", name: "c", version: "1.0.0", licence: "See the file LICENSE", needs: [] },
    ],
  }

  it("is the same whatever the order of the parts", async () => {
    const text = bomOf(artefact)
    assert.strictEqual(bomOf({ ...artefact, parts: artefact.parts.toReversed() }), text)
    assert.isUndefined(await schemaErrors(text))
    assert.notMatch(text, /timestamp|serialNumber/)
  })

  it("says a licence as an id, an expression, or a name", () => {
    const { components } = JSON.parse(bomOf(artefact)) as { components: ReadonlyArray<Component> }
    assert.deepStrictEqual(
      components.map(({ licenses }) => licenses),
      [
        [{ license: { id: "MIT" } }],
        [{ expression: "MIT OR Apache-2.0" }],
        [{ license: { name: "See the file LICENSE" } }],
      ],
    )
  })

  it("that breaks the schema is told", async () => {
    assert.isString(await schemaErrors(bomOf(artefact).replace('"type": "library"', '"type": "thing"')))
  })
})
