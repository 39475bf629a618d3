/** What is only partly done, by service and operation; `*` is said of a whole service. */
export const limitations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  secretsmanager: {
    RotateSecret:
      'managed external secrets keep their settings and are not rotated by their partner',
  },
  lambda: {
    '*': 'Functions are zip archives in the request itself, for Node, Python and own runtimes; what else AWS offers (images, layers, S3, VPC, X-Ray, dead-letter queues, file systems, SnapStart, KMS keys of their own, JSON logs) is refused. They run on the machine of the server: Architectures is kept and told, and not enforced.',
    AddPermission: 'no function URLs, no EventSourceToken',
    CreateAlias: 'no RoutingConfig, here and in UpdateAlias',
    GetFunction: 'Code has no Location: code leaves the store only to be run',
    Invoke: 'no DurableExecutionName, no TenantId, no response streaming',
    ListFunctions: 'no MasterRegion but ALL',
    PutFunctionEventInvokeConfig:
      'destinations are functions of the same account and region; no queues, topics, buckets or event buses',
    UpdateFunctionConfiguration: 'takes effect at once: State and LastUpdateStatus never wait',
  },
  cloudtrail: {
    '*': 'Management events of the services here. No Lake, no insights, no data events; log files go to folders that stand for buckets.',
    CreateTrail: 'no SNS, no CloudWatch Logs, no KMS, no organizations: refused in words',
    LookupEvents: 'no insights; a page size out of bounds is answered by ValidationException',
    PutEventSelectors: 'management events only',
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
  monitoring: {
    GetMetricData:
      'expressions are + - * / and parentheses over ids and numbers; no functions, no SEARCH',
    GetMetricStatistics: 'periods of whole minutes; percentiles, no trimmed means',
    PutMetricAlarm:
      'actions are functions of this account; other ARNs are refused (events go to EventBridge). No anomaly detection, no PromQL',
    PutMetricData: 'kept by the minute, for 15 days; no entities, no StorageResolution below 60',
  },
  logs: {
    CreateLogGroup:
      "no keys of one's own (events are sealed under the store's), the standard class only",
    FilterLogEvents: 'no patterns for columns, no regular expressions in patterns',
    PutMetricFilter:
      'no patterns for columns, no transformed logs, no system fields; names of house metrics are reserved',
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
