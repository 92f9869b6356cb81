import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@pos/source"] },
  ssr: { resolve: { conditions: ["@pos/source", "node", "import", "default"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // Loading the CDK takes seconds: once for all files.
    isolate: false,
    fileParallelism: false,
    // A synthesis with cdk-nag takes a second, and many times that on a busy machine.
    testTimeout: 120_000,
  },
})
