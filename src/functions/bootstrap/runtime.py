"""The python runtime: finds the handler, then asks the Runtime API for one invocation after the other.

It runs inside the function's environment, as the function's user, and needs the standard library only.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
ROOT = "/2018-06-01/runtime"
CONTENT = {"Content-Type": "application/json"}


class Trouble(Exception):
    """What is wrong with the function itself, under the name that AWS's runtime gives it."""

    def __init__(self, kind, message, stack=()):
        super().__init__(message)
        self.kind = kind
        self.stack = list(stack)


class Api:
    def __init__(self):
        host, port = API.split(":")
        self.connection = http.client.HTTPConnection(host, int(port))

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, ROOT + path, body, headers or {})
        response = self.connection.getresponse()
        return response.headers, response.read()


class ClientContext:
    def __init__(self, given):
        client = given.get("client") or {}
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = Client(client)


class Client:
    def __init__(self, given):
        self.installation_id = given.get("installation_id")
        self.app_title = given.get("app_title")
        self.app_version_name = given.get("app_version_name")
        self.app_version_code = given.get("app_version_code")
        self.app_package_name = given.get("app_package_name")


class CognitoIdentity:
    def __init__(self, given):
        self.cognito_identity_id = given.get("cognitoIdentityId")
        self.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")


class LambdaContext:
    def __init__(self, headers):
        client = headers.get("Lambda-Runtime-Client-Context")
        identity = headers.get("Lambda-Runtime-Cognito-Identity")
        self.aws_request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = ClientContext(json.loads(client)) if client else None
        self.identity = CognitoIdentity(json.loads(identity) if identity else {})
        self._deadline = int(headers.get("Lambda-Runtime-Deadline-Ms"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


class LogHandler(logging.Handler):
    """Functions set levels on the root logger and expect that it writes somewhere."""

    request_id = ""

    def emit(self, record):
        record.aws_request_id = self.request_id
        # One event for each record: a line break inside would end it.
        sys.stdout.write(self.format(record).replace("\n", "\r") + "\n")
        sys.stdout.flush()


def wire_logging():
    handler = LogHandler()
    words = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    formatter = logging.Formatter(words, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    return handler


def load_handler(text):
    try:
        module_name, name = text.rsplit(".", 1)
    except ValueError as error:
        raise Trouble("Runtime.MalformedHandlerName", f"Bad handler '{text}': {error}")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Trouble("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        stack = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        words = f"Syntax error in module '{module_name}': {error}"
        raise Trouble("Runtime.UserCodeSyntaxError", words, stack)
    handler = getattr(module, name, None)
    if handler is None:
        raise Trouble("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
    return handler


def shape_of(error, request_id):
    if isinstance(error, Trouble):
        kind, stack = error.kind, error.stack
    else:
        # Without the frames of this file: the function's author did not write them.
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
        kind, stack = type(error).__name__, traceback.format_list(frames)
    return {
        "errorMessage": str(error),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": stack,
    }


def report(api, request_id, error):
    shape = shape_of(error, request_id)
    text = f"[ERROR] {shape['errorType']}: {shape['errorMessage']}\nTraceback (most recent call last):\n"
    sys.stdout.write((text + "".join(shape["stackTrace"])).rstrip().replace("\n", "\r") + "\n")
    sys.stdout.flush()
    kind = shape["errorType"].encode("ascii", "replace").decode()
    headers = {**CONTENT, "Lambda-Runtime-Function-Error-Type": kind}
    api.call("POST", f"/invocation/{request_id}/error", json.dumps(shape), headers)


def print_result(result):
    try:
        return json.dumps(result, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise Trouble("Runtime.MarshalError", f"Unable to marshal response: {error}")


def answer(api, handler, headers, body):
    request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
    try:
        result = print_result(handler(json.loads(body), LambdaContext(headers)))
    except Exception as error:
        report(api, request_id, error)
        return
    sys.stdout.flush()
    sys.stderr.flush()
    api.call("POST", f"/invocation/{request_id}/response", result, CONTENT)


def serve(api, handler, trouble, logs):
    while True:
        headers, body = api.call("GET", "/invocation/next")
        logs.request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
        trace = headers.get("Lambda-Runtime-Trace-Id")
        if trace:
            os.environ["_X_AMZN_TRACE_ID"] = trace
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        if trouble is not None:
            # As AWS does: what is wrong with the module is told to whoever invokes.
            report(api, logs.request_id, trouble)
            sys.exit(1)
        answer(api, handler, headers, body)


def main():
    sys.stdout.reconfigure(line_buffering=True)
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    logs = wire_logging()
    handler, trouble = None, None
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        trouble = error
    serve(Api(), handler, trouble, logs)


if __name__ == "__main__":
    main()
