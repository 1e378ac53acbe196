import { hash, randomBytes, randomUUID } from 'node:crypto';
import {
  CreateCertificateFromCsrCommand, CreateProvisioningClaimCommand, ListCertificatesCommand, ListPrincipalThingsCommand,
  AddThingToBillingGroupCommand, AddThingToThingGroupCommand, AttachPolicyCommand, AttachPrincipalPolicyCommand, AttachThingPrincipalCommand, CreatePolicyCommand, CreatePolicyVersionCommand,
  CreateProvisioningTemplateCommand, CreateProvisioningTemplateVersionCommand, CreateThingCommand, CreateTopicRuleCommand, DeleteCACertificateCommand, DeleteCertificateCommand, DeletePolicyVersionCommand, DeleteThingCommand, DetachPolicyCommand,
  DeleteProvisioningTemplateVersionCommand, DescribeBillingGroupCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DescribeEndpointCommand, DescribeProvisioningTemplateCommand,
  DescribeThingCommand, DescribeThingGroupCommand, DescribeThingTypeCommand, DetachThingPrincipalCommand, GetPolicyCommand, GetRegistrationCodeCommand, GetThingConnectivityDataCommand, GetTopicRuleCommand,
  DescribeThingRegistrationTaskCommand, ListAttachedPoliciesCommand, ListCertificatesByCACommand, ListPolicyVersionsCommand, ListPrincipalThingsV2Command, ListProvisioningTemplateVersionsCommand, ListThingPrincipalsCommand, ListThingRegistrationTaskReportsCommand, ListThingRegistrationTasksCommand, RegisterCertificateCommand,
  RegisterThingCommand, ReplaceTopicRuleCommand, StartThingRegistrationTaskCommand, UpdateCACertificateCommand, UpdateCertificateCommand, UpdateProvisioningTemplateCommand, UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsIotRefused } from '../aws-iot.errors.js';
import type { Target } from '../targets/targets.schema.js';
import { toAwsIotError } from './aws-failure.js';
import { FLEET_HOOK } from './functions.client.js';
import type { AwsIotCaller } from './aws-iot-caller.js';
import { probeCertificates } from './probe-certificates.js';

type IotSend = Parameters<AwsIotCaller['call']>[1];
type SqsSend = (sqs: SQSClient, options: { abortSignal: AbortSignal }) => Promise<unknown>;

type IotDataSend = (iotData: IoTDataPlaneClient, options: { abortSignal: AbortSignal }) => Promise<unknown>;
type LambdaSend = (lambda: LambdaClient, options: { abortSignal: AbortSignal }) => Promise<unknown>;
type S3Send = (s3: S3Client, options: { abortSignal: AbortSignal }) => Promise<unknown>;

/** Where the service keeps files in the target: S3 says of a bucket that is not there nothing about permissions. */
export interface Files {
  bucket: string;
  /** Without a slash at its end. */
  prefix: string;
}

/** Things that are not there. AWS says whether the caller is permitted before it says so (docs/aws-iot.md). */
interface Nowhere {
  certificateId: string;
  certificateArn: string;
  /** Of a policy, template, Thing, queue or group; begins with `lineside`, as the policies of docs/aws want it. */
  name: string;
  ruleName: string;
  queueUrl: string;
  roleArn: string;
  taskId: string;
}

const iot = (send: (nowhere: Nowhere) => IotSend) => ({ service: 'iot' as const, send });
const iotData = (send: (nowhere: Nowhere) => IotDataSend) => ({ service: 'iotData' as const, send });
const lambda = (send: (nowhere: Nowhere) => LambdaSend) => ({ service: 'lambda' as const, send });
const s3 = (send: (nowhere: Nowhere, files: Files) => S3Send) => ({ service: 's3' as const, send });
const sqs = (send: (nowhere: Nowhere) => SqsSend) => ({ service: 'sqs' as const, send });

/**
 * For each permission one call that changes nothing: it names what is not there, or asks for something that AWS never makes (an empty policy
 * document, template or rule, a Thing of an unknown type, a certificate of an unknown CA).
 */
