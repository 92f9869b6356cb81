import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  // A test may call twenty commands, each of which loads its parts when it is called.
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000 },
})
