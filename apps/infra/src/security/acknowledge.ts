import { Validations } from "aws-cdk-lib"
import type { IConstruct } from "constructs"

/** Accepts findings of cdk-nag on one construct, each with the reason why it is right here. */
export const acknowledge = (construct: IConstruct, reasons: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason })
}
