import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Schema } from "effect"
import { readFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Exceptions, type Finding, judge } from "../src/audit/judge.ts"
import { distinct, pinnedBy, pinnedJars } from "../src/audit/locks.ts"
import { findingsOf } from "../src/audit/npm.ts"
import { auditOsv } from "../src/audit/osv.ts"
import { Unreached } from "../src/audit/unreached.ts"

const flaw: Finding = { package: "a", version: "1.0.0", ids: ["GHSA-1", "CVE-1"], severity: "high", title: "A flaw" }
const exception = { package: "a", ids: ["CVE-1"], reason: "not reachable", until: "2027-05-31" } as const
const now = { today: "2027-05-31", complete: true }

describe("a known vulnerability", () => {
  for (const severity of ["high", "critical", "unknown"] as const) {
    it(`fails the audit when it is ${severity}`, () => {
      const { failures } = judge([{ ...flaw, severity }], [], now)
      assert.deepStrictEqual(failures, [`a 1.0.0: A flaw (GHSA-1, CVE-1; ${severity}).`])
    })
  }

  for (const severity of ["low", "moderate"] as const) {
    it(`is told when it is ${severity}`, () => {
      const { failures, notes } = judge([{ ...flaw, severity }], [], now)
      assert.deepStrictEqual([failures.length, notes.length], [0, 1])
    })
  }

  it("passes with an exception, by any of its names, to the end of the exception's last day", () => {
    const { failures, notes } = judge([flaw], [exception], now)
    assert.deepStrictEqual(failures, [])
    assert.match(notes[0] ?? "", /Accepted until 2027-05-31: not reachable/)
  })

  it("fails again on the day after, and says so", () => {
    const { failures } = judge([flaw], [exception], { ...now, today: "2027-06-01" })
    assert.match(failures[0] ?? "", /Its exception ended on 2027-05-31/)
  })

  it("is not covered by an exception for another package or another flaw", () => {
    const others = [
      { ...exception, package: "b" },
      { ...exception, ids: ["CVE-2"] as const },
    ]
    assert.lengthOf(judge([flaw], others, now).failures, 1)
  })
})

describe("an exception that nothing needs", () => {
  it("is told when every source has answered, and not when one has not", () => {
    assert.match(judge([], [exception], now).notes[0] ?? "", /needed no more/)
    assert.deepStrictEqual(judge([], [exception], { ...now, complete: false }).notes, [])
  })
})

it("every exception of this repository has a reason and an end", () => {
  const text = readFileSync(new URL("../audit-exceptions.json", import.meta.url), "utf8")
  for (const one of Schema.decodeUnknownSync(Schema.fromJsonString(Exceptions))(text)) {
    assert.isAbove(one.reason.length, 40, one.package)
  }
})

describe("npm's report", () => {
  const lock = {
    packages: { "node_modules/a": { version: "1.0.0" }, "node_modules/b/node_modules/a": { version: "2.0.0" } },
  }

  it("becomes findings, each advisory once", () => {
    const advisory = { url: "https://github.com/advisories/GHSA-1", title: "A flaw", severity: "high", name: "a" }
    const report = {
      vulnerabilities: {
        a: { nodes: Object.keys(lock.packages), via: [advisory] },
        b: { nodes: ["node_modules/b"], via: ["a"] },
      },
    }
    assert.deepStrictEqual(findingsOf(report, lock), [{ ...flaw, version: "1.0.0, 2.0.0", ids: ["GHSA-1"] }])
  })

  it("that is an error is no report of nothing", () => {
    assert.throws(() => findingsOf({ message: "405 Method Not Allowed", error: {} }, lock), Unreached, /405/)
  })
})

describe("locks", () => {
  it("are read whatever the marker, each thing once", () => {
    const text = [
      "# made by uv",
      "boto3==1.42.97 \\",
      "    --hash=sha256:aa",
      "Some_Thing[extra]==2.0 ; python_full_version < '3.11' \\",
      "some.thing==3.0 ; python_full_version >= '3.11'",
    ].join("\n")
    assert.deepStrictEqual(
      distinct([...pinnedBy(text), ...pinnedBy(text)]).map(({ purl }) => purl),
      ["pkg:pypi/boto3@1.42.97", "pkg:pypi/some-thing@2.0", "pkg:pypi/some-thing@3.0"],
    )
    const [jar] = pinnedJars([{ group: "io.delta", name: "delta-storage", version: "4.2.0" }])
    assert.strictEqual(jar?.purl, "pkg:maven/io.delta/delta-storage@4.2.0")
  })
})

describe("osv.dev", () => {
  const advisories: Readonly<Record<string, object>> = {
    "GHSA-1": { id: "GHSA-1", aliases: ["CVE-1"], summary: "A flaw", database_specific: { severity: "HIGH" } },
    "PYSEC-1": { id: "PYSEC-1", aliases: ["CVE-1"], details: "The same flaw\nin many words" },
    "GHSA-2": { id: "GHSA-2", summary: "Taken back", withdrawn: "2026-01-01T00:00:00Z" },
    "PYSEC-3": { id: "PYSEC-3", details: "Nobody has judged it" },
  }
  /** A server that answers as https://google.github.io/osv.dev/api/ describes. */
  const server = createServer(async (request, response) => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.url?.startsWith("/broken") === true) return void response.writeHead(503).end()
    if (request.url?.startsWith("/odd") === true) return void response.end("<html>")
    const one = advisories[request.url?.split("/").at(-1) ?? ""]
    if (one !== undefined) return void response.end(JSON.stringify(one))
    const { queries } = JSON.parse(Buffer.concat(chunks).toString()) as {
      readonly queries: ReadonlyArray<{ readonly package: { readonly purl: string } }>
    }
    const ids = Object.keys(advisories).map((id) => ({ id, modified: "2026-01-01T00:00:00Z" }))
    const results = queries.map(({ package: { purl } }) => (purl === "pkg:pypi/a@1.0.0" ? { vulns: ids } : {}))
    response.end(JSON.stringify({ results }))
  })
  let url = ""
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  const pinned = pinnedBy("a==1.0.0\nb==1.0.0\n")

  it("lists a flaw once under all its names, with the severity that somebody gave it, and none that was withdrawn", async () => {
    assert.deepStrictEqual(await auditOsv(url, pinned), [
      { ...flaw, ids: ["CVE-1", "GHSA-1", "PYSEC-1"] },
      { ...flaw, ids: ["PYSEC-3"], severity: "unknown", title: "Nobody has judged it" },
    ])
  })

  it("asks in parts that the service takes", async () => {
    const many = pinnedBy(Array.from({ length: 2500 }, (_, index) => `p${index}==1.0`).join("\n"))
    assert.lengthOf(await auditOsv(url, [...many, ...pinned]), 2)
  })

  for (const [what, path] of [
    ["that is down", "/broken"],
    ["that answers something else", "/odd"],
  ] as const) {
    it(`${what} is not reached, which is not the same as finding nothing`, async () => {
      const answer = await auditOsv(`${url}${path}`, pinned).then(
        () => "found nothing",
        (error: unknown) => (error instanceof Unreached ? "not reached" : String(error)),
      )
      assert.strictEqual(answer, "not reached")
    })
  }

  it("that nobody answers for is not reached either", async () => {
    const answer = await auditOsv("http://127.0.0.1:9", pinned).catch((error: unknown) => error)
    assert.instanceOf(answer, Unreached)
  })
})
