/** Rotation under load, in short; test/long/rotators.test.ts is the long form. */
import { testUnderLoad } from './load-databases.ts'

testUnderLoad({ clients: 4, rotations: 3 })
