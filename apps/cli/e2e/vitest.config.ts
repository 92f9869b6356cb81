import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  // Each file tells one story, on a platform of its own: what follows a failure would only repeat it, and stories told at
  // the same time would wait for each other's processor.
  test: { include: ["**/*.test.ts"], globalSetup: "./shared-packages.ts", bail: 1, fileParallelism: false },
})
