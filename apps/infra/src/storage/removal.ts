import { RemovalPolicy } from "aws-cdk-lib"
import type { Settings } from "../settings/settings.ts"

/**
 * What holds data, and the keys to it, stays when the stack goes, unless the stage gives it up. Only a deployment
 * that fails while it makes them takes them away again: they are empty then, and would be in the way of the next one.
 */
export const removalOf = ({ removeData }: Settings): RemovalPolicy =>
  removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
