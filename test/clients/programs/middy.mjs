// A handler whose secrets middy puts into its context before each event.
import middy from '@middy/core'
import secretsManager from '@middy/secrets-manager'

const events = []
const handler = middy(async (_event, context) => {
  events.push({ password: context.database.password, text: context.text })
  return 'done'
}).use(
  secretsManager({
    fetchData: { database: 'middy/database', text: 'middy/text' },
    fetchRotationDate: { text: true },
    cacheExpiry: 60_000,
    setToContext: true,
  }),
)
const context = () => ({ getRemainingTimeInMillis: () => 30_000 })
for (let n = 0; n < 3; n++) await handler({}, context())

const absent = middy(async () => 'never').use(
  secretsManager({
    fetchData: { absent: 'middy/absent' },
    cacheKey: 'absent',
    setToContext: true,
    disablePrefetch: true,
  }),
)
const refused = await absent({}, context()).catch(({ cause, message }) => ({
  message,
  causes: cause.data.map(({ name, message }) => `${name}: ${message}`),
}))
console.log(JSON.stringify({ events, refused }))
// Its cache renews by a timer, which holds a process that nobody freezes.
process.exit()
