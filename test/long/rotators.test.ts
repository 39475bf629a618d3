/** Sixteen clients log in through twenty rotations of each database. */
import { testUnderLoad } from '../rotators/load-databases.ts'

testUnderLoad({ clients: 16, rotations: 20 })
