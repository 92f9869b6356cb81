/** A supplier with an account of its own, as the local AWS knows it: the account's number is its key's id. */
import { S3Client } from "@aws-sdk/client-s3"
import { authorization, options, type Running } from "./aws.ts"

const theirs = "111122223333"
const role = "arn:aws:iam::000000000000:role/pos-local-supplier-acme"

const part = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ""

/** Assumes the supplier's role from its account; an answer other than credentials is an error with AWS' words. */
export const assumeSupplierRole = async ({ endpoint }: Running, externalId?: string): Promise<S3Client> => {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      authorization: authorization("sts", theirs),
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "acme",
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(part(text, "Code") || text)
  return new S3Client({
    ...options(endpoint),
    forcePathStyle: true,
    credentials: {
      accessKeyId: part(text, "AccessKeyId"),
      secretAccessKey: part(text, "SecretAccessKey"),
      sessionToken: part(text, "SessionToken"),
    },
  })
}
