/** Rotation, wired: the engine between the secrets and the functions. */
import type { Clock } from './lib/clock.ts'
import { Fault } from './lib/fault.ts'
import { RotationEngine, rotationLimits } from './rotation/engine.ts'
import type { Invoke } from './rotation/ports.ts'
import { Duty, type Ports as SecretPorts } from './services/secretsmanager/index.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

interface Parts {
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly secretPorts: SecretPorts
  complain(thrown: unknown): void
}

/** Begins at once, with what became due while nobody was here. */
export function startRotation(parts: Parts): RotationEngine {
  const { world, clock, store, secretPorts, complain } = parts
  const invoke = world.functions?.invoke ?? notInvocable
  const secrets = new Duty(secretPorts.printEvent)
  const limits = { ...rotationLimits, ...world.rotation }
  return new RotationEngine({ store, secrets, invoke, clock, complain }, limits)
}

const notInvocable: Invoke = () => Promise.reject(new Fault('ResourceNotFoundException'))
