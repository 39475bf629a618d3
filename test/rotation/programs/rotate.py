# A rotation function for one user of a login service, with nothing but Python: step by step as AWS's
# templates go, and signed by hand, so that no package has to be there.
import datetime
import hashlib
import hmac
import json
import os
import urllib.error
import urllib.parse
import urllib.request


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def call(operation, request):
    endpoint, region = os.environ["SECRETS_MANAGER_ENDPOINT"], os.environ["AWS_REGION"]
    body = json.dumps(request)
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": urllib.parse.urlparse(endpoint).netloc,
        "x-amz-date": date,
        "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
        "x-amz-target": "secretsmanager." + operation,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = "\n".join(["POST", "/", "", lines, names, sha256(body)])
    scope = f"{date[:8]}/{region}/secretsmanager/aws4_request"
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        key = sign(key, part).digest()
    signature = sign(key, "\n".join(["AWS4-HMAC-SHA256", date, scope, sha256(canonical)])).hexdigest()
    credential = f"Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}"
    )
    try:
        with urllib.request.urlopen(
            urllib.request.Request(endpoint, data=body.encode(), headers=headers)
        ) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Refused(json.load(error).get("__type"))


def read(secret_id, **more):
    return json.loads(call("GetSecretValue", {"SecretId": secret_id, **more})["SecretString"])


def pending_of(event):
    return read(event["SecretId"], VersionId=event["ClientRequestToken"], VersionStage="AWSPENDING")


def ask(path, secret, body):
    try:
        data = json.dumps(body).encode()
        urllib.request.urlopen(urllib.request.Request(secret["url"] + path, data=data)).close()
        return True
    except urllib.error.HTTPError:
        return False


def opens(secret):
    return ask("/login", secret, {"password": secret["password"]})


def create_secret(event, _stages):
    current = read(event["SecretId"], VersionStage="AWSCURRENT")
    try:
        pending_of(event)
    except Refused as refused:
        if refused.code != "ResourceNotFoundException":
            raise
        password = call("GetRandomPassword", {})["RandomPassword"]
        call(
            "PutSecretValue",
            {
                "SecretId": event["SecretId"],
                "ClientRequestToken": event["ClientRequestToken"],
                "RotationToken": event["RotationToken"],
                "SecretString": json.dumps({**current, "password": password}),
                "VersionStages": ["AWSPENDING"],
            },
        )


def set_secret(event, _stages):
    pending = pending_of(event)
    if opens(pending):
        return
    current = read(event["SecretId"], VersionStage="AWSCURRENT")
    change = {"by": current["password"], "password": pending["password"]}
    if not ask("/password", current, change):
        raise ValueError("the login refuses")


def test_secret(event, _stages):
    if not opens(pending_of(event)):
        raise ValueError("it does not open")


def finish_secret(event, stages):
    holder = next(id for id in stages if "AWSCURRENT" in stages[id])
    call(
        "UpdateSecretVersionStage",
        {
            "SecretId": event["SecretId"],
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": event["ClientRequestToken"],
            "RemoveFromVersionId": holder,
        },
    )


STEPS = {
    "createSecret": create_secret,
    "setSecret": set_secret,
    "testSecret": test_secret,
    "finishSecret": finish_secret,
}


def lambda_handler(event, _context):
    described = call("DescribeSecret", {"SecretId": event["SecretId"]})
    stages = described["VersionIdsToStages"]
    labels = stages.get(event["ClientRequestToken"])
    if not described["RotationEnabled"] or labels is None:
        raise ValueError("not to be rotated")
    if "AWSCURRENT" not in labels:
        STEPS[event["Step"]](event, stages)
