/**
 * AWS's own managed policies that people attach to whoever works with secrets, under AWS's names and
 * with AWS's meaning, written for the services of this house. Whatever reads secret values says so by
 * name: `ReadOnlyAccess` does not.
 *
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
 */
type Statement = Readonly<Record<string, unknown>>
/** Path and name, description, statements. */
export type AwsPolicy = readonly [
  pathAndName: string,
  description: string,
  ...statements: Statement[],
]

const allow = (Action: readonly string[] | string, Resource: readonly string[] | string = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})

const lookUp = (...services: string[]) =>
  services.flatMap((service) => [`${service}:Describe*`, `${service}:Get*`, `${service}:List*`])

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const interfaces = [
  ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
  ...['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses'],
  'ec2:UnassignPrivateIpAddresses',
]
const readLogs = [
  ...lookUp('logs'),
  ...['logs:StartQuery', 'logs:StopQuery', 'logs:TestMetricFilter', 'logs:FilterLogEvents'],
]
const readSecretsButValues = [
  ...['secretsmanager:Describe*', 'secretsmanager:GetResourcePolicy', 'secretsmanager:List*'],
]
const readIdentities = [
  ...['iam:GenerateCredentialReport', 'iam:GenerateServiceLastAccessedDetails'],
  ...['iam:Get*', 'iam:List*'],
]
const simulate = ['iam:SimulateCustomPolicy', 'iam:SimulatePrincipalPolicy']
const readKeys = ['kms:Describe*', 'kms:GetKey*', 'kms:List*']
const readTrails = [...lookUp('cloudtrail'), 'cloudtrail:LookupEvents']
const readMetrics = [...lookUp('cloudwatch'), 'cloudwatch:GenerateQuery']

