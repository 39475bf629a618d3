# Resources that a second apply changes, and those that look things up.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {}
variable "rotator" { type = string }
variable "stage" { default = "one" }
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_secretsmanager_random_password" "p" {
  password_length = 32
}
resource "aws_kms_key" "k" {
  description             = "key ${var.stage}"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  tags                    = { stage = var.stage }
}
resource "aws_kms_alias" "k" {
  name          = "alias/payments"
  target_key_id = aws_kms_key.k.key_id
}
resource "aws_secretsmanager_secret" "s" {
  name                    = "tf/s"
  description             = "d ${var.stage}"
  kms_key_id              = aws_kms_key.k.arn
  recovery_window_in_days = 7
  tags                    = { stage = var.stage }
  replica { region = "eu-west-1" }
}
resource "aws_secretsmanager_secret_version" "s" {
  secret_id     = aws_secretsmanager_secret.s.id
  secret_string = "value ${var.stage}"
}
data "aws_secretsmanager_secret_version" "s" {
  secret_id  = aws_secretsmanager_secret.s.id
  depends_on = [aws_secretsmanager_secret_version.s]
}
resource "aws_ssm_parameter" "p" {
  name        = "/tf/p"
  type        = "SecureString"
  key_id      = aws_kms_alias.k.name
  value       = "v ${var.stage}"
  description = "x ${var.stage}"
  tags        = { stage = var.stage }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  description        = var.stage
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.s.arn, Sid = var.stage }] })
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_access_key" "u" { user = aws_iam_user.u.name }
resource "aws_iam_openid_connect_provider" "o" {
  url             = "https://token.example.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["cf23df2207d99a74fbe169e3eba035e633b65d94"]
}
resource "aws_cloudwatch_log_group" "g" {
  name              = "/tf/g"
  retention_in_days = var.stage == "one" ? 7 : 14
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "alarm"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "App"
  period              = 60
  statistic           = "Sum"
  threshold           = var.stage == "one" ? 1 : 2
}
resource "aws_cloudwatch_event_rule" "e" {
  name          = "rule"
  event_pattern = jsonencode({ source = ["aws.secretsmanager"] })
  description   = var.stage
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  filename      = var.rotator
  timeout       = var.stage == "one" ? 10 : 20
}
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.f.function_name
  function_version = "$LATEST"
}
output "who" { value = data.aws_caller_identity.me.arn }
