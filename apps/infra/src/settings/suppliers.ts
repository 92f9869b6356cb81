import { Result, Schema } from "effect"

const Name = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,30}$/, { expected: "1 to 31 small letters, digits or hyphens" }),
)
const Principal = Schema.String.check(
  Schema.isPattern(/^(\d{12}|arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+)$/, {
    expected: "an account's 12 digits, or the ARN of a role or a user",
  }),
)
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const ExternalId = Schema.String.check(
  Schema.isPattern(/^[\w+=,.@:/-]{2,1224}$/, { expected: "2 to 1224 letters, digits or + = , . @ : / - _" }),
)

/** Who may put files under `incoming/<name>/`, and below the same name for the other datasets. */
const Supplier = Schema.Struct({ name: Name, principal: Principal, externalId: Schema.optionalKey(ExternalId) })
export type Supplier = typeof Supplier.Type

const Suppliers = Schema.Array(Supplier)
/** The command line can only say it as JSON. */
const fromContext = Schema.Union([Suppliers, Schema.fromJsonString(Suppliers)])

/** The suppliers of a stage, or a sentence that says what is wrong with them. */
export const readSuppliers = (given: unknown): Result.Result<ReadonlyArray<Supplier>, string> => {
  const decoded = Schema.decodeUnknownResult(fromContext)(given ?? [], { onExcessProperty: "error" })
  if (decoded._tag === "Failure") return Result.fail(`suppliers: ${decoded.failure.message}`)
  const names = decoded.success.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? Result.succeed(decoded.success) : Result.fail(`suppliers: ${twice} is named twice.`)
}
