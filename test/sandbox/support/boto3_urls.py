"""Signs URLs of S3 with boto3, with both versions of signatures. Settings come as JSON on standard input, the URLs go to standard output."""
import json
import sys

import boto3
from botocore.client import Config

given = json.load(sys.stdin)


def sign(operation, version=None, **more):
    client = boto3.client(
        "s3",
        endpoint_url=given["endpointUrl"],
        region_name=given["region"],
        aws_access_key_id=given["credentials"]["accessKeyId"],
        aws_secret_access_key=given["credentials"]["secretAccessKey"],
        config=Config(signature_version=version) if version else None,
    )
    return client.generate_presigned_url(operation, Params={**given["arguments"], **more}, ExpiresIn=60)


json.dump(
    {
        "version2": sign("get_object"),
        "version4": sign("get_object", "s3v4"),
        "put": sign("put_object", ContentType="text/plain"),
    },
    sys.stdout,
)
