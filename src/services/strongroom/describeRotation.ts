/** How one secret's rotation stands: its last turn, step by step, and where and why it failed. */
import { touchSecret } from './readers.ts'
import { rotationView } from './rotation.ts'
import { fault, operation } from './service.ts'

export const describeRotation = operation('DescribeRotation', {
  action: 'strongroom:DescribeRotation',
  touches: (look, { SecretId }) => touchSecret(look, SecretId),

  run({ attempt, rotations, draws }, _input, secret) {
    const facts = rotations.find(attempt, secret)
    if (facts) return { Rotation: rotationView(facts, draws.at) }
    throw fault('ResourceNotFoundException', 'The secret was never to be rotated.')
  },
})
