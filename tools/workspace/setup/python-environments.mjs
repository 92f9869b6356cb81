import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { probe, root, run, SetupError } from "./process.mjs"
import { findPythons } from "./pythons.mjs"
import { step } from "./steps.mjs"

const uvVersion = "0.13.9"
const environments = JSON.parse(readFileSync(new URL("./environments.json", import.meta.url), "utf8"))
const locks = join(root, "tools", "workspace", "python")
const venvs = join(root, ".venv")
const bootstrap = join(venvs, "bootstrap")
const uv = join(bootstrap, "bin", "uv")
const network = "Check the network and the Python package index, then run the same command again."

/** Any Python of the machine is good enough to carry pip and uv, which make the other environments. */
const ensureBootstrap = async (pythons) => {
  const marker = join(bootstrap, ".pos-uv")
  if (existsSync(marker) && readFileSync(marker, "utf8") === uvVersion) return
  const python = ["3.13", "3.12", "3.11", "3.10"].map((version) => pythons.get(version)).find(Boolean)
  if (python === undefined) {
    throw new SetupError(
      "No Python 3.10 to 3.13 was found. Install one (3.13 is best; 3.9 beside it runs the validation job as Glue does).",
    )
  }
  await step("Python installer", async () => {
    rmSync(bootstrap, { recursive: true, force: true })
    mkdirSync(venvs, { recursive: true })
    await run(python, ["-m", "venv", bootstrap], { hint: "On Debian and Ubuntu install the package python3-venv." })
    await run(join(bootstrap, "bin", "pip"), ["install", "--quiet", `uv==${uvVersion}`], { hint: network })
  })
  writeFileSync(marker, uvVersion)
}

/**
 * The interpreter for an environment: the wanted version, one that uv can fetch, or the fallback with a notice.
 * Undefined for an optional environment without one: another of the list has the same purpose, and tells of it.
 */
const chooseInterpreter = (environment, pythons) => {
  const local = environment.pythons.map((version) => pythons.get(version)).find(Boolean)
  if (local !== undefined) return local
  const wanted = environment.pythons[0]
  if (probe(uv, ["python", "install", wanted]) !== undefined) return probe(uv, ["python", "find", wanted])
  const fallback = (environment.fallback ?? []).map((version) => pythons.get(version)).find(Boolean)
  if (fallback === undefined) {
    if (environment.optional) return undefined
    throw new SetupError(
      `No Python ${environment.pythons.join(", ")} was found for ${environment.purpose}, and none could be fetched. Install Python ${wanted}.`,
    )
  }
  process.stderr.write(`! Python ${wanted} was not found: ${environment.purpose} runs on ${fallback} here.\n`)
  return fallback
}

const install = async (environment, python, target, lock) => {
  rmSync(target, { recursive: true, force: true })
  if (environment.flat) {
    await run(
      uv,
      [
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--python",
        python,
        "--target",
        target,
        "-r",
        lock,
      ],
      { hint: network },
    )
    return
  }
  await run(uv, ["venv", "--quiet", "--python", python, target], { hint: network })
  await run(
    uv,
    [
      "pip",
      "sync",
      "--quiet",
      "--compile-bytecode",
      "--require-hashes",
      "--python",
      join(target, "bin", "python"),
      lock,
    ],
    {
      hint: network,
    },
  )
}

/**
 * The environments that are to be there. Those that few need are made on demand: when they are asked for by name.
 *
 * @param {{ readonly asked: readonly string[], readonly starting: boolean }} options `starting`: those alone without
 * which `npm start` would not go
 */
export const wanted = ({ asked, starting }) =>
  environments.filter(
    ({ name, notToStart, onDemand }) => !(onDemand && !asked.includes(name)) && !(notToStart && starting),
  )

/** Makes every Python environment that is wanted and whose lock or interpreter changed; a second call changes nothing. */
export const installPythonEnvironments = async (options) => {
  const stale = wanted(options).filter((environment) => {
    const marker = join(venvs, environment.name, ".pos-lock")
    return !existsSync(marker) || !readFileSync(marker, "utf8").startsWith(lockHash(environment))
  })
  if (stale.length === 0 && existsSync(uv)) return
  const pythons = findPythons()
  await ensureBootstrap(pythons)
  for (const environment of stale) {
    const target = join(venvs, environment.name)
    const python = chooseInterpreter(environment, pythons)
    if (python === undefined) {
      rmSync(target, { recursive: true, force: true })
      mkdirSync(target, { recursive: true })
    } else
      await step(`Python environment ${environment.name} (${environment.purpose})`, () =>
        install(environment, python, target, join(locks, environment.lock)),
      )
    writeFileSync(join(target, ".pos-lock"), `${lockHash(environment)} ${python ?? "no interpreter"}\n`)
  }
}

const lockHash = (environment) =>
  createHash("sha256")
    .update(readFileSync(join(locks, environment.lock)))
    .update(JSON.stringify(environment))
    .digest("hex")
