/** What is only partly done, by service and operation; `*` is said of a whole service. */
export const limitations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  secretsmanager: {
    '*': 'Rotation waits for Lambda: there are no functions here yet that it could invoke.',
    RotateSecret:
      'managed external secrets keep their settings and are not rotated by their partner',
  },
  iam: {
    ChangePassword: 'ages of passwords are kept and not enforced: nothing signs in by password yet',
    CreateOpenIDConnectProvider:
      'thumbprints are kept and not used: the certificates that Node trusts decide',
    GenerateServiceLastAccessedDetails: 'by service only, for at most 100 people',
  },
  kms: {
    CreateKey: 'no SM2, no custom or external key stores',
    GenerateDataKey:
      'no Recipient (Nitro enclaves), here and in its kin, Decrypt and GenerateRandom',
    GetParametersForImport: 'no RSAES_PKCS1_V1_5',
    ImportKeyMaterial: 'no second material for a multi-Region key',
    Sign: 'no Ed25519ph, no EXTERNAL_MU',
  },
  logs: {
    CreateLogGroup:
      "no keys of one's own (events are sealed under the store's), the standard class only",
    FilterLogEvents: 'no patterns for columns, no regular expressions in patterns',
  },
  ssm: {
    PutParameter: 'no data types but text',
    GetServiceSetting: 'the defaults, which cannot be changed',
  },
  sts: {
    AssumeRole: 'no MFA (SerialNumber, TokenCode), no ProvidedContexts',
    DecodeAuthorizationMessage: 'no answer here holds an encoded message, so that none decodes',
    AssumeRoleWithWebIdentity: 'by POST only, no ProviderId',
    GetSessionToken: 'no MFA',
  },
}
