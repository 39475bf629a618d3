# A program without keys: boto3 finds its credentials by its default chain.
import json
import sys

import boto3
from botocore.exceptions import ClientError

session = boto3.Session()
credentials = session.get_credentials()
try:
    read = session.client("secretsmanager").get_secret_value(SecretId=sys.argv[1])["SecretString"]
except ClientError as error:
    read = error.response["Error"]["Code"]
print(
    json.dumps(
        {
            "arn": session.client("sts").get_caller_identity()["Arn"],
            "read": read,
            "kind": credentials.access_key[:4],
            "ends": credentials.refresh_needed(refresh_in=900) is False,
            "method": credentials.method,
        }
    )
)
