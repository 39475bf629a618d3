/**
 * What an account may have in a region, and what it has.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
 */
import { archiveLimits } from '../../lib/archive.ts'
import { anything } from '../operation.ts'
import { codeBytesMax, zippedBytesMax } from './code.ts'
import { accountMax } from './concurrency.ts'
import { operation } from './service.ts'

export const getAccountSettings = operation('GetAccountSettings', {
  action: 'lambda:GetAccountSettings',
  touches: ({ caller }) => anything(caller.account),

  async run({ functions, caller, region }) {
    const shelf = { account: caller.account, region }
    const { count, bytes } = await functions.usage(shelf)
    return {
      AccountLimit: {
        TotalCodeSize: codeBytesMax,
        CodeSizeUnzipped: archiveLimits.unzippedBytesMax,
        CodeSizeZipped: zippedBytesMax,
        ConcurrentExecutions: accountMax,
        UnreservedConcurrentExecutions: accountMax - functions.reserved(shelf),
      },
      AccountUsage: { TotalCodeSize: bytes, FunctionCount: count },
    }
  },
})
