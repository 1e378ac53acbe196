import {
  type CACertificateStatus,
  CreatePolicyCommand,
  CreateProvisioningTemplateCommand,
  DescribeCACertificateCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeProvisioningTemplateCommand,
  DescribeThingCommand,
  GetPolicyCommand,
  GetRegistrationCodeCommand,
  IoTClient,
  ListCertificatesByCACommand,
  RegisterCACertificateCommand,
  RegisterCertificateCommand,
  UpdateCACertificateCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { fromIni, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { toPem } from '../x509/pem.js';
import { codeOf, toAwsIotError } from './aws-failure.js';
import { AwsIotUnavailable } from './aws-iot.errors.js';
import type { CallBudget } from './call-budget.js';
import type { Target } from './targets.schema.js';

const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** What we want of a CA in a target, and what may differ there. */
export interface CaSettings {
  status: string;
  autoRegistration: string;
  templateName: string | null;
}

export interface ObservedCa extends CaSettings {
  mode: string;
  ownedBy: string | null;
  customerVersion: number | null;
  createdAt: string | null;
}

export interface ObservedTemplate {
  type: string;
  body: string;
  roleArn: string;
  enabled: boolean;
}

/** A device certificate in AWS's registry: PENDING_ACTIVATION until provisioning is through, then ACTIVE. */
export interface RegisteredCertificate {
  id: string;
  status: string;
}

/**
 * The AWS IoT calls of one target, in our words. Each waits for the account's budget, takes seconds at most, and rejects
 * with AwsIotRefused, AwsIotThrottled or AwsIotUnavailable; no AWS type or error leaves this file.
 */
export class AwsIotClient {
  private readonly iot: IoTClient;

  constructor(target: Target, budget: CallBudget, private readonly closing: AbortSignal) {
    this.iot = new IoTClient({
      region: target.region,
      ...(target.controlEndpoint === null ? {} : { endpoint: target.controlEndpoint }),
      ...credentialsFor(target),
      retryMode: 'standard',
      maxAttempts: 2,
      requestHandler: TIMEOUTS,
      customUserAgent: [['lineside', '1']],
    });
    // Inside the SDK's retry loop, so that its second attempt is counted too.
    this.iot.middlewareStack.add(
      (next, { commandName }) => async (args) => {
        await budget.take(target, String(commandName).replace(/Command$/, ''), this.closing);
        return next(args);
      },
      { name: 'callBudget', step: 'finalizeRequest', priority: 'low' },
    );
  }

  /** The complete host name that devices connect to and must send as SNI. */
  async endpoint(): Promise<string> {
    const { endpointAddress } = await this.call('DescribeEndpoint', (options) =>
      this.iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }), options));
    return given(endpointAddress, 'DescribeEndpoint');
  }

  async findPolicy(policyName: string): Promise<{ arn: string; document: string } | undefined> {
    const policy = await this.find('GetPolicy', (options) => this.iot.send(new GetPolicyCommand({ policyName }), options));
    return policy && { arn: policy.policyArn ?? '', document: policy.policyDocument ?? '' };
  }

  /** One that exists already is left as it is. */
  async createPolicy(policyName: string, policyDocument: string): Promise<void> {
    await this.make('CreatePolicy', (options) => this.iot.send(new CreatePolicyCommand({ policyName, policyDocument }), options));
  }

  async findTemplate(templateName: string): Promise<ObservedTemplate | undefined> {
    const found = await this.find('DescribeProvisioningTemplate', (options) =>
      this.iot.send(new DescribeProvisioningTemplateCommand({ templateName }), options));
    // A template without a type is older than the types and so for fleet provisioning.
    return found && {
      type: found.type ?? 'FLEET_PROVISIONING', body: found.templateBody ?? '', roleArn: found.provisioningRoleArn ?? '', enabled: found.enabled === true,
    };
  }

  /** One that exists already is left as it is. */
  async createJitpTemplate(templateName: string, templateBody: string, provisioningRoleArn: string): Promise<void> {
    const command = new CreateProvisioningTemplateCommand({
      templateName, templateBody, provisioningRoleArn, type: 'JITP', enabled: true, description: 'Made by Lineside',
    });
    await this.make('CreateProvisioningTemplate', (options) => this.iot.send(command, options));
  }

  async registrationCode(): Promise<string> {
    const { registrationCode } = await this.call('GetRegistrationCode', (options) => this.iot.send(new GetRegistrationCodeCommand({}), options));
    return given(registrationCode, 'GetRegistrationCode');
  }

  async findCa(certificateId: string): Promise<ObservedCa | undefined> {
    const found = await this.find('DescribeCACertificate', (options) => this.iot.send(new DescribeCACertificateCommand({ certificateId }), options));
    const ca = found?.certificateDescription;
    return ca && {
      status: ca.status ?? 'INACTIVE',
      autoRegistration: ca.autoRegistrationStatus ?? 'DISABLE',
      templateName: found.registrationConfig?.templateName ?? null,
      mode: ca.certificateMode ?? 'DEFAULT',
      ownedBy: ca.ownedBy ?? null,
      customerVersion: ca.customerVersion ?? null,
      createdAt: ca.creationDate?.toISOString() ?? null,
    };
  }

  /** Active and with auto-registration from the start. With `verification` (DER) in DEFAULT mode, without it SNI_ONLY. */
  async registerCa(certificate: Buffer, templateName: string, verification?: Buffer): Promise<void> {
    const command = new RegisterCACertificateCommand({
      caCertificate: toPem('CERTIFICATE', certificate),
      ...(verification
        ? { certificateMode: 'DEFAULT', verificationCertificate: toPem('CERTIFICATE', verification) }
        : { certificateMode: 'SNI_ONLY' }),
      setAsActive: true,
      allowAutoRegistration: true,
      registrationConfig: { templateName },
    });
    await this.make('RegisterCACertificate', (options) => this.iot.send(command, options));
  }

  /** Changes only what `changes` names. */
  async updateCa(certificateId: string, { status, autoRegistration, templateName }: Partial<CaSettings>): Promise<void> {
    const command = new UpdateCACertificateCommand({
      certificateId,
      ...(isCaStatus(status) ? { newStatus: status } : {}),
      ...(autoRegistration === 'ENABLE' || autoRegistration === 'DISABLE' ? { newAutoRegistrationStatus: autoRegistration } : {}),
      ...(typeof templateName === 'string' ? { registrationConfig: { templateName } } : {}),
    });
    await this.call('UpdateCACertificate', (options) => this.iot.send(command, options));
  }

  /** One page of 250, newest first. */
  async certificatesByCa(caCertificateId: string, marker?: string): Promise<{ certificates: RegisteredCertificate[]; next: string | undefined }> {
    const command = new ListCertificatesByCACommand({ caCertificateId, pageSize: 250, ascendingOrder: false, marker });
    const { certificates = [], nextMarker } = await this.call('ListCertificatesByCA', (options) => this.iot.send(command, options));
    return { certificates: certificates.map(({ certificateId, status }) => ({ id: certificateId ?? '', status: status ?? '' })), next: nextMarker };
  }

  async findCertificate(certificateId: string): Promise<RegisteredCertificate | undefined> {
    const found = await this.find('DescribeCertificate', (options) => this.iot.send(new DescribeCertificateCommand({ certificateId }), options));
    return found && { id: certificateId, status: found.certificateDescription?.status ?? '' };
  }

  /** For good. False when the registry does not know the certificate. */
  async revokeCertificate(certificateId: string): Promise<boolean> {
    const command = new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' });
    return (await this.find('UpdateCertificate', (options) => this.iot.send(command, options))) !== undefined;
  }

  /** DER. With this in the registry the device can't make its certificate known by itself any more. False when one is there already, which is left as it is. */
  async registerRevoked(certificate: Buffer, ca: Buffer): Promise<boolean> {
    const command = new RegisterCertificateCommand({
      certificatePem: toPem('CERTIFICATE', certificate), caCertificatePem: toPem('CERTIFICATE', ca), status: 'REVOKED',
    });
    return this.make('RegisterCertificate', (options) => this.iot.send(command, options));
  }

  async hasThing(thingName: string): Promise<boolean> {
    return (await this.find('DescribeThing', (options) => this.iot.send(new DescribeThingCommand({ thingName }), options))) !== undefined;
  }

  close() {
    this.iot.destroy();
  }

  private async find<T>(operation: string, send: Send<T>): Promise<T | undefined> {
    return this.call(operation, (options) => send(options).catch(unless('ResourceNotFoundException')));
  }

  /** False when it exists already. */
  private async make<T>(operation: string, send: Send<T>): Promise<boolean> {
    return (await this.call(operation, (options) => send(options).catch(unless('ResourceAlreadyExistsException')))) !== undefined;
  }

  private async call<T>(operation: string, send: Send<T>): Promise<T> {
    try {
      return await send({ abortSignal: this.closing });
    } catch (error) {
      throw toAwsIotError(operation, error);
    }
  }
}

type Send<T> = (options: { abortSignal: AbortSignal }) => Promise<T>;

function unless(code: string) {
  return (error: unknown): undefined => {
    if (codeOf(error) !== code) throw error;
  };
}

function credentialsFor({ profile, roleArn, accountId, region }: Target) {
  // The file is read anew whenever a client is made: keys that were rotated in it count without a restart.
  const own = profile === null ? undefined : fromIni({ profile, ignoreCache: true });
  if (roleArn === null) return own ? { credentials: own } : {};
  const params = { RoleArn: roleArn, RoleSessionName: `lineside-${accountId}` };
  return {
    credentials: fromTemporaryCredentials({ params, clientConfig: { region, requestHandler: TIMEOUTS }, ...(own ? { masterCredentials: own } : {}) }),
  };
}

function isCaStatus(text: string | undefined): text is CACertificateStatus {
  return text === 'ACTIVE' || text === 'INACTIVE';
}

function given(text: string | undefined, operation: string): string {
  if (text === undefined || text === '') throw new AwsIotUnavailable(`AWS IoT answered ${operation} without a result`);
  return text;
}
