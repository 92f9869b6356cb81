import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  test: { include: ["test/**/*.test.ts"] },
})
