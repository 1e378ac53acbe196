"""Drives the sandbox with boto3. Settings come as JSON on standard input, and what AWS answered goes as JSON to standard output."""
import json
import sys

import boto3
from botocore.exceptions import ClientError

given = json.load(sys.stdin)
iot = boto3.client(
    "iot",
    endpoint_url=given["endpointUrl"],
    region_name=given["region"],
    aws_access_key_id=given["accessKeyId"],
    aws_secret_access_key=given["secretAccessKey"],
)


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
    return None


answers = {"registrationCode": iot.get_registration_code()["registrationCode"]}
iot.create_provisioning_template(
    templateName="boto", templateBody=given["template"], provisioningRoleArn=given["role"], enabled=True, type="JITP"
)
# certificateMode is younger than the boto3 of Debian 12, so the mode is DEFAULT, with the proof that it needs.
ca = iot.register_ca_certificate(
    caCertificate=given["ca"],
    verificationCertificate=given["proof"],
    setAsActive=True,
    allowAutoRegistration=True,
    registrationConfig={"templateName": "boto"},
)
answers["ca"] = ca["certificateId"]
answers["caAgain"] = refusal(iot.register_ca_certificate, caCertificate=given["ca"], verificationCertificate=given["proof"])
answers["deleteActive"] = refusal(iot.delete_ca_certificate, certificateId=ca["certificateId"])

certificate = iot.register_certificate(certificatePem=given["device"], caCertificatePem=given["ca"], status="ACTIVE")
iot.create_policy(policyName="boto=1", policyDocument=given["policy"])
iot.attach_policy(policyName="boto=1", target=certificate["certificateArn"])
for number in range(5):
    iot.create_thing(thingName="boto:%d" % number, attributePayload={"attributes": {"line": "L1"}})
iot.attach_thing_principal(thingName="boto:0", principal=certificate["certificateArn"])

answers["cas"] = [one["certificateId"] for page in iot.get_paginator("list_ca_certificates").paginate(pageSize=1) for one in page["certificates"]]
answers["certificates"] = [one["certificateId"] for page in iot.get_paginator("list_certificates").paginate(pageSize=1) for one in page["certificates"]]
pages = iot.get_paginator("list_things").paginate(maxResults=2)
answers["things"] = [one["thingName"] for page in pages for one in page["things"]]
answers["principals"] = iot.list_thing_principals(thingName="boto:0")["principals"]
answers["policies"] = [one["policyName"] for one in iot.list_attached_policies(target=certificate["certificateArn"])["policies"]]
answers["targets"] = iot.list_targets_for_policy(policyName="boto=1")["targets"]
answers["thingsOfPrincipal"] = iot.list_principal_things(principal=certificate["certificateArn"])["things"]
described = iot.describe_certificate(certificateId=certificate["certificateId"])["certificateDescription"]
answers["described"] = {"status": described["status"], "mode": described["certificateMode"], "year": described["validity"]["notAfter"].year}
answers["endpoint"] = iot.describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"]
answers["missing"] = refusal(iot.describe_thing, thingName="nowhere")
answers["unknownOperation"] = refusal(iot.list_jobs)

# What the other ways into AWS IoT need.
iot.create_thing_type(thingTypeName="valve", thingTypeProperties={"thingTypeDescription": "A valve"})
iot.create_thing_group(thingGroupName="hall-1")
iot.create_billing_group(billingGroupName="customer-7")
iot.create_thing(thingName="typed", thingTypeName="valve", billingGroupName="customer-7")
iot.add_thing_to_thing_group(thingGroupName="hall-1", thingName="typed")
iot.update_thing(thingName="typed", attributePayload={"attributes": {"line": "L1"}, "merge": True})
typed = iot.describe_thing(thingName="typed")
answers["typed"] = [typed["thingTypeName"], typed["billingGroupName"], typed["attributes"], typed["version"]]
answers["groups"] = [one["groupName"] for one in iot.list_thing_groups_for_thing(thingName="typed")["thingGroups"]]
answers["inGroup"] = iot.list_things_in_thing_group(thingGroupName="hall-1")["things"]

iot.create_policy_version(policyName="boto=1", policyDocument=given["policy"], setAsDefault=True)
answers["policyVersions"] = [[one["versionId"], one["isDefaultVersion"]] for one in iot.list_policy_versions(policyName="boto=1")["policyVersions"]]

made = iot.create_keys_and_certificate(setAsActive=True)
iot.attach_principal_policy(policyName="boto=1", principal=made["certificateArn"])
answers["principalPolicies"] = [one["policyName"] for one in iot.list_principal_policies(principal=made["certificateArn"])["policies"]]
registered = iot.register_thing(templateBody=given["singleTemplate"], parameters={"ThingName": "single", "Id": made["certificateId"]})
answers["registered"] = sorted(registered["resourceArns"])

iot.create_provisioning_template(templateName="fleet", templateBody=given["fleetTemplate"], provisioningRoleArn=given["role"], enabled=True)
claim = iot.create_provisioning_claim(templateName="fleet")
answers["claim"] = [sorted(claim["keyPair"]), claim["certificatePem"].startswith("-----BEGIN CERTIFICATE")]

task = iot.start_thing_registration_task(templateBody=given["singleTemplate"], inputFileBucket="nowhere", inputFileKey="in.json", roleArn=given["role"])
described = iot.describe_thing_registration_task(taskId=task["taskId"])
answers["task"] = [described["inputFileBucket"], described["successCount"]]
iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": "REGISTRY", "thingConnectivityIndexingMode": "STATUS"})
answers["indexing"] = iot.get_indexing_configuration()["thingIndexingConfiguration"]["thingConnectivityIndexingMode"]
json.dump(answers, sys.stdout)
