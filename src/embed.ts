/** The package's own door: a house inside another program, a test suite for one. */
export { type Config, readConfig, type ServeFlags } from './config.ts'
export { type House, raise } from './house.ts'
export type { World } from './world.ts'
