/**
 * Which local AWS answers at an endpoint. Whoever reads or feeds it asks first: a checkout may be a copy, whose state file names
 * a live process that works on another folder.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import { statSync } from "node:fs"
import { type Duration, Effect, Schema } from "effect"

const Answer = Schema.Struct({ pid: Schema.Int, folder: Schema.String, data: Schema.String, proof: Schema.String })

export interface Asked {
  readonly endpoint: string
  /** Of its start, which only the state file of its folder has. */
  readonly secret: string
  readonly within: Duration.Duration
}

/** Its process and its data folder; undefined when nobody answers there, or somebody who does not know the secret. */
export const identityOf = Effect.fn("LocalAws.identity")(function* ({ endpoint, secret, within }: Asked) {
  const nonce = randomBytes(16).toString("hex")
  return yield* textOf(`${endpoint}/_pos/identity?nonce=${nonce}`).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.fromJsonString(Answer))),
    Effect.map((answer) => (isProof(answer, nonce, secret) ? answer : undefined)),
    Effect.timeout(within),
    Effect.orElseSucceed(() => undefined),
  )
})

/**
 * What an endpoint answers. Not by `fetch`, whose loading takes longer than all else that is asked here; nor is `node:http`
 * imported, which would load it for commands that ask nothing, and a part of `fetch` with it.
 */
const textOf = (url: string) =>
  Effect.callback<string, Error>((resume) => {
    const asked = process
      .getBuiltinModule("node:http")
      .get(url, (response) => {
        let text = ""
        response.setEncoding("utf8").on("data", (part: string) => (text += part))
        response.on("end", () =>
          resume(response.statusCode === 200 ? Effect.succeed(text) : Effect.fail(new Error(`${response.statusCode}`))),
        )
        response.on("error", (error) => resume(Effect.fail(error)))
      })
      .on("error", (error) => resume(Effect.fail(error)))
    return Effect.sync(() => asked.destroy())
  })

/** The folder itself, whatever it is called: a copy is another, a link is the same. */
export const folderOf = (path: string): string | undefined => {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

const isProof = ({ pid, folder, proof }: typeof Answer.Type, nonce: string, secret: string): boolean => {
  const right = createHmac("sha256", secret).update(`${nonce}\n${folder}\n${pid}`).digest()
  const given = Buffer.from(proof, "hex")
  return given.length === right.length && timingSafeEqual(given, right)
}
