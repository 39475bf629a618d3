/** What the contract alone does not tell of an input that is fit to be decided on. */
export type Overrides = Readonly<Record<string, object>>

const token = 'walked-walked-walked-walked-walked-1'
const account = '000000000000'
const trail = `arn:aws:cloudtrail:us-east-1:${account}:trail/walked`
const user = `arn:aws:iam::${account}:user/walked`
const key = `arn:aws:kms:us-east-1:${account}:key/12345678-1234-1234-1234-123456789012`
const keyPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
})
const blob = Buffer.alloc(64).toString('base64')

/** A provider is always the caller's own account's: another's is refused by its form alone. */
const ofProvider = (caller: string) =>
  Object.fromEntries(
    [
      'AddClientIDToOpenIDConnectProvider',
      'DeleteOpenIDConnectProvider',
      'GetOpenIDConnectProvider',
      'ListOpenIDConnectProviderTags',
      'RemoveClientIDFromOpenIDConnectProvider',
      'TagOpenIDConnectProvider',
      'UntagOpenIDConnectProvider',
      'UpdateOpenIDConnectProviderThumbprint',
    ].map((operation) => [
      operation,
      { OpenIDConnectProviderArn: `arn:aws:iam::${caller}:oidc-provider/walked.example.com` },
    ]),
  )

/** By service and operation. @param caller the caller's account */
export const overridesFor = (caller: string): Readonly<Record<string, Overrides>> => ({
  secretsmanager: {
    BatchGetSecretValue: { SecretIdList: ['walked'] },
    CreateSecret: { ClientRequestToken: token },
    PutSecretValue: { ClientRequestToken: token, SecretString: 'v' },
    ReplicateSecretToRegions: { AddReplicaRegions: [{ Region: 'eu-west-1' }] },
    RotateSecret: { ClientRequestToken: token },
    UpdateSecret: { ClientRequestToken: token, SecretString: 'v' },
    UpdateSecretVersionStage: { RemoveFromVersionId: token },
  },
  iam: {
    ...ofProvider(caller),
    GenerateServiceLastAccessedDetails: { Arn: user },
    GetContextKeysForPrincipalPolicy: { PolicySourceArn: user },
    SimulatePrincipalPolicy: { PolicySourceArn: user },
  },
  kms: {
    Decrypt: { KeyId: key, CiphertextBlob: blob },
    GenerateDataKey: { KeySpec: 'AES_256' },
    GenerateDataKeyWithoutPlaintext: { KeySpec: 'AES_256' },
    GenerateRandom: { NumberOfBytes: 8 },
    GetParametersForImport: { WrappingAlgorithm: 'RSAES_OAEP_SHA_256' },
    PutKeyPolicy: { Policy: keyPolicy },
    ReEncrypt: { SourceKeyId: key, CiphertextBlob: blob, DestinationKeyId: key },
    RetireGrant: { KeyId: key, GrantId: 'a'.repeat(64) },
  },
  lambda: {
    ...Object.fromEntries(
      ['ListTags', 'TagResource', 'UntagResource'].map((operation) => [
        operation,
        { Resource: `arn:aws:lambda:us-east-1:${caller}:function:walked` },
      ]),
    ),
  },
  monitoring: {
    ...Object.fromEntries(
      ['DescribeAlarmsForMetric', 'GetMetricStatistics', 'PutMetricData'].map((operation) => [
        operation,
        { Namespace: 'walked' },
      ]),
    ),
    GetMetricData: { StartTime: 1_700_000_000, EndTime: 1_700_000_600, MetricDataQueries: [] },
    ...Object.fromEntries(
      ['ListTagsForResource', 'TagResource', 'UntagResource'].map((operation) => [
        operation,
        { ResourceARN: `arn:aws:cloudwatch:us-east-1:${caller}:alarm:walked` },
      ]),
    ),
  },
  logs: {
    DescribeLogStreams: { logGroupName: 'walked' },
    FilterLogEvents: { logGroupName: 'walked' },
    GetLogEvents: { logGroupName: 'walked' },
    TagResource: { tags: { walked: 'walked' } },
  },
  ssm: {
    ...Object.fromEntries(
      ['AddTagsToResource', 'ListTagsForResource', 'RemoveTagsFromResource'].map((operation) => [
        operation,
        { ResourceType: 'Parameter', ResourceId: 'walked' },
      ]),
    ),
    GetParametersByPath: { Path: '/walked' },
  },
  cloudtrail: {
    AddTags: { ResourceId: trail },
    GetInsightSelectors: { TrailName: 'walked' },
    ListTags: { ResourceIdList: [trail] },
    RemoveTags: { ResourceId: trail },
  },
  events: {
    ...Object.fromEntries(
      ['ListTagsForResource', 'TagResource', 'UntagResource'].map((operation) => [
        operation,
        { ResourceARN: `arn:aws:events:us-east-1:${caller}:rule/walked` },
      ]),
    ),
  },
  strongroom: {
    RewrapSeal: { To: 'file' },
    WatchSecrets: { Watched: { SecretIds: ['walked'] }, WaitSeconds: 0 },
  },
  sts: { AssumeRole: { RoleArn: `arn:aws:iam::${account}:role/walked` } },
})

/** By shape. */
export const texts: Readonly<Record<string, string>> = {
  Action: 'lambda:InvokeFunction',
  AliasNameType: 'alias/walked',
  BackupIdType: '12345678-1234-1234-1234-123456789012',
  ApiDestinationArn: `arn:aws:events:us-east-1:${account}:api-destination/walked/1`,
  ConnectionArn: `arn:aws:events:us-east-1:${account}:connection/walked/1`,
  KeyIdType: key,
  TaggableResource: `arn:aws:lambda:us-east-1:${account}:function:walked`,
  VersionWithLatestPublished: '1',
  OpenIDConnectProviderUrlType: 'https://walked.example.com',
  arnType: `arn:aws:iam::${account}:policy/walked`,
}
