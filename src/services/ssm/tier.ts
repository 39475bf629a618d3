/**
 * Tiers: how large a value may be, how many parameters there may be, and who may have policies. A
 * parameter moves up and never down.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
import type { Tier } from './records.ts'
import { fault } from './service.ts'

interface Limits {
  readonly valueBytesMax: number
  readonly parametersMax: number
}

const limits: Readonly<Record<Tier, Limits>> = {
  Standard: { valueBytesMax: 4096, parametersMax: 10_000 },
  Advanced: { valueBytesMax: 8192, parametersMax: 100_000 },
}

interface Wish {
  readonly Tier?: Tier | 'Intelligent-Tiering' | undefined
  readonly Value: string
  readonly Policies?: string | undefined
}

/** The tier that a value gets, after the one that the parameter has. Throws ValidationException. */
export function chooseTier(wish: Wish, before: Tier | undefined): Tier {
  const tier = tierFor(wish, before)
  if (tier === 'Standard' && before === 'Advanced') throw noDowngrade()
  mustFit(tier, wish)
  return tier
}

function tierFor(wish: Wish, before: Tier | undefined): Tier {
  if (wish.Tier !== 'Intelligent-Tiering') return wish.Tier ?? before ?? 'Standard'
  const needsMore =
    Buffer.byteLength(wish.Value) > limits.Standard.valueBytesMax || hasPolicies(wish)
  return needsMore ? 'Advanced' : (before ?? 'Standard')
}

function mustFit(tier: Tier, wish: Wish): void {
  const { valueBytesMax } = limits[tier]
  if (Buffer.byteLength(wish.Value) > valueBytesMax) {
    const hint =
      tier === 'Standard'
        ? ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
        : ''
    throw fault(
      'ValidationException',
      `${tier} tier parameters support a maximum parameter value of ${valueBytesMax} characters.${hint}`,
    )
  }
  if (tier === 'Standard' && hasPolicies(wish)) {
    throw fault(
      'ValidationException',
      'Parameter policies are only supported for parameters that use the advanced-parameter tier.',
    )
  }
}

const hasPolicies = ({ Policies = '' }: Wish): boolean => !/^\s*(?:\[\s*\])?\s*$/.test(Policies)

const noDowngrade = () =>
  fault(
    'ValidationException',
    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
  )

/** Throws when a shelf that holds this many takes no more. */
export function mustHaveRoom(tier: Tier, count: number): void {
  const { parametersMax } = limits[tier]
  if (count < parametersMax) return
  throw fault(
    'ParameterLimitExceeded',
    `You have exceeded the number of parameters for this account and region (${parametersMax}).`,
  )
}
