import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  // The tests tell one story: what follows a failure would only repeat it.
  test: { include: ["**/*.test.ts"], bail: 1 },
})
