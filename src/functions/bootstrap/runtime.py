"""The python runtime: finds the handler, then asks the Runtime API for one invocation after the other.

It runs inside the function's environment, as the function's user, and needs the standard library only.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
ROOT = "/2018-06-01/runtime"
CONTENT = "Content-Type: application/json"


class Trouble(Exception):
    """What is wrong with the function itself, under the name that AWS's runtime gives it."""

    def __init__(self, kind, message, stack=()):
        super().__init__(message)
        self.kind = kind
        self.stack = list(stack)


class Api:
    """The Runtime API by one connection. The library's own client costs several times as much."""

    def __init__(self):
        host, port = API.split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def call(self, method, path, body=None, headers=()):
        lines = [f"{method} {ROOT}{path} HTTP/1.1", f"Host: {API}", *headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b""))
        return self.receive()

    def receive(self):
        if not self.answers.readline():
            sys.exit(1)  # the server is gone, and nobody asks any more
        headers = {}
        while line := self.answers.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return headers, self.answers.read(int(headers.get("content-length", 0)))


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
        client = headers.get("lambda-runtime-client-context")
        identity = headers.get("lambda-runtime-cognito-identity")
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = ClientContext(json.loads(client)) if client else None
        self.identity = CognitoIdentity(json.loads(identity) if identity else {})
        self._deadline = int(headers.get("lambda-runtime-deadline-ms"))

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
    headers = [CONTENT, f"Lambda-Runtime-Function-Error-Type: {kind}"]
    api.call("POST", f"/invocation/{request_id}/error", json.dumps(shape).encode(), headers)


def print_result(result):
    try:
        return json.dumps(result, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise Trouble("Runtime.MarshalError", f"Unable to marshal response: {error}")


def answer(api, handler, headers, body):
    request_id = headers.get("lambda-runtime-aws-request-id")
    try:
        result = print_result(handler(json.loads(body), LambdaContext(headers)))
    except Exception as error:
        report(api, request_id, error)
        return
    sys.stdout.flush()
    sys.stderr.flush()
    api.call("POST", f"/invocation/{request_id}/response", result, [CONTENT])


def serve(api, handler, trouble, logs):
    while True:
        headers, body = api.call("GET", "/invocation/next")
        logs.request_id = headers.get("lambda-runtime-aws-request-id")
        trace = headers.get("lambda-runtime-trace-id")
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
