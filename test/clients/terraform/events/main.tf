# What a project that is told of reads declares, as it would for AWS.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0"
    }
  }
}

provider "aws" {}

resource "aws_cloudwatch_log_group" "events" {
  name              = "/aws/events/audit"
  retention_in_days = 30
}
resource "aws_cloudwatch_log_metric_filter" "reads" {
  name           = "reads"
  log_group_name = aws_cloudwatch_log_group.events.name
  pattern        = "{ $.detail.eventName = \"GetSecretValue\" }"
  metric_transformation {
    name      = "SecretReads"
    namespace = "Security"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "many-reads"
  namespace           = "Security"
  metric_name         = "SecretReads"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 10
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
}
resource "aws_cloudwatch_event_connection" "hook" {
  name               = "hook"
  authorization_type = "API_KEY"
  auth_parameters {
    api_key {
      key   = "X-Key"
      value = "some-long-value"
    }
  }
}
resource "aws_cloudwatch_event_connection" "oauth" {
  name               = "oauth"
  authorization_type = "OAUTH_CLIENT_CREDENTIALS"
  auth_parameters {
    oauth {
      authorization_endpoint = "https://example.com/token"
      http_method            = "POST"
      client_parameters {
        client_id     = "abc"
        client_secret = "s3cret-s3cret"
      }
      oauth_http_parameters {
        body {
          key             = "scope"
          value           = "x"
          is_value_secret = false
        }
      }
    }
  }
}
resource "aws_cloudwatch_event_api_destination" "hook" {
  name                             = "hook"
  invocation_endpoint              = "https://alerts.example.com/in/*"
  http_method                      = "POST"
  invocation_rate_limit_per_second = 20
  connection_arn                   = aws_cloudwatch_event_connection.hook.arn
}
resource "aws_iam_role" "events" {
  name               = "events"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "events" {
  role   = aws_iam_role.events.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "events:InvokeApiDestination", Resource = aws_cloudwatch_event_api_destination.hook.arn }] })
}
resource "aws_cloudwatch_event_rule" "reads" {
  name          = "secret-reads"
  description   = "reads of secrets"
  state         = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
  event_pattern = jsonencode({ source = ["aws.secretsmanager"], detail = { eventName = ["GetSecretValue"] } })
  tags          = { team = "security" }
}
resource "aws_cloudwatch_event_target" "log" {
  rule      = aws_cloudwatch_event_rule.reads.name
  target_id = "log"
  arn       = aws_cloudwatch_log_group.events.arn
}
resource "aws_cloudwatch_event_target" "hook" {
  rule      = aws_cloudwatch_event_rule.reads.name
  target_id = "hook"
  arn       = aws_cloudwatch_event_api_destination.hook.arn
  role_arn  = aws_iam_role.events.arn
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 10
  }
  input_transformer {
    input_paths    = { who = "$.detail.userIdentity.arn" }
    input_template = "{\"who\": <who>}"
  }
  http_target {
    header_parameters       = { "X-From" = "terraform" }
    path_parameter_values   = ["$.detail.eventName"]
    query_string_parameters = { kind = "$.detail-type" }
  }
}
resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = "cron(0 3 * * ? *)"
}
resource "aws_cloudwatch_event_bus" "own" {
  name = "own"
  tags = { a = "b" }
}
resource "aws_cloudwatch_event_rule" "own" {
  name           = "own"
  event_bus_name = aws_cloudwatch_event_bus.own.name
  event_pattern  = jsonencode({ source = ["mine"] })
}
resource "aws_cloudwatch_event_permission" "other" {
  principal      = "111111111111"
  statement_id   = "other"
  event_bus_name = aws_cloudwatch_event_bus.own.name
}
