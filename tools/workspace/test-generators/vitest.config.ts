import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  // Each test runs compilers and linters in a workspace of its own.
  test: { include: ["*.test.ts"], testTimeout: 600_000, hookTimeout: 120_000 },
})
