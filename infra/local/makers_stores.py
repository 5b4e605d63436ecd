"""Where things lie: tables, buckets, secrets."""

from __future__ import annotations

import json
from typing import Any

from infra.local.template import Resource
from infra.local.world import Made, Maker, UnknownResource, World

Properties = dict[str, Any]


def only(resource: Resource, given: Properties, *known: str) -> None:
    """Raise UnknownResource where the template says more than is known here."""
    strange = sorted(set(given) - set(known))
    if strange:
        raise UnknownResource(f"{resource.name}: the local runtime does not know {resource.type} {', '.join(strange)}")


def _table(world: World, resource: Resource, given: Properties) -> Made:
    as_given: Properties = {
        key: given[key]
        for key in (
            "AttributeDefinitions",
            "KeySchema",
            "BillingMode",
            "ProvisionedThroughput",
            "GlobalSecondaryIndexes",
            "LocalSecondaryIndexes",
        )
        if key in given
    }
    aside = (
        "TableName",
        "StreamSpecification",
        "TimeToLiveSpecification",
        "PointInTimeRecoverySpecification",
    )
    only(resource, given, *as_given, *aside, "SSESpecification", "Tags", "DeletionProtectionEnabled")
    dynamodb = world.client("dynamodb")
    name = given.get("TableName", world.name(resource.name))
    if "StreamSpecification" in given:
        as_given["StreamSpecification"] = {"StreamEnabled": True, **given["StreamSpecification"]}
    table = dynamodb.create_table(TableName=name, **as_given)["TableDescription"]
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    if "TimeToLiveSpecification" in given:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=given["TimeToLiveSpecification"])
    world.tables.append(name)
    return Made(name, {"Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")})


def _bucket(world: World, resource: Resource, given: Properties) -> Made:
    made_here = (
        "BucketName",
        "PublicAccessBlockConfiguration",
        "CorsConfiguration",
        "NotificationConfiguration",
    )
    on_aws_only = (
        "BucketEncryption",
        "LifecycleConfiguration",
        "OwnershipControls",
        "Tags",
        "LoggingConfiguration",
    )
    only(resource, given, *made_here, *on_aws_only, "VersioningConfiguration")
    s3 = world.client("s3")
    name = given.get("BucketName", world.name(resource.name).lower())
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": world.region})
    if "PublicAccessBlockConfiguration" in given:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=given["PublicAccessBlockConfiguration"])
    if "VersioningConfiguration" in given:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=given["VersioningConfiguration"])
    if "CorsConfiguration" in given:
        rules = [{_cors(key): value for key, value in rule.items()} for rule in given["CorsConfiguration"]["CorsRules"]]
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})
    if "NotificationConfiguration" in given:
        s3.put_bucket_notification_configuration(
            Bucket=name,
            NotificationConfiguration=_notifications(resource, given["NotificationConfiguration"]),
        )
    world.buckets.append(name)
    arn = f"arn:aws:s3:::{name}"
    domain = f"{name}.s3.amazonaws.com"
    return Made(name, {"Arn": arn, "DomainName": domain, "RegionalDomainName": domain})


def _cors(key: str) -> str:
    return {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds", "Id": "ID"}.get(key, key)


def _notifications(resource: Resource, given: Properties) -> Properties:
    """The endpoint itself sends these: they must not be sent a second time from here."""
    only(resource, given, "QueueConfigurations", "TopicConfigurations")
    answer: Properties = {}
    for kind, target in (("Queue", "QueueArn"), ("Topic", "TopicArn")):
        for one in given.get(f"{kind}Configurations", []):
            made = {target: one[kind], "Events": [one["Event"]]}
            if "Filter" in one:
                rules = one["Filter"]["S3Key"]["Rules"]
                made["Filter"] = {"Key": {"FilterRules": rules}}
            answer.setdefault(f"{kind}Configurations", []).append(made)
    return answer


def _secret(world: World, resource: Resource, given: Properties) -> Made:
    only(resource, given, "Name", "Description", "SecretString", "GenerateSecretString", "Tags", "KmsKeyId")
    manager = world.client("secretsmanager")
    text = given.get("SecretString")
    if "GenerateSecretString" in given:
        wish = dict(given["GenerateSecretString"])
        pattern, key = wish.pop("SecretStringTemplate", None), wish.pop("GenerateStringKey", None)
        text = manager.get_random_password(**wish)["RandomPassword"]
        if pattern is not None and key is not None:
            text = json.dumps({**json.loads(pattern), key: text})
    name = given.get("Name", world.name(resource.name))
    arn = manager.create_secret(Name=name, SecretString=text or "")["ARN"]
    world.secrets.append(name)
    return Made(arn, {"Id": arn, "Name": name})


STORE_MAKERS: dict[str, Maker] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
}
