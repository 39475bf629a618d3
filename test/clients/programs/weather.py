# A handler as its author wrote it for AWS: a JSON secret behind a cache with a time to live.
import json
import time

import boto3

client = boto3.client("secretsmanager")
TTL_SECONDS = 300
_cache = {"value": None, "expires": 0.0}


def api_key():
    now = time.time()
    if _cache["value"] is None or now >= _cache["expires"]:
        response = client.get_secret_value(SecretId="thirdparty/weather-api-key")
        _cache["value"] = json.loads(response["SecretString"])["api_key"]
        _cache["expires"] = now + TTL_SECONDS
    return _cache["value"]


def handler(event, context):
    return {"city": event["city"], "key_length": len(api_key())}


print(json.dumps([handler({"city": city}, None) for city in ("Bern", "Oslo")]))