const PROBES = {
  'iot:DescribeEndpoint': iot(() => (aws, options) => aws.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }), options)),
  'iot:DescribeCACertificate': iot(({ certificateId }) => (aws, options) => aws.send(new DescribeCACertificateCommand({ certificateId }), options)),
  'iot:UpdateCACertificate': iot(({ certificateId }) => (aws, options) => aws.send(new UpdateCACertificateCommand({ certificateId, newStatus: 'INACTIVE' }), options)),
  'iot:DeleteCACertificate': iot(({ certificateId }) => (aws, options) => aws.send(new DeleteCACertificateCommand({ certificateId }), options)),
  'iot:ListCertificatesByCA': iot(({ certificateId }) => (aws, options) => aws.send(new ListCertificatesByCACommand({ caCertificateId: certificateId, pageSize: 1 }), options)),
  'iot:GetRegistrationCode': iot(() => (aws, options) => aws.send(new GetRegistrationCodeCommand({}), options)),
  'iot:DescribeCertificate': iot(({ certificateId }) => (aws, options) => aws.send(new DescribeCertificateCommand({ certificateId }), options)),
  'iot:UpdateCertificate': iot(({ certificateId }) => (aws, options) => aws.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }), options)),
  'iot:DeleteCertificate': iot(({ certificateId }) => (aws, options) => aws.send(new DeleteCertificateCommand({ certificateId }), options)),
  'iot:CreateCertificateFromCsr': iot(() => (aws, options) => aws.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: 'none', setAsActive: false }), options)),
  'iot:ListCertificates': iot(() => (aws, options) => aws.send(new ListCertificatesCommand({ pageSize: 1 }), options)),
  'iot:ListPrincipalThings': iot(({ certificateArn }) => (aws, options) => aws.send(new ListPrincipalThingsCommand({ principal: certificateArn }), options)),
  'iot:RegisterCertificate': iot(() => (aws, options) => {
    const { ca, device } = probeCertificates();
    return aws.send(new RegisterCertificateCommand({ certificatePem: device, caCertificatePem: ca, status: 'INACTIVE' }), options);
  }),
  'iot:GetPolicy': iot(({ name }) => (aws, options) => aws.send(new GetPolicyCommand({ policyName: name }), options)),
  'iot:CreatePolicy': iot(({ name }) => (aws, options) => aws.send(new CreatePolicyCommand({ policyName: name, policyDocument: '{}' }), options)),
  'iot:CreatePolicyVersion': iot(({ name }) => (aws, options) => aws.send(new CreatePolicyVersionCommand({ policyName: name, policyDocument: '{}' }), options)),
  'iot:ListPolicyVersions': iot(({ name }) => (aws, options) => aws.send(new ListPolicyVersionsCommand({ policyName: name }), options)),
  'iot:DeletePolicyVersion': iot(({ name }) => (aws, options) => aws.send(new DeletePolicyVersionCommand({ policyName: name, policyVersionId: '2' }), options)),
  'iot:AttachPolicy': iot(({ name, certificateArn }) => (aws, options) => aws.send(new AttachPolicyCommand({ policyName: name, target: certificateArn }), options)),
  'iot:DetachPolicy': iot(({ name, certificateArn }) => (aws, options) => aws.send(new DetachPolicyCommand({ policyName: name, target: certificateArn }), options)),
  'iot:AttachPrincipalPolicy': iot(({ name, certificateArn }) => (aws, options) => aws.send(new AttachPrincipalPolicyCommand({ policyName: name, principal: certificateArn }), options)),
  'iot:ListAttachedPolicies': iot(({ certificateArn }) => (aws, options) => aws.send(new ListAttachedPoliciesCommand({ target: certificateArn, pageSize: 1 }), options)),
  'iot:DescribeThing': iot(({ name }) => (aws, options) => aws.send(new DescribeThingCommand({ thingName: name }), options)),
  'iot:CreateThing': iot(({ name }) => (aws, options) => aws.send(new CreateThingCommand({ thingName: name, thingTypeName: name }), options)),
  'iot:UpdateThing': iot(({ name }) => (aws, options) => aws.send(new UpdateThingCommand({ thingName: name }), options)),
  'iot:DeleteThing': iot(({ name }) => (aws, options) => aws.send(new DeleteThingCommand({ thingName: name }), options)),
  'iot:AttachThingPrincipal': iot(({ name, certificateArn }) => (aws, options) => aws.send(new AttachThingPrincipalCommand({ thingName: name, principal: certificateArn }), options)),
  'iot:DetachThingPrincipal': iot(({ name, certificateArn }) => (aws, options) => aws.send(new DetachThingPrincipalCommand({ thingName: name, principal: certificateArn }), options)),
  'iot:ListThingPrincipals': iot(({ name }) => (aws, options) => aws.send(new ListThingPrincipalsCommand({ thingName: name }), options)),
  'iot:ListPrincipalThingsV2': iot(({ certificateArn }) => (aws, options) => aws.send(new ListPrincipalThingsV2Command({ principal: certificateArn, maxResults: 1 }), options)),
  'iot:GetThingConnectivityData': iot(({ name }) => (aws, options) => aws.send(new GetThingConnectivityDataCommand({ thingName: name }), options)),
  'iot:RegisterThing': iot(() => (aws, options) => aws.send(new RegisterThingCommand({ templateBody: '{}' }), options)),
  'iot:AddThingToThingGroup': iot(({ name }) => (aws, options) => aws.send(new AddThingToThingGroupCommand({ thingName: name, thingGroupName: name }), options)),
  'iot:AddThingToBillingGroup': iot(({ name }) => (aws, options) => aws.send(new AddThingToBillingGroupCommand({ thingName: name, billingGroupName: name }), options)),
  'iot:DescribeThingType': iot(({ name }) => (aws, options) => aws.send(new DescribeThingTypeCommand({ thingTypeName: name }), options)),
  'iot:DescribeThingGroup': iot(({ name }) => (aws, options) => aws.send(new DescribeThingGroupCommand({ thingGroupName: name }), options)),
  'iot:DescribeBillingGroup': iot(({ name }) => (aws, options) => aws.send(new DescribeBillingGroupCommand({ billingGroupName: name }), options)),
  'iot:DescribeProvisioningTemplate': iot(({ name }) => (aws, options) => aws.send(new DescribeProvisioningTemplateCommand({ templateName: name }), options)),
  'iot:CreateProvisioningTemplate': iot(({ name, roleArn }) => (aws, options) => aws.send(new CreateProvisioningTemplateCommand({ templateName: name, templateBody: '{}', provisioningRoleArn: roleArn, type: 'JITP' }), options)),
  'iot:CreateProvisioningTemplateVersion': iot(({ name }) => (aws, options) => aws.send(new CreateProvisioningTemplateVersionCommand({ templateName: name, templateBody: '{}' }), options)),
  'iot:ListProvisioningTemplateVersions': iot(({ name }) => (aws, options) => aws.send(new ListProvisioningTemplateVersionsCommand({ templateName: name }), options)),
  'iot:DeleteProvisioningTemplateVersion': iot(({ name }) => (aws, options) => aws.send(new DeleteProvisioningTemplateVersionCommand({ templateName: name, versionId: 2 }), options)),
  'iot:UpdateProvisioningTemplate': iot(({ name }) => (aws, options) => aws.send(new UpdateProvisioningTemplateCommand({ templateName: name, enabled: false }), options)),
  'iot:CreateProvisioningClaim': iot(({ name }) => (aws, options) => aws.send(new CreateProvisioningClaimCommand({ templateName: name }), options)),
  'iot:GetTopicRule': iot(({ ruleName }) => (aws, options) => aws.send(new GetTopicRuleCommand({ ruleName }), options)),
  'iot:CreateTopicRule': iot(({ ruleName }) => (aws, options) => aws.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload: { sql: 'nothing', actions: [] } }), options)),
  'iot:ReplaceTopicRule': iot(({ ruleName }) => (aws, options) => aws.send(new ReplaceTopicRuleCommand({ ruleName, topicRulePayload: { sql: 'nothing', actions: [] } }), options)),
  'iot:StartThingRegistrationTask': iot(({ name, roleArn }) => (aws, options) => aws.send(new StartThingRegistrationTaskCommand({ templateBody: '{}', inputFileBucket: name, inputFileKey: name, roleArn }), options)),
  'iot:DescribeThingRegistrationTask': iot(({ taskId }) => (aws, options) => aws.send(new DescribeThingRegistrationTaskCommand({ taskId }), options)),
  'iot:ListThingRegistrationTasks': iot(() => (aws, options) => aws.send(new ListThingRegistrationTasksCommand({ maxResults: 1 }), options)),
  'iot:ListThingRegistrationTaskReports': iot(({ taskId }) => (aws, options) => aws.send(new ListThingRegistrationTaskReportsCommand({ taskId, reportType: 'ERRORS' }), options)),
  'iot:DeleteConnection': iotData(({ name }) => (aws, options) => aws.send(new DeleteConnectionCommand({ clientId: name, cleanSession: false }), options)),
  // S3 keeps nothing whose digest is another one (S3 API reference, PutObject, Content-MD5).
  's3:PutObject': s3(({ name }, { bucket, prefix }) => (aws, options) => aws.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${name}`, Body: 'this', ContentMD5: hash('md5', 'that', 'base64') }), options)),
  // A dry run of the hook, which AWS answers without calling it.
  'lambda:InvokeFunction': lambda(() => (aws, options) => aws.send(new InvokeCommand({ FunctionName: FLEET_HOOK, InvocationType: 'DryRun' }), options)),
  'sqs:GetQueueUrl': sqs(({ name }) => (aws, options) => aws.send(new GetQueueUrlCommand({ QueueName: name }), options)),
  'sqs:CreateQueue': sqs(({ name }) => (aws, options) => aws.send(new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '999999' } }), options)),
  'sqs:ReceiveMessage': sqs(({ queueUrl }) => (aws, options) => aws.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 0 }), options)),
  'sqs:DeleteMessage': sqs(({ queueUrl }) => (aws, options) => aws.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: 'none' }), options)),
} satisfies Record<string, ReturnType<typeof iot> | ReturnType<typeof iotData> | ReturnType<typeof sqs> | ReturnType<typeof s3> | ReturnType<typeof lambda>>;

export type ProbedAction = keyof typeof PROBES;

const SERVICE_NAMES = { iotData: 'AWS IoT', sqs: 'SQS', s3: 'S3', lambda: 'Lambda' } as const;

/** Asks AWS for one permission each, by calls that change nothing. */
export class PermissionProbes {
  private readonly sqs: SQSClient;
  private readonly s3: S3Client;
  private readonly lambda: LambdaClient;
  private readonly iotData: IoTDataPlaneClient;
  private readonly nowhere: Nowhere;

  constructor(private readonly caller: AwsIotCaller, target: Target, private readonly closing: AbortSignal, readonly files: Files | undefined) {
    const { settings } = caller;
    this.sqs = new SQSClient(settings);
    this.lambda = new LambdaClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: 'endpoint' in settings });
    const { accountId, region, provisioningRoleArn: roleArn, controlEndpoint, mqttHost } = target;
    this.iotData = new IoTDataPlaneClient({ ...settings, ...(controlEndpoint === null && mqttHost !== null ? { endpoint: `https://${mqttHost}` } : {}) });
    // AWS's ids of certificates are SHA-256: nobody has this one.
    const certificateId = randomBytes(32).toString('hex');
    const name = `lineside-check-${certificateId.slice(0, 16)}`;
    const partition = roleArn.split(':')[1] ?? 'aws';
    this.nowhere = {
      certificateId, name, roleArn, taskId: randomUUID(),
      certificateArn: `arn:${partition}:iot:${region}:${accountId}:cert/${certificateId}`,
      ruleName: name.replaceAll('-', '_'),
      queueUrl: `https://sqs.${region}.amazonaws.com/${accountId}/${name}`,
    };
  }

  /** Rejects with what AWS answered (AwsIotError): a denial, or a refusal of something that is not there, for whoever was permitted to ask. */
  async ask(action: ProbedAction): Promise<void> {
    const operation = action.slice(action.indexOf(':') + 1);
    const probe = PROBES[action];
    if (probe.service === 'iot') return void (await this.caller.call(operation, probe.send(this.nowhere)));
    try {
      const options = { abortSignal: this.closing };
      if (probe.service === 'sqs') await probe.send(this.nowhere)(this.sqs, options);
      else if (probe.service === 'lambda') await probe.send(this.nowhere)(this.lambda, options);
      else if (probe.service === 'iotData') await probe.send(this.nowhere)(this.iotData, options);
      else if (this.files === undefined) throw new AwsIotRefused('NoBucketNamed', 'No family of the target names a bucket');
      else await probe.send(this.nowhere, this.files)(this.s3, options);
    } catch (error) {
      throw toAwsIotError(operation, error, SERVICE_NAMES[probe.service]);
    }
  }

  close() {
    this.sqs.destroy();
    this.s3.destroy();
    this.iotData.destroy();
    this.lambda.destroy();
  }
}
