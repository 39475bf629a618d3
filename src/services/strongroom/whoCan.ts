/**
 * Who could read a secret's value now, by which statement. Whom a resource policy names elsewhere is
 * listed apart: their own accounts have a say, too.
 */
import { outsidersIn, readersOf, touchSecret } from './readers.ts'
import { operation } from './service.ts'
import { voteView } from './views.ts'

export const whoCan = operation('WhoCan', {
  action: 'strongroom:WhoCan',
  touches: (look, { SecretId }) => touchSecret(look, SecretId),

  async run(rooms, { SecretId }, { arn, account, secretPolicy }) {
    const principals = []
    for await (const reader of readersOf(rooms, SecretId, account)) {
      principals.push({
        Arn: reader.arn,
        Type: reader.type,
        AllowedBy: reader.by && voteView(reader.by),
      })
    }
    return {
      ARN: arn,
      Principals: principals,
      OutsidePrincipals: outsidersIn(secretPolicy, account),
    }
  },
})
