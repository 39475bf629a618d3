// Values as a handler reads them with Powertools for AWS Lambda, and nothing that knows of us.
import { getSecret, SecretsProvider } from '@aws-lambda-powertools/parameters/secrets'
import {
  getParameter,
  getParameters,
  getParametersByName,
  setParameter,
} from '@aws-lambda-powertools/parameters/ssm'

const told = {}

told.secret = await getSecret('powertools/text')
told.json = await getSecret('powertools/json', { transform: 'json', maxAge: 60 })
told.bytes = Buffer.from(await getSecret('powertools/bytes')).toString('hex')
told.previous = await new SecretsProvider().get('powertools/text', {
  sdkOptions: { VersionStage: 'AWSPREVIOUS' },
})
told.absent = await getSecret('powertools/absent').catch(({ name, message }) => ({ name, message }))

told.version = await setParameter('/powertools/plain', { value: 'one' })
told.overwritten = await setParameter('/powertools/plain', { value: 'two', overwrite: true })
await setParameter('/powertools/sealed', {
  value: '{"password":"hunter2"}',
  parameterType: 'SecureString',
})
await setParameter('/powertools/deep/base64', {
  value: Buffer.from('decoded').toString('base64'),
  tier: 'Advanced',
  description: 'for the binary transform',
})

told.parameter = await getParameter('/powertools/plain')
told.sealed = await getParameter('/powertools/sealed')
told.opened = await getParameter('/powertools/sealed', { decrypt: true, transform: 'json' })
told.byPath = await getParameters('/powertools/', { decrypt: true, recursive: true })
told.shallow = Object.keys(await getParameters('/powertools', { recursive: false })).sort()
told.byName = await getParametersByName(
  {
    '/powertools/plain': {},
    '/powertools/sealed': { decrypt: true },
    '/powertools/deep/base64': { transform: 'binary' },
    '/powertools/absent': {},
  },
  { throwOnError: false },
)
console.log(JSON.stringify(told))
