"""Makes calls with boto3, one after the other. They come as JSON on standard input; what AWS answered goes as JSON to standard output."""
import base64
import json
import sys

import boto3
from botocore.exceptions import ClientError

given = json.load(sys.stdin)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def make(call):
    keys = call.get("credentials", given["credentials"])
    client = boto3.client(
        call["service"],
        endpoint_url=given["endpointUrl"],
        region_name=call.get("region", given["region"]),
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys.get("sessionToken"),
    )
    arguments = call.get("arguments", {})
    if "bytes" in call:
        arguments[call["bytes"]] = base64.b64decode(arguments[call["bytes"]])
    try:
        return plain(getattr(client, call["operation"])(**arguments))
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}


json.dump([make(call) for call in given["calls"]], sys.stdout)
