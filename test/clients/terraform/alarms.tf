# What a project that watches its logs and its audit declares, as it would for AWS.
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
    tags = { project = "watched" }
  }
}

resource "aws_cloudwatch_log_group" "audit" {
  name              = "/strongroom/audit"
  retention_in_days = 90
}

resource "aws_cloudwatch_log_metric_filter" "denied" {
  name           = "denied"
  log_group_name = aws_cloudwatch_log_group.audit.name
  pattern        = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }"

  metric_transformation {
    name          = "Denied"
    namespace     = "Audit"
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "denied" {
  alarm_name          = "denied"
  alarm_description   = "somebody was refused"
  namespace           = aws_cloudwatch_log_metric_filter.denied.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.denied.metric_transformation[0].name
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "rate" {
  alarm_name          = "rate"
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = 5
  comparison_operator = "GreaterThanThreshold"

  metric_query {
    id          = "share"
    expression  = "100 * denied / calls"
    label       = "denied of all"
    return_data = true
  }
  metric_query {
    id = "denied"
    metric {
      namespace   = "Audit"
      metric_name = "Denied"
      period      = 300
      stat        = "Sum"
    }
  }
  metric_query {
    id = "calls"
    metric {
      namespace   = "Strongroom"
      metric_name = "Requests"
      period      = 300
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_dashboard" "audit" {
  dashboard_name = "audit"
  dashboard_body = jsonencode({
    widgets = [{
      type       = "metric"
      x          = 0
      y          = 0
      width      = 12
      height     = 6
      properties = { metrics = [["Audit", "Denied"]], region = "us-east-1", title = "Denied" }
    }]
  })
}

resource "aws_cloudwatch_event_rule" "alarm" {
  name = "alarms"
  event_pattern = jsonencode({
    source        = ["aws.cloudwatch"]
    "detail-type" = ["CloudWatch Alarm State Change"]
    detail        = { state = { value = ["ALARM"] } }
  })
}

resource "aws_cloudwatch_log_group" "told" {
  name              = "/aws/events/alarms"
  retention_in_days = 14
}

resource "aws_cloudwatch_event_target" "told" {
  rule = aws_cloudwatch_event_rule.alarm.name
  arn  = aws_cloudwatch_log_group.told.arn
}
