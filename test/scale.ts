/** How often what can be repeated at will is repeated: a sample in `npm test`, all in `npm run test:long`. */
const isLong = process.env.STRONGROOM_TEST_LONG === '1'

export const repeated = (sample: number, all: number): number => (isLong ? all : sample)

/** Of a list of cases a sample that is spread over it, or all. */
export const sampled = <T>(cases: readonly T[], every: number): readonly T[] =>
  isLong ? cases : cases.filter((_, index) => index % every === Math.floor(index / every) % every)
