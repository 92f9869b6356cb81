import { RemovalPolicy } from "aws-cdk-lib"
import type { Settings } from "../settings/settings.ts"

/**
 * What holds data, and the keys to it, stays when the stack goes, unless the stage gives it up. It goes with a deployment
 * that fails while it is being made: it is empty then, and would be in the way of nobody but who cleans up.
 */
export const removalOf = ({ removeData }: Settings): RemovalPolicy =>
  removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
