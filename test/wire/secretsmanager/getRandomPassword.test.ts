/** GetRandomPassword: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  GetRandomPasswordCommand,
  type GetRandomPasswordCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const draw = async (input: GetRandomPasswordCommandInput = {}) =>
  (await scene.root.send(new GetRandomPasswordCommand(input))).RandomPassword ?? ''

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new GetRandomPasswordCommand({}))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: a length of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('GetRandomPassword', { PasswordLength: 'long' }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: 1 to 4096', async () => {
  for (const PasswordLength of [0, 4097]) {
    await refused(
      draw({ PasswordLength }),
      'ValidationException',
      /at 'passwordLength' failed to satisfy constraint: Member must have value/,
    )
  }
  assert.equal((await draw({ PasswordLength: 4096 })).length, 4096)
  assert.equal((await draw({ PasswordLength: 1, RequireEachIncludedType: false })).length, 1)
})

test('out of bounds: wishes that no password fits', async () => {
  await refused(
    draw({ PasswordLength: 3 }),
    'InvalidParameterException',
    'Password length is too short based on the required types.',
  )
  await refused(
    draw({
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludeNumbers: true,
      ExcludePunctuation: true,
    }),
    'InvalidParameterException',
    'No characters are left to make a password of.',
  )
})

test('not allowed', async () => {
  const nobody = await scene.as()
  await refused(
    nobody.send(new GetRandomPasswordCommand({})),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:GetRandomPassword/,
  )
})

test('done: 32 characters of all kinds but blanks', async () => {
  const password = await draw()
  assert.equal(password.length, 32)
  for (const form of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^\w\s]/]) assert.match(password, form)
  assert.doesNotMatch(password, /\s/)
})

test('done: each exclusion', async () => {
  const long = { PasswordLength: 1000 }
  assert.doesNotMatch(await draw({ ...long, ExcludeLowercase: true }), /[a-z]/)
  assert.doesNotMatch(await draw({ ...long, ExcludeUppercase: true }), /[A-Z]/)
  assert.doesNotMatch(await draw({ ...long, ExcludeNumbers: true }), /[0-9]/)
  assert.match(await draw({ ...long, ExcludePunctuation: true }), /^[A-Za-z0-9]+$/)
  assert.doesNotMatch(await draw({ ...long, ExcludeCharacters: 'aeiouAEIOU!?' }), /[aeiou!?]/i)
  assert.match(await draw({ ...long, IncludeSpace: true }), / /)
})

test('done twice: never the same', async () => {
  assert.notEqual(await draw(), await draw())
})
