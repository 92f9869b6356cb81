import { Schema } from "effect"

const Retrier = Schema.Struct({
  ErrorEquals: Schema.Array(Schema.String),
  IntervalSeconds: Schema.optionalKey(Schema.Number),
  MaxAttempts: Schema.optionalKey(Schema.Number),
  BackoffRate: Schema.optionalKey(Schema.Number),
  MaxDelaySeconds: Schema.optionalKey(Schema.Number),
  JitterStrategy: Schema.optionalKey(Schema.String),
})

const stateFields = {
  Type: Schema.Literals(["Pass", "Task", "Choice", "Map", "Wait", "Succeed", "Fail"]),
  Comment: Schema.optionalKey(Schema.String),
  Resource: Schema.optionalKey(Schema.String),
  Next: Schema.optionalKey(Schema.String),
  End: Schema.optionalKey(Schema.Boolean),
  TimeoutSeconds: Schema.optionalKey(Schema.Number),
  Retry: Schema.optionalKey(Schema.Array(Retrier)),
  Catch: Schema.optionalKey(
    Schema.Array(Schema.Struct({ ErrorEquals: Schema.Array(Schema.String), Next: Schema.String })),
  ),
  Choices: Schema.optionalKey(Schema.Array(Schema.Struct({ Condition: Schema.String, Next: Schema.String }))),
  Default: Schema.optionalKey(Schema.String),
}

const Step = Schema.Struct(stateFields)
export type Step = typeof Step.Type

const State = Schema.Struct({
  ...stateFields,
  MaxConcurrency: Schema.optionalKey(Schema.Number),
  /** What a Map does for each item; Maps do not nest here. */
  ItemProcessor: Schema.optionalKey(
    Schema.Struct({ StartAt: Schema.String, States: Schema.Record(Schema.String, Step) }),
  ),
})
export type State = typeof State.Type

/** The parts of an Amazon States Language definition that can be drawn. */
const Definition = Schema.Struct({
  StartAt: Schema.String,
  TimeoutSeconds: Schema.optionalKey(Schema.Number),
  States: Schema.Record(Schema.String, State),
})
export type Definition = typeof Definition.Type

const Template = Schema.Struct({
  Resources: Schema.Record(
    Schema.String,
    Schema.Struct({
      Type: Schema.String,
      Properties: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
    }),
  ),
})

/** The definition of the template's one state machine as JSON text; what is known only at deployment is `<its name>`. */
export const definitionText = (template: unknown): string => {
  const { Resources } = Schema.decodeUnknownSync(Template)(template)
  const machines = Object.values(Resources).filter(({ Type }) => Type === "AWS::StepFunctions::StateMachine")
  return joined(machines[0]?.Properties?.DefinitionString)
}

export const definitionOf = (template: unknown): Definition =>
  Schema.decodeUnknownSync(Schema.fromJsonString(Definition))(definitionText(template))

const joined = (value: unknown): string => {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null) return ""
  const [[name, content] = ["", undefined]] = Object.entries(value)
  if (name === "Fn::Join" && Array.isArray(content) && Array.isArray(content[1])) return content[1].map(joined).join("")
  if (content === "AWS::Partition") return "aws"
  return `<${Array.isArray(content) ? content.join(".") : String(content)}>`
}
