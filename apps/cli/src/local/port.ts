/** A TCP port for the local AWS. */
import { createServer } from "node:net"
import { Effect } from "effect"

/** Where the AWS emulators of this world usually listen. */
export const USUAL_PORT = 4566

/** The wanted port when it is free, otherwise any that is. */
export const freePort = (wanted: number): Effect.Effect<number> =>
  listen(wanted).pipe(Effect.catch(() => Effect.orDie(listen(0))))

const listen = (port: number) =>
  Effect.callback<number, Error>((resume) => {
    const server = createServer()
    server.once("error", (error) => resume(Effect.fail(error)))
    server.listen(port, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port)))
    })
  })
