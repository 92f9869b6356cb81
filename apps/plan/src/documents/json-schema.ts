/** The JSON Schema of one record, as a JSON line carries it: what an editor or a supplier's own tests can check. */
import {
  BARE_DAY,
  BARE_TIMESTAMP,
  BLANK,
  CONTROL,
  type Dataset,
  type Field,
  type FieldCheck,
  type Rule,
  INVISIBLE,
} from "@pos/contract"
import { Effect, Schema } from "effect"

type Keywords = Readonly<Record<string, unknown>>

const payload = (check: FieldCheck) => (check.payload ?? {}) as Readonly<Record<string, unknown>>

/** Whole numbers' bounds are persisted as text. */
const bound = (value: unknown): number => Number(value)

/**
 * The keywords for a check. JSON Schema can't say everything (rules across columns, the run's own time): what it leaves
 * out stands in `description` and in the reason codes.
 */
const keywordsOf: Readonly<Record<string, (check: FieldCheck) => Keywords>> = {
  "effect/schema/isGreaterThan": (check) => ({ exclusiveMinimum: payload(check)["exclusiveMinimum"] }),
  "effect/schema/isGreaterThanOrEqualTo": (check) => ({ minimum: payload(check)["minimum"] }),
  "effect/schema/isLessThan": (check) => ({ exclusiveMaximum: payload(check)["exclusiveMaximum"] }),
  "effect/schema/isLessThanOrEqualTo": (check) => ({ maximum: payload(check)["maximum"] }),
  "effect/schema/isBetween": (check) => ({
    [payload(check)["exclusiveMinimum"] === true ? "exclusiveMinimum" : "minimum"]: payload(check)["minimum"],
    [payload(check)["exclusiveMaximum"] === true ? "exclusiveMaximum" : "maximum"]: payload(check)["maximum"],
  }),
  "effect/schema/isGreaterThanBigInt": (check) => ({ exclusiveMinimum: bound(payload(check)["exclusiveMinimum"]) }),
  "effect/schema/isGreaterThanOrEqualToBigInt": (check) => ({ minimum: bound(payload(check)["minimum"]) }),
  "effect/schema/isLessThanBigInt": (check) => ({ exclusiveMaximum: bound(payload(check)["exclusiveMaximum"]) }),
  "effect/schema/isLessThanOrEqualToBigInt": (check) => ({ maximum: bound(payload(check)["maximum"]) }),
  "effect/schema/isBetweenBigInt": (check) => ({
    [payload(check)["exclusiveMinimum"] === true ? "exclusiveMinimum" : "minimum"]: bound(payload(check)["minimum"]),
    [payload(check)["exclusiveMaximum"] === true ? "exclusiveMaximum" : "maximum"]: bound(payload(check)["maximum"]),
  }),
  "effect/schema/isMinCodePoints": (check) => ({ minLength: payload(check)["minCodePoints"] }),
  "effect/schema/isMaxCodePoints": (check) => ({ maxLength: payload(check)["maxCodePoints"] }),
  "effect/schema/isPattern": (check) => ({ pattern: payload(check)["source"] }),
  "pos/isOneOf": (check) => ({ enum: payload(check)["values"] }),
  "pos/notBlank": () => ({ not: { pattern: BLANK.source } }),
  "pos/noControlCharacters": () => ({ pattern: CONTROL.source.replace("[", "^[^").replace(/\]$/, "]*$") }),
  "pos/noInvisibleCharacters": () => ({ allOf: [{ not: { pattern: INVISIBLE.source } }] }),
}

const typeOf = ({ column }: Field): Keywords => {
  switch (column.kind) {
    case "text":
    case "oneOf":
      return { type: "string" }
    case "date":
      return { type: "string", format: "date", pattern: BARE_DAY.source }
    case "timestamp":
      return { type: "string", format: "date-time", pattern: BARE_TIMESTAMP.source }
    case "boolean":
      return { type: "boolean" }
    case "integer":
      return { type: "integer" }
    case "decimal":
      return {
        type: "number",
        exclusiveMinimum: -(10 ** (column.precision - column.scale)),
        exclusiveMaximum: 10 ** (column.precision - column.scale),
      }
    case "epochSeconds":
      return { type: "number" }
  }
}

const described = (field: Field): string =>
  [
    field.description,
    ...(field.unit === undefined ? [] : [`Unit: ${field.unit}.`]),
    ...(field.personal ? ["Personal: shown in no report."] : []),
  ].join(" ")

const property = (field: Field, checks: ReadonlyArray<Keywords>): Keywords => ({
  description: described(field),
  ...typeOf(field),
  ...Object.assign({}, ...checks),
})

/** A check that nobody has translated stops the build: a schema without it would accept what the platform rejects. */
export class UnsupportedInJsonSchema extends Schema.TaggedError<UnsupportedInJsonSchema>()("UnsupportedInJsonSchema", {
  dataset: Schema.String,
  column: Schema.String,
  check: Schema.String,
}) {
  override get message(): string {
    return `${this.dataset}: the JSON Schema can't state the check ${this.check} of "${this.column}". Add it to keywordsOf in json-schema.ts.`
  }
}

const checksOf = (data: Dataset, field: Field) =>
  Effect.forEach(field.checks, (check) => {
    const keywords = keywordsOf[check.id]
    return keywords === undefined
      ? Effect.fail(new UnsupportedInJsonSchema({ dataset: data.name, column: field.name, check: check.id }))
      : Effect.succeed(keywords(check))
  })

const orNull = (keywords: Keywords): Keywords => ({
  ...keywords,
  type: [keywords["type"], "null"],
  ...(Array.isArray(keywords["enum"]) ? { enum: [...(keywords["enum"] as ReadonlyArray<unknown>), null] } : {}),
})

const sentence = ({ id, severity, words }: Rule): string => `${severity} ${id}: ${words.meaning}`

export const jsonSchema = (data: Dataset): Effect.Effect<Keywords, UnsupportedInJsonSchema> =>
  Effect.map(
    Effect.forEach(data.fields, (field) => Effect.map(checksOf(data, field), (checks) => property(field, checks))),
    (all) => ({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `urn:${data.name}:${data.version}`,
      title: data.name,
      description: [data.description, ...data.rules.map(sentence)].join("\n"),
      type: "object",
      properties: Object.fromEntries(
        data.fields.map((field, index) => {
          const keywords = all[index] ?? {}
          // An optional column may also be sent as null.
          return [field.name, field.required ? keywords : orNull(keywords)]
        }),
      ),
      required: data.fields.filter((field) => field.required).map((field) => field.name),
      additionalProperties: data.policies.unexpectedColumn === "warning",
    }),
  )
