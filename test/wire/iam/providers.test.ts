/** OpenID Connect providers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { arn, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const Url = 'https://token.actions.githubusercontent.com'
const provider = {
  OpenIDConnectProviderArn: arn('oidc-provider/token.actions.githubusercontent.com'),
}
const none = { OpenIDConnectProviderArn: arn('oidc-provider/none.example.com') }
const thumbprint = (char: string) => char.repeat(40)
const create = (more: object) => root.send(new CreateOpenIDConnectProviderCommand({ Url, ...more }))
const find = async () => root.send(new GetOpenIDConnectProviderCommand(provider))
const absent = refusal(
  'NoSuchEntityException',
  `OpenIDConnect Provider not found for arn ${none.OpenIDConnectProviderArn}`,
)

test('CreateOpenIDConnectProvider: no issuer, too much, made, made twice', async () => {
  for (const bad of ['http://x.example.com', 'https://x.example.com/?q=1', 'token.example']) {
    await assert.rejects(
      create({ Url: bad }),
      refusal('ValidationError', 'Invalid Open ID Connect Provider URL'),
    )
  }
  await assert.rejects(
    create({ ThumbprintList: [...'abcdef'].map(thumbprint) }),
    refusal('InvalidInputException', 'Thumbprint list must contain fewer than 5 entries.'),
  )
  await assert.rejects(
    create({ ClientIDList: Array.from({ length: 101 }, (_, at) => `c${at}`) }),
    refusal(
      'LimitExceededException',
      'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    ),
  )
  const made = await create({
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: [thumbprint('a')],
  })
  assert.equal(made.OpenIDConnectProviderArn, provider.OpenIDConnectProviderArn)
  await assert.rejects(
    create({}),
    refusal('EntityAlreadyExistsException', `Provider with url ${Url} already exists.`),
  )
})

test('GetOpenIDConnectProvider: no ARN, absent, found', async () => {
  await assert.rejects(
    root.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn('user/some-body') }),
    ),
    refusal('InvalidInputException', 'Invalid Open ID Connect Provider ARN.'),
  )
  await assert.rejects(root.send(new GetOpenIDConnectProviderCommand(none)), absent)
  const found = await find()
  assert.equal(found.Url, 'token.actions.githubusercontent.com')
  assert.deepEqual(found.ClientIDList, ['sts.amazonaws.com'])
  assert.deepEqual(found.ThumbprintList, [thumbprint('a')])
  assert.deepEqual(found.Tags, [])
})

test('clients are added and removed, each once', async () => {
  const client = { ...provider, ClientID: 'app' }
  for (let at = 0; at < 2; at++) {
    await root.send(new AddClientIDToOpenIDConnectProviderCommand(client))
  }
  assert.deepEqual((await find()).ClientIDList, ['sts.amazonaws.com', 'app'])
  for (let at = 0; at < 2; at++) {
    await root.send(new RemoveClientIDFromOpenIDConnectProviderCommand(client))
  }
  assert.deepEqual((await find()).ClientIDList, ['sts.amazonaws.com'])
  await assert.rejects(
    root.send(new AddClientIDToOpenIDConnectProviderCommand({ ...none, ClientID: 'app' })),
    absent,
  )
})

test('thumbprints are replaced', async () => {
  const ThumbprintList = [thumbprint('c'), thumbprint('d')]
  await root.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...provider, ThumbprintList }))
  assert.deepEqual((await find()).ThumbprintList, ThumbprintList)
})

test('tags', async () => {
  const Tags = [{ Key: 'k', Value: 'v' }]
  await root.send(new TagOpenIDConnectProviderCommand({ ...provider, Tags }))
  const listed = await root.send(new ListOpenIDConnectProviderTagsCommand(provider))
  assert.deepEqual(listed.Tags, Tags)
  await root.send(new UntagOpenIDConnectProviderCommand({ ...provider, TagKeys: ['k'] }))
  assert.deepEqual((await find()).Tags, [])
})

test('listed and deleted', async () => {
  await create({ Url: 'https://k8s.example.com:6443/cluster/' })
  const { OpenIDConnectProviderList } = await root.send(new ListOpenIDConnectProvidersCommand({}))
  assert.deepEqual(
    OpenIDConnectProviderList?.map(({ Arn }) => Arn),
    [arn('oidc-provider/k8s.example.com:6443/cluster/'), provider.OpenIDConnectProviderArn],
  )
  await root.send(new DeleteOpenIDConnectProviderCommand(provider))
  await assert.rejects(
    root.send(new DeleteOpenIDConnectProviderCommand(provider)),
    refusal(
      'NoSuchEntityException',
      `OpenId connect Provider ${provider.OpenIDConnectProviderArn} cannot be found.`,
    ),
  )
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
