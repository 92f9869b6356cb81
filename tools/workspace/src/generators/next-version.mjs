/** `node next-version.mjs RELEASED TODAY RELEASE`: the version to change to; nothing where TODAY will do. */
import { requiredVersion } from "../../../../libs/platform/evolution/src/version.ts"

const [released, today, release] = process.argv.slice(2)
process.stdout.write(requiredVersion(released, today, release) ?? "")
