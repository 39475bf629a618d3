/**
 * Attaches a resource policy to a secret, checked and kept letter by letter. One that grants to the
 * whole world is taken unless BlockPublicPolicy is asked for; one by which its author could not put
 * another any more never is.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
 */
import { changeSecret } from './change.ts'
import { mustBePolicy, mustKeepAccess, mustNotBePublic } from './policy.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'

const action = 'secretsmanager:PutResourcePolicy'

export const putResourcePolicy = operation('PutResourcePolicy', {
  action,
  touches: (look, input) => findSecret(look, input),

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const policy = input.ResourcePolicy
    const document = mustBePolicy(policy)
    if (input.BlockPublicPolicy) mustNotBePublic(document)
    mustKeepAccess(rooms, action, secret, { policy })
    await changeSecret(rooms, secret, { policy })
    return { ARN: secret.arn, Name: secret.record.name }
  },
})
