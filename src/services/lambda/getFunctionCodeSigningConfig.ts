/**
 * That a function's code need not be signed: nobody's does here. Terraform asks on every read.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html
 */
import { findFunction } from './function.ts'
import { operation } from './service.ts'

export const getFunctionCodeSigningConfig = operation('GetFunctionCodeSigningConfig', {
  action: 'lambda:GetFunctionCodeSigningConfig',
  touches: (look, input) => findFunction(look, input),
  run: (_rooms, _input, { record }) => ({ CodeSigningConfigArn: '', FunctionName: record.name }),
})
