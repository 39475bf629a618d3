/**
 * One parameter: its newest version, or the one that a selector behind its name means.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
import { findNamed } from './batch.ts'
import { isParameter } from './parameter.ts'
import { shownSecret } from './reference.ts'
import { operation } from './service.ts'
import { shownParameter } from './shown.ts'

export const getParameter = operation('GetParameter', {
  action: 'ssm:GetParameter',
  touches: (look, input) => findNamed(look, input.Name),

  run(rooms, { Name, WithDecryption }, subject) {
    const Parameter = isParameter(subject)
      ? shownParameter(rooms, subject, WithDecryption)
      : shownSecret(rooms, Name, WithDecryption)
    return { Parameter }
  },
})
