/**
 * Which members are nobody's to see: not in an error's words, not in the audit. A member is secret
 * if its shape says `sensitive`, or by its name: models are not complete (a one-time code, a wrapped
 * key and a session token stand in them as plain text).
 */
const secretNames: ReadonlySet<string> = new Set([
  'AuthenticationCode1',
  'AuthenticationCode2',
  'Base32StringSeed',
  'Ciphertext',
  'CiphertextBlob',
  'CiphertextForRecipient',
  'ClientContext',
  'Detail',
  'LogResult',
  'NewPassword',
  'OldPassword',
  'Password',
  'Plaintext',
  'PrivateKey',
  'PrivateKeyCiphertextBlob',
  'PrivateKeyPlaintext',
  'QRCodePNG',
  'RandomPassword',
  'RotationToken',
  'SAMLAssertion',
  'SecretAccessKey',
  'SecretBinary',
  'SecretString',
  'SessionToken',
  'TokenCode',
  'WebIdentityToken',
  // What programs print is theirs: the audit does not repeat it.
  'logEventMessages',
  'logEvents',
])

/** True for a member whose value is kept from errors and audit whatever its shape says. */
export const isSecretName = (member: string): boolean => secretNames.has(member)
