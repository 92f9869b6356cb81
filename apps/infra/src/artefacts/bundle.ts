import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { ArtefactError } from "./artefact-error.ts"

const Wheel = Schema.String.check(Schema.isPattern(/\.whl$/, { expected: "a wheel" }))

/** What a job's build leaves beside its `bundle.json`; paths are relative to it. */
const Bundle = Schema.fromJsonString(
  Schema.Struct({
    script: Schema.NonEmptyString,
    wheels: Schema.Array(Wheel),
    /** Those of `wheels` that hold this workspace's own code. */
    own: Schema.Array(Wheel),
    /** For Spark's class path; none where Spark was not set up. */
    jars: Schema.Array(Schema.String.check(Schema.isPattern(/\.jar$/, { expected: "a jar" }))),
    python: Schema.Literals(["3.9", "3.13"]),
  }),
)

/** A job's files, as absolute paths. */
export interface JobBundle {
  readonly script: string
  readonly wheels: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
  readonly jars: ReadonlyArray<string>
}

/** The path, or an `ArtefactError` with the target that makes it. */
export const existing = (path: string, target: string): string => {
  if (existsSync(path)) return path
  throw new ArtefactError({ message: `${path} is missing. Build it: npx nx run ${target}` })
}

/** The content of a JSON file that `target` makes. Throws `ArtefactError`. */
export const decoded = <A>(schema: Schema.Codec<A, string>, path: string, target: string): A => {
  const result = Schema.decodeUnknownResult(schema)(readFileSync(existing(path, target), "utf8"))
  if (result._tag === "Success") return result.success
  throw new ArtefactError({
    message: `${path} is not what it should be: ${result.failure.message}\nBuild it again: npx nx run ${target}`,
  })
}

/** The bundle in `folder`, for a job whose Glue runs this Python. Throws `ArtefactError`. */
export const readBundle = (folder: string, target: string, python: "3.9" | "3.13"): JobBundle => {
  const path = join(folder, "bundle.json")
  const bundle = decoded(Bundle, path, target)
  if (bundle.python !== python) {
    throw new ArtefactError({ message: `${path} is for Python ${bundle.python}; its Glue job runs Python ${python}.` })
  }
  const inFolder = (name: string) => existing(join(folder, name), target)
  return {
    script: inFolder(bundle.script),
    wheels: bundle.wheels.map(inFolder),
    own: bundle.own.map(inFolder),
    jars: bundle.jars.map(inFolder),
  }
}
