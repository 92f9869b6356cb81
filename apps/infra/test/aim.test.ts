import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "vitest"

const home = mkdtempSync(join(tmpdir(), "pos-aim-"))
// Stands in for CDK, and says what it was called with.
mkdirSync(join(home, "bin"))
writeFileSync(join(home, "bin/cdk"), '#!/bin/sh\necho "cdk $*"\nexit ${CDK_ENDS:-7}\n', { mode: 0o755 })
// Stands in for the comparison with the tables.
writeFileSync(join(home, "bin/pos"), '#!/bin/sh\necho "pos $*"\nexit ${POS_ENDS:-0}\n', { mode: 0o755 })

/** As in a new shell of a machine that knows no AWS account. */
const run = (command: string, args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ["cdk.mjs", command, ...args], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
    env: {
      PATH: [join(home, "bin"), process.env["PATH"]].join(delimiter),
      HOME: home,
      AWS_EC2_METADATA_DISABLED: "true",
      ...more,
    },
  })
  return { status, stdout, told: stderr.trim() }
}

const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" }

describe.each(["deploy", "diff"])("infra:%s", (command) => {
  it("without a stage says in one sentence how to name one, and offers the laptop", () => {
    const { status, stdout, told } = run(command, [], { ...keys, AWS_REGION: "eu-west-1" })
    assert.deepStrictEqual([status, stdout], [1, ""])
    assert.strictEqual(
      told,
      `No stage is named: for an AWS account set AWS_PROFILE and AWS_REGION and run nx run infra:${command} -- --context stage=dev (or another name); to try the platform on this laptop run npx pos start.`,
    )
  })

  it("of the laptop's own stage says whose it is", () => {
    for (const args of [
      ["--context", "stage=local"],
      ["-c", "stage=dev", "-c", "stage=local"],
    ]) {
      const { status, told } = run(command, args, keys)
      assert.strictEqual(status, 1)
      assert.match(told, /^The stage local is this laptop's: .* run npx pos start\.$/)
    }
  })

  it("without credentials says what to set", () => {
    const settings: ReadonlyArray<Readonly<Record<string, string>>> = [{}, { AWS_PROFILE: "nobody" }]
    for (const more of settings) {
      const { status, stdout, told } = run(command, ["--context", "stage=dev"], more)
      assert.deepStrictEqual([status, stdout], [1, ""])
      assert.match(told, /^No AWS credentials were found \(.*\): set AWS_PROFILE .* stage dev, .* npx pos start\.$/)
      assert.lengthOf(told.split("\n"), 1)
    }
  })

  it("without a region says what to set, and takes no other one", () => {
    const { status, told } = run(command, ["--context=stage=dev"], keys)
    assert.deepStrictEqual([status, told], [1, "No AWS region is set: set AWS_REGION to the region of stage dev."])
  })

  it("is CDK's own otherwise, with all arguments and its exit code", () => {
    for (const region of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
      const { status, stdout } = run(command, ["-c", "stage=dev", "--require-approval", "never"], {
        ...keys,
        [region]: "eu-west-1",
      })
      const released = command === "deploy" ? " --released" : ""
      assert.deepStrictEqual(
        [status, stdout],
        [7, `pos plan --stack pos-dev${released}\ncdk ${command} -c stage=dev --require-approval never\n`],
      )
    }
  })

  it("does not compare with the tables where that is asked for", () => {
    const { status, stdout } = run(command, ["-c", "stage=dev", "--unchecked"], { ...keys, AWS_REGION: "eu-west-1" })
    assert.deepStrictEqual([status, stdout], [7, `cdk ${command} -c stage=dev\n`])
  })
})

describe("what the tables can't follow", () => {
  const refused = { ...keys, AWS_REGION: "eu-west-1", POS_ENDS: "1", CDK_ENDS: "0" }

  it("is not deployed", () => {
    const { status, stdout, told } = run("deploy", ["-c", "stage=dev"], refused)
    assert.deepStrictEqual([status, stdout], [1, "pos plan --stack pos-dev --released\n"])
    assert.match(told, /^Nothing was deployed: see above\./)
  })

  it("is told before the difference of the templates, which does not succeed then", () => {
    const { status, stdout } = run("diff", ["-c", "stage=dev"], refused)
    assert.deepStrictEqual([status, stdout], [1, "pos plan --stack pos-dev\ncdk diff -c stage=dev\n"])
  })

  it("does not keep a stage from being destroyed", () => {
    const { status, stdout } = run("destroy", ["-c", "stage=dev"], refused)
    assert.deepStrictEqual([status, stdout], [0, "cdk destroy -c stage=dev\n"])
  })
})
