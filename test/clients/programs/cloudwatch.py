"""Every operation of CloudWatch that is offered, and metric filters, with boto3 as it is (CBOR and JSON)."""
import json
from datetime import datetime, timedelta, timezone

import boto3

cloudwatch = boto3.client("cloudwatch")
logs = boto3.client("logs")
now = datetime.now(timezone.utc)
span = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(minutes=1)}
told = {}

cloudwatch.put_metric_data(
    Namespace="shop",
    MetricData=[
        {"MetricName": "orders", "Value": 2, "Unit": "Count", "Dimensions": [{"Name": "shop", "Value": "bern"}]},
        {"MetricName": "orders", "Values": [1.5, 4.0], "Counts": [2, 1], "Unit": "Count", "Dimensions": [{"Name": "shop", "Value": "bern"}]},
    ],
)
# Long enough that the client compresses it.
cloudwatch.put_metric_data(
    Namespace="shop", MetricData=[{"MetricName": f"many-{at}", "Value": at} for at in range(400)]
)
shop = [{"Name": "shop", "Value": "bern"}]
statistics = cloudwatch.get_metric_statistics(
    Namespace="shop", MetricName="orders", Dimensions=shop, Period=3600, Statistics=["Sum", "Maximum"], **span
)
told["sum"] = sum(point["Sum"] for point in statistics["Datapoints"])
told["dated"] = all(point["Timestamp"].tzinfo is not None for point in statistics["Datapoints"])
stat = {"Metric": {"Namespace": "shop", "MetricName": "orders", "Dimensions": shop}, "Period": 3600, "Stat": "Sum"}
pages = cloudwatch.get_paginator("get_metric_data").paginate(
    MetricDataQueries=[{"Id": "a", "MetricStat": stat}, {"Id": "b", "Expression": "a * 10"}], **span
)
results = [result for page in pages for result in page["MetricDataResults"]]
told["tenfold"] = sum(value for result in results if result["Id"] == "b" for value in result["Values"])
told["metrics"] = sum(len(page["Metrics"]) for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace="shop"))

alarm = {"Namespace": "shop", "MetricName": "orders", "Dimensions": shop, "Statistic": "Sum", "Period": 60}
cloudwatch.put_metric_alarm(
    AlarmName="many orders", EvaluationPeriods=1, Threshold=1000, ComparisonOperator="GreaterThanThreshold",
    TreatMissingData="notBreaching", Tags=[{"Key": "team", "Value": "shop"}], **alarm
)
cloudwatch.set_alarm_state(AlarmName="many orders", StateValue="ALARM", StateReason="tried", StateReasonData='{"a": 1}')
described = cloudwatch.describe_alarms(AlarmNames=["many orders"])["MetricAlarms"][0]
told["threshold"] = described["Threshold"]
told["named"] = described["AlarmArn"].endswith(":alarm:many orders")
told["for metric"] = len(cloudwatch.describe_alarms_for_metric(Namespace="shop", MetricName="orders", Dimensions=shop)["MetricAlarms"])
history = cloudwatch.get_paginator("describe_alarm_history").paginate(AlarmName="many orders", HistoryItemType="StateUpdate")
told["history"] = any("to ALARM" in item["HistorySummary"] for page in history for item in page["AlarmHistoryItems"])
cloudwatch.disable_alarm_actions(AlarmNames=["many orders"])
told["enabled"] = cloudwatch.describe_alarms()["MetricAlarms"][0]["ActionsEnabled"]
cloudwatch.enable_alarm_actions(AlarmNames=["many orders"])
arn = described["AlarmArn"]
cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "env", "Value": "test"}])
cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["team"])
told["tags"] = cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]
cloudwatch.delete_alarms(AlarmNames=["many orders"])
told["alarms left"] = len(cloudwatch.describe_alarms()["MetricAlarms"])

cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=json.dumps({"widgets": []}))
told["dashboard"] = json.loads(cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"])
told["dashboards"] = [entry["DashboardName"] for entry in cloudwatch.list_dashboards()["DashboardEntries"]]
cloudwatch.delete_dashboards(DashboardNames=["shop"])
try:
    cloudwatch.get_dashboard(DashboardName="shop")
except cloudwatch.exceptions.ClientError as error:
    told["gone"] = error.response["Error"]["Code"]

logs.create_log_group(logGroupName="/shop")
logs.create_log_stream(logGroupName="/shop", logStreamName="one")
transformation = {"metricName": "slow", "metricNamespace": "shop", "metricValue": "$.ms", "unit": "Milliseconds"}
logs.put_metric_filter(
    logGroupName="/shop", filterName="slow", filterPattern="{ $.ms > 100 }", metricTransformations=[transformation]
)
told["filters"] = [each["filterPattern"] for each in logs.describe_metric_filters(logGroupName="/shop")["metricFilters"]]
at = int(now.timestamp() * 1000)
logs.put_log_events(
    logGroupName="/shop", logStreamName="one",
    logEvents=[{"timestamp": at, "message": '{"ms": 250}'}, {"timestamp": at, "message": '{"ms": 5}'}],
)
slow = cloudwatch.get_metric_statistics(Namespace="shop", MetricName="slow", Period=3600, Statistics=["Sum"], **span)
told["slow"] = sum(point["Sum"] for point in slow["Datapoints"])
logs.delete_metric_filter(logGroupName="/shop", filterName="slow")
told["filters left"] = len(logs.describe_metric_filters()["metricFilters"])
print(json.dumps(told))
