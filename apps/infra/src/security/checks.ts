import { type App, Validations } from "aws-cdk-lib"
import { AwsSolutionsChecks } from "cdk-nag"

/** Synthesis fails on every finding that is not acknowledged where it occurs. */
export const addChecks = (app: App): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }))
}
