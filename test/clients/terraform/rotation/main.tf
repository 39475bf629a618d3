# What a project that rotates a secret declares, as it would for AWS.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0"
    }
  }
}

provider "aws" {
  default_tags {
    tags = { project = "payments" }
  }
}

variable "rotator" {
  type = string
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "payments/database"
  description             = "the database's user"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = aws_secretsmanager_secret.database.id
  secret_string = jsonencode({ username = "payments", password = "canary-first" })
}

resource "aws_secretsmanager_secret_policy" "database" {
  secret_arn = aws_secretsmanager_secret.database.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = aws_iam_role.rotator.arn }
      Action    = "secretsmanager:DeleteSecret"
      Resource  = "*"
    }]
  })
}

resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id           = aws_secretsmanager_secret.database.id
  rotation_lambda_arn = aws_lambda_function.rotator.arn
  rotate_immediately  = false
  rotation_rules {
    automatically_after_days = 30
  }
  depends_on = [aws_lambda_permission.rotator]
}

resource "aws_ssm_parameter" "host" {
  name  = "/payments/host"
  type  = "String"
  value = "db.internal"
}

resource "aws_ssm_parameter" "token" {
  name        = "/payments/token"
  description = "sealed"
  type        = "SecureString"
  value       = "canary-token"
}

resource "aws_ssm_parameter" "zones" {
  name  = "/payments/zones"
  type  = "StringList"
  value = "a,b"
}

resource "aws_iam_role" "rotator" {
  name = "rotator"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "rotator" {
  name = "rotate"
  role = aws_iam_role.rotator.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:*SecretValue", "secretsmanager:DescribeSecret", "secretsmanager:UpdateSecretVersionStage"]
      Resource = aws_secretsmanager_secret.database.arn
    }]
  })
}

resource "aws_cloudwatch_log_group" "rotator" {
  name              = "/aws/lambda/rotator"
  retention_in_days = 30
}

resource "aws_lambda_function" "rotator" {
  function_name    = "rotator"
  role             = aws_iam_role.rotator.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = var.rotator
  source_code_hash = filebase64sha256(var.rotator)
  timeout          = 30
  environment {
    variables = { LOG_LEVEL = "info" }
  }
  depends_on = [aws_cloudwatch_log_group.rotator, aws_iam_role_policy.rotator]
}

resource "aws_lambda_permission" "rotator" {
  statement_id  = "secretsmanager"
  function_name = aws_lambda_function.rotator.function_name
  action        = "lambda:InvokeFunction"
  principal     = "secretsmanager.amazonaws.com"
}

output "secret_arn" {
  value = aws_secretsmanager_secret.database.arn
}
