/**
 * `strongroom/cache`: secrets for applications, from Strongroom or from AWS, with whatever client of
 * the AWS SDK they have. Depends on nothing; docs/operate/cache.md shows it at work.
 */
export { SecretsCache, type Which } from './cache.ts'
export type { SecretAnswer, SecretRequest, SecretsClient } from './client.ts'
export { isRefused } from './refusal.ts'
export { type Parser, SecretFormatError, type StandardSchema } from './schema.ts'
export type { Secret } from './secret.ts'
export type { Hooks, Options, Subject } from './settings.ts'
export type { World } from './world.ts'
