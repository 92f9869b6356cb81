/** How the SDK reaches a target. A file of its own: whoever needs no AWS must not load the SDK. */
import { AwsConnection } from "@pos/aws"
import { Layer } from "effect"
import type { Target } from "./target.ts"

/** As the target says, or as the environment does; that has optional variables only, so it cannot fail. */
export const connectionTo = ({ connection }: Pick<Target, "connection">) =>
  connection ? AwsConnection.layerOptions(connection) : Layer.orDie(AwsConnection.layer)
