import { Effect } from "effect"
import { AwsError } from "../errors.ts"

/**
 * How the SDK retries: throttling, server errors and broken connections, with back-off and jitter; nothing else. The
 * services add no retry of their own, which would multiply the attempts.
 */
export const retries = { retryMode: "standard", maxAttempts: 5 } as const

/** A client that lives as long as its layer. */
export const scoped = <Client extends { destroy(): void }>(make: () => Client) =>
  Effect.acquireRelease(Effect.sync(make), (client) => Effect.sync(() => client.destroy()))

/** One call of the SDK. It is aborted when the fiber is interrupted. */
export const call = <A>(
  operation: string,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<A>,
): Effect.Effect<A, AwsError> =>
  Effect.tryPromise({
    try: (abortSignal) => send({ abortSignal }),
    catch: (cause) => toAwsError(operation, cause),
  })

interface SdkError extends Error {
  readonly $retryable?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly code?: string
}

const networkCodes = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"])

export const toAwsError = (operation: string, cause: unknown): AwsError => {
  const error: SdkError = cause instanceof Error ? cause : new Error(String(cause))
  const status = error.$metadata?.httpStatusCode ?? 0
  return new AwsError({
    operation,
    code: error.name === "Error" ? (error.code ?? "Error") : error.name,
    detail: error.message,
    retryable:
      error.$retryable !== undefined ||
      status >= 500 ||
      status === 429 ||
      networkCodes.has(error.code ?? "") ||
      error.name === "TimeoutError",
    cause,
  })
}
