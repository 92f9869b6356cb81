import type { Breach, SourceFile } from "./rules.ts"

/** What a pure library may not touch: input and output, AWS, the clock, chance, the environment. */
const forbidden: ReadonlyArray<readonly [pattern: RegExp, what: string]> = [
  [/\bfrom "node:/, "a Node module"],
  [/\bfrom "@aws-sdk\//, "the AWS SDK"],
  [/\bfrom "aws-cdk-lib/, "the CDK"],
  [/\bfrom "@effect\/platform/, "a platform package"],
  [/\bDate\.now\(|\bnew Date\(\)/, "the clock"],
  [/\bMath\.random\(/, "chance"],
  [/\bprocess\.env\b/, "the environment"],
  [/\bEffect\.runSync\b|\bEffect\.runPromise\b/, "a runtime"],
]

/** Lines of a pure library's sources that reach outside. */
export const purityBreaches = (project: string, sources: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> =>
  sources.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) =>
        forbidden
          .filter(([pattern]) => !line.trimStart().startsWith("*") && pattern.test(line))
          .map(([, what]) => `${path}:${index + 1} uses ${what}, but ${project} is pure`),
      ),
  )
