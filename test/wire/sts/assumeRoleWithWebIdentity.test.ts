import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { generateKeyPair, SignJWT } from 'jose'
import { signRequest } from '../../../src/sigv4/sign.ts'
import { StrongroomRecords } from '../strongroom/records.ts'
import { raiseIssuer } from './issuer.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust } from './scene.ts'

const issuer = await raiseIssuer()
const stranger = await raiseIssuer()
const elliptic = await raiseIssuer('ES256')
const privateIssuers = [issuer, stranger, elliptic].map(({ url }) => url).join(',')
let offsetMs = 0
const scene = await raiseScene({
  flags: { privateIssuers },
  world: { clock: { now: () => Date.now() + offsetMs } },
})
after(async () => {
  await scene[Symbol.asyncDispose]()
  for (const each of [issuer, stranger, elliptic]) await each[Symbol.asyncDispose]()
})
const { house, iam } = scene

const providerArn = (host: string) => `arn:aws:iam::${account}:oidc-provider/${host}`
const register = (host: string) =>
  iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${host}`,
      ClientIDList: ['sts.amazonaws.com', 'other'],
    }),
  )
await register(issuer.host)

const web = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']
const forSubject = (subject: string) => ({
  StringEquals: { [`${issuer.host}:aud`]: 'sts.amazonaws.com' },
  StringLike: { [`${issuer.host}:sub`]: subject },
})
const federated = { Federated: providerArn(issuer.host) }
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
await scene.role('Web', trust(federated, forSubject('*'), web), everything)

/** Nothing is signed: these credentials are nobody's. */
const nobody = new STSClient({
  ...house.client({ accessKeyId: 'AKIAQQQQQQQQQQQQQQQQ', secretAccessKey: 'nothing' }),
})

const assume = (
  WebIdentityToken: string,
  more: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
) =>
  nobody.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn('Web'),
      RoleSessionName: 'session',
      WebIdentityToken,
      ...more,
    }),
  )

const invalid = (message: string | RegExp) => ({ name: 'InvalidIdentityTokenException', message })
const notAuthorized = {
  name: 'AccessDenied',
  message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
}
const notJwt =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)'
const notValidated = 'The web identity token that was passed could not be validated.'

test('what is no token is refused', async () => {
  for (const text of ['none', 'a.b.c', `${'a'.repeat(4000)}.e30.`, 'e30.e30.e30.e30.e30']) {
    await assert.rejects(
      assume(text),
      invalid(/not a valid JWT|Missing a required claim: iss/),
      text,
    )
  }
  const payload = Buffer.from(JSON.stringify({ iss: 'somebody' })).toString('base64url')
  await assert.rejects(assume(`e30.${payload}.e30`), invalid(notJwt))
})

test('the contract’s bounds hold though nobody signed', async () => {
  await assert.rejects(assume('abc'), { name: 'ValidationError' })
  await assert.rejects(assume(await issuer.token(), { DurationSeconds: 1 }), {
    name: 'ValidationError',
  })
  await assert.rejects(assume(await issuer.token(), { RoleArn: 'arn:aws:iam::1:user/somebody' }), {
    name: 'ValidationError',
    message: 'arn:aws:iam::1:user/somebody is invalid',
  })
  await assert.rejects(assume(await issuer.token(), { ProviderId: 'www.amazon.com' }), {
    name: 'ValidationError',
    message: 'ProviderId is not supported here: use OpenID Connect.',
  })
})

test('a token of an issuer that the account does not know is refused, and its keys are not fetched', async () => {
  await assert.rejects(
    assume(await stranger.token()),
    invalid(`No OpenIDConnect provider found in your account for ${stranger.url}`),
  )
  assert.deepEqual(stranger.asked, [])
})

test('a token for another account’s provider is refused', async () => {
  const RoleArn = 'arn:aws:iam::999999999999:role/Web'
  await assert.rejects(
    assume(await issuer.token(), { RoleArn }),
    invalid(`No OpenIDConnect provider found in your account for ${issuer.url}`),
  )
})

test('a token that somebody else signed is refused', async () => {
  const { privateKey } = await generateKeyPair('RS256')
  const forged = await new SignJWT({ aud: 'sts.amazonaws.com', sub: 'somebody' })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-0' })
    .setIssuer(issuer.url)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)
  await assert.rejects(assume(forged), invalid(notValidated))
})

test('a token without signature, or signed by HMAC, is refused', async () => {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer.url, sub: 's', aud: 'sts.amazonaws.com', iat: now, exp: now + 300 }
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  await assert.rejects(
    assume(`${encoded({ alg: 'none' })}.${encoded(claims)}.`),
    invalid(notValidated),
  )
  const hmac = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'key-0' })
    .sign(Buffer.from('the public key, known to everybody'))
  await assert.rejects(assume(hmac), invalid(notValidated))
})

test('a token that is over is refused as expired', async () => {
  const now = Math.floor(Date.now() / 1000)
  await assert.rejects(assume(await issuer.token({ iat: now - 600, exp: now - 1 })), {
    name: 'ExpiredTokenException',
    message:
      /^Token expired: current date\/time \S+Z must be before the expiration date\/time \S+Z$/,
  })
  await assert.rejects(assume(await issuer.token({ iat: now - 9000, exp: now - 8000 })), {
    name: 'ExpiredTokenException',
  })
})

test('a token for later is refused', async () => {
  const now = Math.floor(Date.now() / 1000)
  await assert.rejects(
    assume(await issuer.token({ nbf: now + 600, exp: now + 900 })),
    invalid(notValidated),
  )
})

test('a token without subject, audience, or times is refused', async () => {
  for (const claim of ['sub', 'exp', 'iat', 'aud']) {
    await assert.rejects(
      assume(await issuer.token({ [claim]: undefined })),
      invalid(`Missing a required claim: ${claim}`),
    )
  }
})

test('a token for an audience that is not registered is refused', async () => {
  await assert.rejects(
    assume(await issuer.token({ aud: 'vault' })),
    invalid('Incorrect token audience'),
  )
  await assert.rejects(
    assume(await issuer.token({ aud: ['sts.amazonaws.com'], azp: 'vault' })),
    invalid('Incorrect token audience'),
  )
})

test('a token that the trust policy does not mean is refused, whether there is such a role or not', async () => {
  await scene.role('Main', trust(federated, forSubject('repo:us/app:ref:refs/heads/main'), web))
  const branch = await issuer.token({ sub: 'repo:us/app:ref:refs/heads/other' })
  await assert.rejects(assume(branch, { RoleArn: roleArn('Main') }), notAuthorized)
  const other = await issuer.token({ aud: 'other', sub: 'repo:us/app:ref:refs/heads/main' })
  await assert.rejects(assume(other, { RoleArn: roleArn('Main') }), notAuthorized)
  await assert.rejects(assume(branch, { RoleArn: roleArn('Nobody') }), notAuthorized)
  await scene.role('People', trust({ AWS: account }))
  await assert.rejects(assume(branch, { RoleArn: roleArn('People') }), notAuthorized)
})

test('who signs in with keys cannot do it this way', async () => {
  const ann = await scene.user('ann', everything)
  const body = Buffer.from(
    new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleArn('Web'),
      RoleSessionName: 'session',
      WebIdentityToken: await issuer.token(),
    }).toString(),
  )
  const { headers } = signRequest({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', new URL(house.url).host],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    body,
    credentials: ann,
    region: 'us-east-1',
    service: 'sts',
    at: Date.now(),
  })
  const answer = await fetch(house.url, {
    method: 'POST',
    headers: Object.fromEntries(headers),
    body,
  })
  assert.equal(answer.status, 403)
  assert.match(await answer.text(), /Not authorized to perform sts:AssumeRoleWithWebIdentity/)
})

test('a good token gives a session, and says who it was about', async () => {
  const token = await issuer.token({ sub: 'system:serviceaccount:shop:checkout' })
  const answer = await assume(token)
  assert.equal(answer.SubjectFromWebIdentityToken, 'system:serviceaccount:shop:checkout')
  assert.equal(answer.Audience, 'sts.amazonaws.com')
  assert.equal(answer.Provider, providerArn(issuer.host))
  assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${account}:assumed-role/Web/session`)
  const keys = keysOf(answer)
  const identity = await scene.sts(keys).send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Arn, answer.AssumedRoleUser?.Arn)
  await new IAMClient(house.client(keys)).send(new ListUsersCommand({}))
})

