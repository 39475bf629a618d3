/**
 * What a resource policy would do wrong, attached to a secret or in general. A text that is no policy
 * is refused like a put of it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
 */
import { anything, type Subject } from '../operation.ts'
import { findingsIn } from './findings.ts'
import { mustBePolicy } from './policy.ts'
import { findSecret, hereOf, isSecret } from './secret.ts'
import { operation } from './service.ts'

export const validateResourcePolicy = operation('ValidateResourcePolicy', {
  action: 'secretsmanager:ValidateResourcePolicy',

  touches(look, { SecretId }): Subject {
    return SecretId === undefined ? anything(look.caller.account) : findSecret(look, { SecretId })
  },

  run(rooms, { ResourcePolicy: text }, subject) {
    const document = mustBePolicy(text)
    const secret = isSecret(subject) ? subject : undefined
    const findings = findingsIn(document, { rooms, here: hereOf(rooms), secret, text })
    return {
      PolicyValidationPassed: findings.every(({ isWarning }) => isWarning),
      ValidationErrors: findings.map(({ check, words }) => ({
        CheckName: check,
        ErrorMessage: words,
      })),
    }
  },
})
