import { defineConfig } from "vitest/config"
import base from "./vitest.config.ts"

// oxlint-disable-next-line import/no-default-export -- that is where vitest looks
export default defineConfig({ ...base, test: { include: ["test-engines/**/*.test.ts"] } })