test('elliptic keys verify, too', async () => {
  await register(elliptic.host)
  const trusted = trust({ Federated: providerArn(elliptic.host) }, undefined, web)
  await scene.role('Elliptic', trusted)
  await assume(await elliptic.token(), { RoleArn: roleArn('Elliptic') })
})

test('session policies narrow', async () => {
  const Policy = policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })
  const keys = keysOf(await assume(await issuer.token(), { Policy }))
  await assert.rejects(new IAMClient(house.client(keys)).send(new ListUsersCommand({})), {
    name: 'AccessDenied',
    message: /no session policy allows/,
  })
})

test('conditions see the issuer’s other claims', async () => {
  const condition = {
    StringEquals: { [`${issuer.host}:repository_owner`]: 'us' },
    'ForAnyValue:StringEquals': { [`${issuer.host}:amr`]: 'authenticated' },
  }
  await scene.role('Owned', trust(federated, condition, web))
  const RoleArn = roleArn('Owned')
  const ours = { repository_owner: 'us', amr: ['authenticated', 'other'] }
  await assume(await issuer.token(ours), { RoleArn })
  await assert.rejects(
    assume(await issuer.token({ ...ours, amr: ['x'] }), { RoleArn }),
    notAuthorized,
  )
  await assert.rejects(
    assume(await issuer.token({ ...ours, repository_owner: 'them' }), { RoleArn }),
    notAuthorized,
  )
})

