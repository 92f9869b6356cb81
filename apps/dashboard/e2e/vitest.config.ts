import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  // Browsers that open pages side by side would wait for each other's processor.
  test: { include: ["**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false },
})
