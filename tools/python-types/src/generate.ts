import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { jsonSchemaOf } from "./json-schema.ts"
import type { PythonModule } from "./modules.ts"
import { split } from "./split.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const venv = (environment: string, program: string) => join(root, ".venv", environment, "bin", program)

/** Where the generated modules lie. */
export const target = join(root, "libs", "platform", "job-runtime", "src", "pos_job_runtime", "generated")

export const header = (about: string): string =>
  [`"""${about}`, "", "Generated from TypeScript by `npx nx run python-types:generate`: do not edit.", '"""', ""].join(
    "\n",
  )

/** The decoder reads the types while the program runs: what a linter would rather have would break it on Python 3.9. */
const unchecked = "# ruff: noqa"

const options = [
  "--input-file-type=jsonschema",
  "--schema-version=2020-12",
  "--output-model-type=msgspec.Struct",
  "--base-class=pos_job_runtime.document.Document",
  "--target-python-version=3.10",
  "--enum-field-as-literal=all",
  // `X | None` means nothing to Python 3.9 while it runs, and the decoder reads the types then.
  "--no-use-union-operator",
  "--use-standard-collections",
  "--use-generic-container-types",
  "--use-annotated",
  "--field-constraints",
  "--use-type-alias",
  "--use-msgspec-tagged-unions",
  "--keyword-only",
  "--snake-case-field",
  "--skip-root-model",
  "--disable-timestamp",
  "--no-formatters",
  "--ignore-pyproject",
]

/** The files of a generated module, path → text. The same Schemas give the same text. */
export const pythonOf = (module: PythonModule): Readonly<Record<string, string>> => {
  const types = typesOf(module)
  if (module.parts === undefined) return { [`${module.name}.py`]: formatted(module.about, types) }
  return Object.fromEntries(
    Object.entries(split(types, module.name, module.parts)).map(([file, text]) => [
      `${module.name}/${file}.py`,
      formatted(module.about, text),
    ]),
  )
}

const typesOf = (module: PythonModule): string => {
  const folder = mkdtempSync(join(tmpdir(), "pos-python-types-"))
  try {
    const [schema, types] = [join(folder, "schema.json"), join(folder, "types.py")]
    writeFileSync(schema, JSON.stringify(jsonSchemaOf(module)))
    execFileSync(venv("python-types", "datamodel-codegen"), [
      ...options,
      `--input=${schema}`,
      `--output=${types}`,
      "--custom-file-header=#",
    ])
    return forOldPython(frozen(readFileSync(types, "utf8").replace(/^#\n+/, "")))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every type says for itself that it is immutable: a type checker does not take it over from the base. */
const frozen = (text: string): string =>
  text.replaceAll("(Document, kw_only=True", "(Document, frozen=True, kw_only=True")

/** `TypeAlias` came with Python 3.10. It is only a note for type checkers. */
const forOldPython = (text: string): string => {
  const imported = /^(from typing import .*), TypeAlias\b(.*)$/m
  if (!imported.test(text)) return text
  return text
    .replace(imported, "$1, TYPE_CHECKING$2")
    .replace(/^(?=(class \w+\(|\w+: TypeAlias))/m, "if TYPE_CHECKING:\n    from typing_extensions import TypeAlias\n\n")
}

/** A module of this text, as `ruff` would have it. */
export const formatted = (about: string, text: string): string => {
  const name = `--stdin-filename=${join(target, "generated.py")}`
  const ruff = (args: ReadonlyArray<string>, input: string) =>
    execFileSync(venv("glue-spark", "ruff"), [...args, name, "-"], { cwd: target, input, encoding: "utf8" })
  const tidy = ruff(["check", "--fix", "--quiet", "--select=I,F401"], text)
  return ruff(["format"], `${header(about)}\n${unchecked}\n${tidy}`)
}
