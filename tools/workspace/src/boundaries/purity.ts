import type { Breach } from "./rules.ts"

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

/** Lines of a pure library's sources that reach outside. `sources` maps a path to its text. */
export const purityBreaches = (project: string, sources: ReadonlyMap<string, string>): ReadonlyArray<Breach> =>
  [...sources].flatMap(([path, text]) =>
    text
      .split("\n")
      .flatMap((line, index) =>
        forbidden
          .filter(([pattern]) => !line.trimStart().startsWith("*") && pattern.test(line))
          .map(([, what]) => ({ project, sentence: `${path}:${index + 1} uses ${what}, but ${project} is pure` })),
      ),
  )

/** Imports between Python packages, which Nx does not see. */
export const pythonImports = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^\s*(?:from|import)\s+(pos_\w+)/gm)].flatMap((match) => (match[1] === undefined ? [] : [match[1]]))
