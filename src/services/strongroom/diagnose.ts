/** What the doctor sees from inside: each thing that must be right, as ok or as how to mend it. */
import { anything } from '../operation.ts'
import { operation } from './service.ts'

export const diagnose = operation('Diagnose', {
  action: 'strongroom:Diagnose',
  touches: ({ operator }) => anything(operator),

  async run({ diagnosis, draws }) {
    const checks = await draws.draw('checks', () => diagnosis())
    return {
      ServerDate: draws.at,
      Checks: checks.map(({ name, state, words }) => ({ Name: name, State: state, Words: words })),
    }
  },
})