export const awsPolicies: readonly AwsPolicy[] = [
  ['/AdministratorAccess', 'Provides full access to AWS services and resources.', allow('*')],
  [
    '/PowerUserAccess',
    'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    {
      Effect: 'Allow',
      NotAction: ['iam:*', 'organizations:*', 'account:*'],
      Resource: '*',
    },
    allow([
      ...['account:GetAccountInformation', 'account:GetPrimaryEmail', 'account:ListRegions'],
      ...['iam:CreateServiceLinkedRole', 'iam:DeleteServiceLinkedRole', 'iam:ListRoles'],
      'organizations:DescribeOrganization',
    ]),
  ],
  [
    '/ReadOnlyAccess',
    'Provides read-only access to AWS services and resources.',
    allow([
      ...lookUp('cloudformation', 'events', 'lambda', 'ssm', 'tag'),
      ...['events:TestEventPattern', 'kms:Get*', 'sts:GetAccessKeyInfo', 'sts:GetCallerIdentity'],
      ...[...readIdentities, ...simulate, ...readKeys, ...readLogs, ...readMetrics],
      ...[...readSecretsButValues, ...readTrails],
    ]),
  ],
  [
    '/SecurityAudit',
    'The security audit template grants access to read security configuration metadata.',
    allow([
      ...[...readIdentities, ...simulate, ...readSecretsButValues, ...readTrails],
      ...['cloudformation:DescribeStack*', 'cloudformation:GetTemplate', 'cloudformation:List*'],
      ...['cloudwatch:Describe*', 'events:DescribeEventBus', 'events:DescribeRule', 'events:List*'],
      ...['kms:Describe*', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:List*'],
      ...['lambda:GetAccountSettings', 'lambda:GetFunctionConfiguration', 'lambda:GetPolicy'],
      ...['lambda:List*', 'logs:Describe*', 'logs:ListTagsForResource', 'ssm:Describe*'],
      ...['ssm:GetAutomationExecution', 'ssm:ListDocuments', 'sts:GetCallerIdentity'],
    ]),
  ],
  [
    '/job-function/ViewOnlyAccess',
    'This policy grants permissions to view resources and basic metadata across all AWS services.',
    allow([
      ...['cloudformation:DescribeStack*', 'cloudformation:List*', 'cloudtrail:DescribeTrails'],
      ...['cloudtrail:LookupEvents', 'cloudwatch:Describe*', 'cloudwatch:Get*', 'cloudwatch:List*'],
      ...['events:List*', 'iam:Get*', 'iam:List*', 'kms:List*', 'lambda:List*', 'logs:Describe*'],
      ...['secretsmanager:List*', 'ssm:Describe*', 'ssm:List*', 'sts:GetCallerIdentity'],
    ]),
  ],
  [
    '/SecretsManagerReadWrite',
    'Provides read/write access to AWS Secrets Manager via the AWS Management Console.',
    allow([
      ...['secretsmanager:*', 'cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet'],
      ...['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'],
      ...['cloudformation:ExecuteChangeSet', 'kms:DescribeKey', 'kms:ListAliases', 'kms:ListKeys'],
      ...['lambda:ListFunctions', 'tag:GetResources'],
    ]),
    allow(
      [
        ...['lambda:AddPermission', 'lambda:CreateFunction', 'lambda:GetFunction'],
        ...['lambda:InvokeFunction', 'lambda:UpdateFunctionConfiguration'],
      ],
      'arn:aws:lambda:*:*:function:SecretsManager*',
    ),
  ],
  [
    '/AWSSecretsManagerClientReadOnlyAccess',
    'Provides read-only access to secrets for client applications.',
    allow(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']),
    {
      ...allow('kms:Decrypt'),
      Condition: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
    },
  ],
  [
    '/AWSKeyManagementServicePowerUser',
    'Provides access to AWS Key Management Service (KMS).',
    allow([
      ...['kms:CreateAlias', 'kms:CreateKey', 'kms:DeleteAlias', 'kms:Describe*', 'kms:Get*'],
      ...['kms:GenerateRandom', 'kms:List*', 'kms:TagResource', 'kms:UntagResource'],
      ...['iam:ListGroups', 'iam:ListRoles', 'iam:ListUsers'],
    ]),
  ],
  ['/AmazonSSMReadOnlyAccess', 'Provides read only access to Amazon SSM.', allow(lookUp('ssm'))],
  [
    '/AmazonSSMFullAccess',
    'Provides full access to Amazon SSM.',
    allow(['cloudwatch:PutMetricData', 'logs:*', 'ssm:*']),
  ],
  [
    '/AmazonSSMManagedInstanceCore',
    'The policy for Amazon EC2 Role to enable AWS Systems Manager service core functionality.',
    allow([
      ...['ssm:DescribeDocument', 'ssm:GetDocument', 'ssm:GetParameter', 'ssm:GetParameters'],
      ...['ssm:ListAssociations', 'ssm:UpdateInstanceInformation'],
    ]),
  ],
  ['/IAMFullAccess', 'Provides full access to IAM via the AWS Management Console.', allow('iam:*')],
  [
    '/IAMReadOnlyAccess',
    'Provides read only access to IAM via the AWS Management Console.',
    allow([...readIdentities, ...simulate]),
  ],
  [
    '/IAMUserChangePassword',
    'Provides the ability for an IAM user to change their own password.',
    allow('iam:ChangePassword', 'arn:aws:iam::*:user/${aws:username}'),
    allow('iam:GetAccountPasswordPolicy'),
  ],
  [
    '/service-role/AWSLambdaBasicExecutionRole',
    'Provides write permissions to CloudWatch Logs.',
    allow(writeLogs),
  ],
  [
    '/service-role/AWSLambdaVPCAccessExecutionRole',
    'Provides minimum permissions for a Lambda function to execute while accessing a resource within a VPC.',
    allow([...writeLogs, ...interfaces]),
  ],
  [
    '/service-role/AWSLambdaRole',
    'Default policy for AWS Lambda service role.',
    allow('lambda:InvokeFunction'),
  ],
  [
    '/AWSLambda_FullAccess',
    'Grants full access to AWS Lambda service.',
    allow([
      ...['cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'lambda:*'],
      ...['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'iam:GetPolicy'],
      ...['iam:GetPolicyVersion', 'iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRoles'],
      ...['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'kms:ListAliases'],
      ...['logs:DescribeLogGroups', 'tag:GetResources'],
    ]),
    {
      ...allow('iam:PassRole'),
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    },
  ],
  [
    '/AWSLambda_ReadOnlyAccess',
    'Grants read-only access to AWS Lambda service.',
    allow([
      ...['lambda:Get*', 'lambda:List*', 'cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
      ...['cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'iam:GetPolicy'],
      ...['iam:GetPolicyVersion', 'iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRoles'],
      ...['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'kms:ListAliases'],
      ...['logs:DescribeLogGroups', 'tag:GetResources'],
    ]),
  ],
  [
    '/CloudWatchFullAccess',
    'Provides full access to CloudWatch.',
    allow(['cloudwatch:*', 'logs:*', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetRole']),
  ],
  [
    '/CloudWatchReadOnlyAccess',
    'Provides read only access to CloudWatch.',
    allow([...readMetrics, ...readLogs]),
  ],
  [
    '/CloudWatchLogsFullAccess',
    'Provides full access to CloudWatch Logs',
    allow(['logs:*', 'cloudwatch:GenerateQuery']),
  ],
  [
    '/CloudWatchLogsReadOnlyAccess',
    'Provides read only access to CloudWatch Logs',
    allow([...readLogs, 'cloudwatch:GenerateQuery']),
  ],
  [
    '/AWSCloudTrail_FullAccess',
    'Provides full access to AWS CloudTrail.',
    allow(['cloudtrail:*', 'iam:GetRolePolicy', 'iam:GetUser', 'iam:ListRoles', 'kms:ListAliases']),
  ],
  ['/AWSCloudTrail_ReadOnlyAccess', 'Grants AWS CloudTrail Read Only Access', allow(readTrails)],
  [
    '/AmazonEventBridgeFullAccess',
    'Provides full access to Amazon EventBridge.',
    allow('events:*'),
  ],
  [
    '/AmazonEventBridgeReadOnlyAccess',
    'Provides read only access to Amazon EventBridge.',
    allow([...lookUp('events'), 'events:TestEventPattern']),
  ],
  [
    '/AWSCloudFormationFullAccess',
    'Provides full access to CloudFormation.',
    allow('cloudformation:*'),
  ],
  [
    '/AWSCloudFormationReadOnlyAccess',
    'Provides access to AWS CloudFormation via the AWS Management Console.',
    allow([
      ...lookUp('cloudformation'),
      'cloudformation:Detect*',
      'cloudformation:EstimateTemplateCost',
    ]),
  ],
]