test('tags and source identity come out of the token, and stay with the session', async () => {
  const own = {
    StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:SourceIdentity': 'ann' },
    ArnEquals: { 'aws:FederatedProvider': providerArn(issuer.host) },
  }
  const document = policy({
    Effect: 'Allow',
    Action: 'iam:ListUsers',
    Resource: '*',
    Condition: own,
  })
  await scene.role('TaggedWeb', trust(federated, undefined, web), document)
  const claims = {
    'https://aws.amazon.com/tags': {
      principal_tags: { team: ['red'] },
      transitive_tag_keys: ['team'],
    },
    'https://aws.amazon.com/source_identity': 'ann',
  }
  const RoleArn = roleArn('TaggedWeb')
  const answer = await assume(await issuer.token(claims), { RoleArn })
  assert.equal(answer.SourceIdentity, 'ann')
  await new IAMClient(house.client(keysOf(answer))).send(new ListUsersCommand({}))
  await scene.role('Plain', trust(federated, undefined, 'sts:AssumeRoleWithWebIdentity'))
  await assert.rejects(assume(await issuer.token(claims), { RoleArn: roleArn('Plain') }), {
    name: 'AccessDenied',
    message: 'Not authorized to perform sts:TagSession',
  })
  for (const tags of [
    'red',
    { principal_tags: { team: 'red', size: [1] } },
    { principal_tags: [] },
  ]) {
    await assert.rejects(
      assume(await issuer.token({ 'https://aws.amazon.com/tags': tags }), { RoleArn }),
      invalid('The claim https://aws.amazon.com/tags is not as it is documented.'),
    )
  }
})

test('keys are fetched once, and again when the issuer rotated them', async () => {
  offsetMs = 60_000
  const before = issuer.asked.length
  await assume(await issuer.token())
  await assume(await issuer.token())
  assert.equal(issuer.asked.length, before)
  await issuer.rotate()
  await assume(await issuer.token())
  assert.equal(issuer.asked.length, before + 2)
  await assert.rejects(
    assume(await issuer.token({}, { kid: 'made-up' })),
    invalid(/^Couldn't retrieve verification key from your identity provider/),
  )
  assert.equal(issuer.asked.length, before + 2, 'made-up key ids fetch nothing just after a fetch')
  offsetMs = 0
})

test('an issuer that is down is told apart', async () => {
  await using down = await raiseIssuer()
  await using own = await raiseScene({ flags: { privateIssuers: down.url } })
  const Url = `https://${down.host}`
  const ClientIDList = ['sts.amazonaws.com']
  await own.iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }))
  down.isUp = false
  const input = {
    RoleArn: roleArn('Web'),
    RoleSessionName: 'session',
    WebIdentityToken: await down.token(),
  }
  const sts = new STSClient(own.house.client())
  await assert.rejects(sts.send(new AssumeRoleWithWebIdentityCommand(input)), {
    name: 'IDPCommunicationErrorException',
    message: /could not be reached\.$/,
  })
})

test('an issuer at a private address that the operator did not name is never fetched', async () => {
  await using hidden = await raiseIssuer()
  await using own = await raiseScene()
  const ClientIDList = ['sts.amazonaws.com']
  await own.iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: `https://${hidden.host}`, ClientIDList }),
  )
  const sts = new STSClient(own.house.client())
  const input = { RoleArn: roleArn('Web'), RoleSessionName: 'session' }
  for (const iss of [hidden.url, `https://${hidden.host}`]) {
    const WebIdentityToken = await hidden.token({ iss })
    await assert.rejects(
      sts.send(new AssumeRoleWithWebIdentityCommand({ ...input, WebIdentityToken })),
      { name: /^(?:InvalidIdentityToken|IDPCommunicationError)Exception$/ },
    )
  }
  assert.deepEqual(hidden.asked, [])
})

test('refusals before there is an identity leave no record each; answers do, as of a web identity', async () => {
  const records = new StrongroomRecords(house)
  const before = await records.newest(1)
  await assert.rejects(assume('a.b.c'))
  assert.deepEqual(await records.newest(1), before)
  await assume(await issuer.token({ sub: 'recorded' }))
  const [record] = await records.newest(1)
  assert.equal(record?.eventName, 'AssumeRoleWithWebIdentity')
  assert.deepEqual(record?.userIdentity, {
    type: 'WebIdentityUser',
    principalId: `${providerArn(issuer.host)}:sts.amazonaws.com:recorded`,
    userName: 'recorded',
    identityProvider: providerArn(issuer.host),
  })
  assert.ok(!JSON.stringify(record).includes('webIdentityToken'))
  assert.match(String(record?.responseElements?.credentials?.accessKeyId), /^ASIA/)
  assert.equal(record?.responseElements?.credentials?.secretAccessKey, undefined)
  assert.equal(record?.responseElements?.credentials?.sessionToken, undefined)
})

test('a provider that was deleted vouches for nobody at the very next request', async () => {
  await iam.send(
    new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn(issuer.host) }),
  )
  await assert.rejects(
    assume(await issuer.token()),
    invalid(`No OpenIDConnect provider found in your account for ${issuer.url}`),
  )
})
