/** A resource policy that says nothing but what keys and roles say by default: see to it by IAM. */
import { type CompiledPolicy, compilePolicy } from '../../../policy/compile.ts'
import { readPolicy } from '../../../policy/document.ts'

/** Leaves everything to the policies of an account. An Allow for an account is no grant by itself. */
export function compileDelegation(root: string): CompiledPolicy {
  const statement = { Effect: 'Allow', Principal: { AWS: root }, Action: '*', Resource: '*' }
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  return compilePolicy(readPolicy(text, 'resource'), { kind: 'resource', name: '' })
}
